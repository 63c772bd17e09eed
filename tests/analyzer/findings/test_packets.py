"""Packets that break the protocol."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad-json", '2["say","hel'),
        ("bad-packet", "hello server"),
        ("bad-post", "hello server"),
        ("event-before-connect", "the client had not joined /chat"),
    ],
)
def test_protocol_error(name, said):
    """Real servers close for it: quoted, with who closed, and nothing else is found."""
    assert codes(found(name), "error", "warning", "info") == ["protocol_error"]
    told = only(found(name), "protocol_error")["explanation"]
    assert said in told
    assert "the server closed the session" in told


@pytest.mark.parametrize("name", ["attachment-missing", "attachment-surplus"])
def test_attachments(name):
    """Too few and too many, at a real server."""
    assert codes(found(name), "error", "warning", "info") == ["attachment_missing"]


def test_not_without_a_session():
    """A row that names none, as a damaged log may have it."""
    rows = log_of(Talk().open(0).join(1).engine(100, None, "c2s", issue="sio_attachment_missing"))
    assert codes(findings(rows.assign(session=None))) == []


def test_not_behind_a_hole():
    """What is garbled because packets are missing from the capture is nobody's error."""
    talk = Talk().open(0).join(1).tcp(100, "gap", "c2s", size=50, issue="tcp_gap")
    talk.engine(101, None, "c2s", issue="eio_bad_packet", data="x").close(500)
    assert codes(findings(log_of(talk)), "error", "warning") == []


def test_hostile_text_is_harmless():
    """What a capture says is quoted printable and short."""
    talk = Talk().open(0).join(1).engine(100, None, "c2s", issue="eio_bad_packet", data="\x1b[2J\u202e" + "x" * 9999)
    said = only(findings(log_of(talk.close(120, "s2c"))), "protocol_error")
    assert said["explanation"].isprintable()
    assert len(said["explanation"]) < 500

"""Entries of a polling body: text that is UTF-8, nearly, or not at all."""

import pytest

from analyzer.engineio.entry import Entry, Form, broken, text_entry
from analyzer.issues import Issue


def test_form_of_a_current_peer() -> None:
    """Without further word a body is text of revision 4."""
    assert Form() == Form(revision=4, packed=False, jsonp=None, swapped=False, double=False)


@pytest.mark.parametrize(
    ("raw", "text"), [(b"", ""), (b"4a", "4a"), (b"4\xe2\x82\xac", "4€"), (b"\xed\xa0\x80", "\ud800")]
)
def test_clean_text(raw: bytes, text: str) -> None:
    """UTF-8, lone surrogates included, is clean."""
    assert text_entry(raw) == Entry(text, None, len(raw))


def test_text_that_is_not_utf8() -> None:
    """Other bytes are replaced and marked."""
    entry = text_entry(b"4\xff\x1b")
    assert entry[:3] == ("4\ufffd\x1b", None, 3)
    assert entry.error is not None
    assert entry.error.code == Issue.EIO_BAD_PACKET
    assert str(entry.error).isprintable()


def test_broken_framing_keeps_its_bytes() -> None:
    """The entry has no content, but its bytes and one printable line."""
    entry = broken(b"\x1b[2J" * 100, "no length")
    assert entry[:3] == (None, None, 400)
    assert entry.raw == b"\x1b[2J" * 100
    assert entry.error is not None
    assert len(str(entry.error)) < 120
    assert str(entry.error).isprintable()

"""Handshake messages joined across records."""

import pytest

from analyzer.wire.tls_messages import LONGEST, Handshake, Messages, Step


def message(step: int, body: bytes) -> bytes:
    """A message with its header."""
    return bytes([step]) + len(body).to_bytes(3, "big") + body


CERTIFICATE = 11
FLIGHT = (
    message(Step.ENCRYPTED_EXTENSIONS, b"\0\0") + message(CERTIFICATE, b"c" * 300) + message(Step.FINISHED, b"f" * 32)
)
READ = [
    Handshake(Step.ENCRYPTED_EXTENSIONS, b"\0\0"),
    Handshake(CERTIFICATE, b""),
    Handshake(Step.FINISHED, b"f" * 32),
]


@pytest.mark.parametrize("size", [1, 3, 5, 100, 1000])
def test_divided_over_records(size: int) -> None:
    """The same messages come out however they are cut up; a body nobody reads is not kept."""
    messages = Messages()
    found: list[Handshake] = []
    for start in range(0, len(FLIGHT), size):
        found += messages.add(FLIGHT[start : start + size])
    assert found == READ
    assert not messages.inside


def test_empty_and_overlong_bodies() -> None:
    """A message without a body is complete with its header; of one that is too long only the step is told."""
    messages = Messages()
    assert messages.add(message(Step.END_OF_EARLY_DATA, b"")) == [Handshake(Step.END_OF_EARLY_DATA, b"")]
    assert messages.add(message(Step.CLIENT_HELLO, bytes(LONGEST + 1))) == [Handshake(Step.CLIENT_HELLO, b"")]
    assert messages.add(message(Step.CLIENT_HELLO, bytes(LONGEST))) == [Handshake(Step.CLIENT_HELLO, bytes(LONGEST))]
    assert messages.add(b"") == []


def test_after_a_loss() -> None:
    """After missing records, reading goes on with the first record that is made of whole messages."""
    messages = Messages()
    assert messages.add(FLIGHT[:50]) == READ[:1]
    assert messages.inside
    messages.lose()
    assert not messages.inside
    assert messages.add(FLIGHT[60:]) == []
    assert messages.add(FLIGHT) == READ
    assert messages.add(FLIGHT[:3]) == []
    assert messages.inside


def test_restart() -> None:
    """With new keys a message that was begun is forgotten, and so is the doubt after a loss."""
    messages = Messages()
    messages.add(FLIGHT[:50])
    messages.restart()
    assert not messages.inside
    messages.lose()
    messages.restart()
    assert messages.add(FLIGHT[:6] + FLIGHT[6:8]) == READ[:1]
    assert messages.inside

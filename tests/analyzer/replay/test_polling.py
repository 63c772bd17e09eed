"""The client of long-polling."""

import pytest

from analyzer.engineio.packet import Packet
from analyzer.issues import PacketError
from analyzer.replay.actions import Fetched
from analyzer.replay.address import Address
from analyzer.replay.polling import Polling
from analyzer.replay.steps import Manner


def polling(revision: int = 4, **more) -> Polling:
    """A polling whose actions are in ``polling.out``."""
    manner = Manner(revision, "polling", **more)
    out: list = []
    found = Polling(manner, Address(manner, 0), out)
    found.out = out  # type: ignore[attr-defined]
    return found


def test_one_of_each_in_flight() -> None:
    """No second GET and no second POST, and none while paused or without packets."""
    found = polling()
    assert found.flush(1) == 1
    assert found.poll(1) == 2
    assert found.poll(2) == 2
    found.queue = [Packet("message", "0"), Packet("message", "1")]
    assert found.flush(2) == 3
    assert found.flush(3) == 3
    assert not found.idle
    found.getting, found.paused = None, True
    assert found.poll(3) == 3


def test_payloads_keep_to_the_limit() -> None:
    """As much as the server takes, but always one packet."""
    found = polling()
    found.max_payload = 50
    found.queue = [Packet("message", "x" * 100), Packet("message", "a"), Packet("message", "b")]
    found.flush(1)
    assert [p.data for p in found.queue] == ["a", "b"]


def test_answers() -> None:
    """Packets of every encoding; anything else is an error."""
    text = Fetched(1, 200, "text/plain; charset=UTF-8", "4é\x1ebAQI=".encode())
    assert [p.data for p in polling().packets(text)] == ["é", b"\1\2"]
    packed = Fetched(1, 200, "application/octet-stream", b"\x00\x02\xff4a\x01\x02\xff\x04\x07")
    assert [p.data for p in polling(3).packets(packed)] == ["a", b"\x07"]
    for body in (b"<html>", b"9:4a"):
        with pytest.raises(PacketError):
            polling(3).packets(Fetched(1, 200, "text/html", body))

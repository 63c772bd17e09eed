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


@pytest.mark.parametrize(
    ("opened", "legacy", "heard", "sent"),
    [
        (b'5:0{"":', True, "", '8:42["Ã©"]'),
        (b"\0\5\xff0{}", False, "", '8:42["Ã©"]'),
        (b'5:0{"":', False, "", '7:42["é"]'),
        (b'5:0{"":', False, '7:42["é"]', '7:42["é"]'),
        (b'5:0{"":', False, '8:42["Ã©"]', '8:42["Ã©"]'),
        (b'5:0{"":', False, '7:42["é"]8:42["Ã©"]', '7:42["é"]'),
        (b'5:0{"maxPayload":', True, "", '7:42["é"]'),
    ],
)
def test_first_generation(opened: bytes, legacy: bool, heard: str, sent: str) -> None:
    """Socket.IO 1.x gets polling text that is encoded twice: known by its client's other signs or by what it says; a
    later server that joins the namespace after a while has the open packet alone, too, and gets text as ever.
    """
    found = polling(3, base64=True, legacy=legacy)
    found.handshake(opened, 1)
    if heard:
        assert found.packets(Fetched(1, 200, "text/plain", heard.encode()))[0].data == '2["é"]'
    found.queue = [Packet("message", '2["é"]')]
    found.flush(2)
    assert found.out[-1].body == sent.encode()  # type: ignore[attr-defined]

"""Behind a hole a packet that holds nothing but frames is believed at once."""

import pytest

from analyzer.limits import DEFAULT
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Reader

PING, EVENT = b"\x81\x012", b'\x81\x0742["a"]'


def packet(data: bytes, time: int) -> tuple[bytes, Marks]:
    """Bytes of one packet."""
    return data, Marks([len(data)], [time], [time])


@pytest.mark.parametrize("frames", [PING, EVENT, PING + EVENT, b"\x82\x03\x01\x02\x03"])
def test_a_heartbeat_behind_a_hole_is_read_when_it_comes(frames: bytes) -> None:
    """Otherwise a quiet session's next packet would be told only with the one after it, half a minute later."""
    reader = Reader(False, None, DEFAULT)
    reader.feed(*packet(PING, 1))
    reader.gap(5, 2, 2)
    messages = [m for m in reader.feed(*packet(frames, 3)) if m.issue is None]
    assert len(messages) == (2 if frames == PING + EVENT else 1)
    assert {m.time for m in messages} == {3}


def test_packets_that_are_not_whole_frames_are_stepped_over() -> None:
    """Those that begin or end inside a frame, until one comes that does neither."""
    reader = Reader(False, None, DEFAULT)
    reader.gap(-1, 1, 1)
    assert reader.feed(*packet(b"rest of a text", 2)) == []
    assert [m.payload for m in reader.feed(*packet(EVENT, 3)) if m.issue is None] == [b'42["a"]']

"""Behind a hole a packet that holds nothing but frames is believed at once."""

import pytest

from analyzer.limits import DEFAULT
from analyzer.wire.frames import Rules
from analyzer.wire.marks import Marks
from analyzer.wire.resync import whole_packet
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


def test_the_first_such_packet_counts() -> None:
    """Packets that begin or end inside a frame are stepped over."""
    data = b"rest of a text" + EVENT + b"\x81\x7e" + PING
    marks = Marks([14, 23, 25, 28], [1, 2, 3, 4], [1, 2, 3, 4])
    assert whole_packet(data, marks, 0, Rules(False, False), 100) == 114
    assert whole_packet(data, marks, 23, Rules(False, False), 0) == 25
    assert whole_packet(b"rest of a text", Marks([14], [1], [1]), 0, Rules(False, False), 0) is None

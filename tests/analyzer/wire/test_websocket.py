"""A direction's bytes become messages."""

import random
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.deflate import Inflater
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Reader
from tests.reading import read, shown
from tests.streams import KEY, Deflater, drip, frame, pump
from tests.work import in_proportion

SENT = st.lists(st.tuples(st.sampled_from([1, 2, 9, 10]), st.binary(max_size=125)), max_size=30)


@pytest.mark.parametrize(
    ("wire", "masked", "opcode", "payload"),
    [
        ("810548656c6c6f", False, 1, b"Hello"),
        ("818537fa213d7f9f4d5158", True, 1, b"Hello"),
        ("010348656c80026c6f", False, 1, b"Hello"),
        ("890548656c6c6f", False, 9, b"Hello"),
        ("8a8537fa213d7f9f4d5158", True, 10, b"Hello"),
        ("8800", False, 8, b""),
        ("880203e8", False, 8, b"\x03\xe8"),
        ("8100", False, 1, b""),
        ("8280" + KEY.hex(), True, 2, b""),
    ],
)
def test_the_examples_of_rfc_6455(wire: str, masked: bool, opcode: int, payload: bytes) -> None:
    """Section 5.7, and the shortest frames."""
    (message,) = read(bytes.fromhex(wire), masked=masked)
    assert message[2:4] == (opcode, payload)
    assert message.issue is None
    assert message.wire_size == len(payload)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("size", [0, 1, 3, 125, 126, 127, 1023, 1025, 65535, 65536, 200_001])
def test_all_forms_of_length(size: int, masked: bool) -> None:
    """7, 16 and 64 bits, masked and not, one after the other."""
    payload = random.Random(size).randbytes(size)
    wire = frame(payload, 0x82, KEY if masked else b"")
    found = pump(Reader(masked, None, DEFAULT), [wire * 3], 1000)
    assert shown(found) == [(2, payload, None)] * 3
    assert [m.time for m in found] == [len(wire) * n - 1 for n in (1, 2, 3)]


def test_a_message_has_the_moment_of_its_last_byte() -> None:
    """Taken from the marks, whatever the batches."""
    wire = frame(b"a" * 10) + frame(b"b" * 10)
    marks = Marks([5, 12, 24], [100, 200, 300], [1, 2, 3])
    found = Reader(False, None, DEFAULT).feed(wire, marks)
    assert [(m.time, m.frame) for m in found] == [(200, 2), (300, 3)]


def test_control_frames_come_between_fragments() -> None:
    """The ping is a message of its own and comes first."""
    wire = frame(b"4", 0x01) + frame(b"p", 0x89) + frame(b"2[", 0x00) + frame(b"]", 0x80)
    (ping, text) = read(wire)
    assert shown([ping, text]) == [(9, b"p", None), (1, b"42[]", None)]
    assert text.wire_size == 4
    assert ping.time < text.time == len(wire) - 1


def test_either_is_fine_where_nobody_knows() -> None:
    """``masked=None`` takes both."""
    assert shown(read(frame(b"2", key=KEY) + frame(b"3"), masked=None)) == [(1, b"2", None), (1, b"3", None)]


def test_larger_messages_than_the_limit_are_cut_and_framing_stays_in_step() -> None:
    """Whole or in fragments."""
    found = read(
        frame(b"x" * 41) + frame(b"y" * 40) + frame(b"z" * 1_000, key=KEY), limits=Limits(message=40), masked=None
    )
    assert [(len(m.payload), m.wire_size, m.issue) for m in found] == [
        (40, 41, Issue.WS_MESSAGE_LIMIT),
        (40, 40, None),
        (40, 1000, Issue.WS_MESSAGE_LIMIT),
    ]
    parts = frame(b"x" * 30, 0x01) + frame(b"y" * 30, 0x00) + frame(b"z" * 30, 0x80)
    (whole,) = read(parts, limits=Limits(message=40))
    assert (whole.payload, whole.wire_size, whole.issue) == (b"x" * 30 + b"y" * 10, 90, Issue.WS_MESSAGE_LIMIT)


def test_compressed_messages_with_takeover_interleaved_with_plain_ones() -> None:
    """Also in fragments, and one that is empty."""
    deflate = Deflater()
    texts = [b'42["event",{"n":%d}]' % n * 20 for n in range(6)]
    packed = [deflate(text) for text in texts]
    wire = frame(packed[0], 0xC1) + frame(b"plain") + frame(packed[1], 0xC1)
    wire += frame(packed[2][:9], 0x41) + frame(b"", 0x89) + frame(packed[2][9:], 0x80) + frame(deflate(b""), 0xC2)
    found = read(wire, deflate=Inflater())
    assert shown(found) == [
        (1, texts[0], None),
        (1, b"plain", None),
        (1, texts[1], None),
        (9, b"", None),
        (1, texts[2], None),
        (2, b"", None),
    ]
    assert found[4].wire_size == len(packed[2])


@settings(max_examples=50, deadline=None)
@given(SENT, st.booleans(), st.booleans())
def test_sound_frames_are_read_back(sent: list[tuple[int, bytes]], masked: bool, known: bool) -> None:
    """What was sent is what is read, with no issue."""
    wire = b"".join(frame(payload, 0x80 | opcode, KEY if masked else b"") for opcode, payload in sent)
    found = read(wire, masked=masked if known else None)
    assert shown(found) == [(opcode, payload, None) for opcode, payload in sent]


@pytest.mark.parametrize("masked", [False, True])
def test_a_large_message_in_small_segments_costs_in_proportion(masked: bool) -> None:
    """16 MiB in 1448-byte segments."""

    def listening(count: int) -> partial[list[Any]]:
        wire = b"\x82" + bytes([0xFF if masked else 0x7F]) + (count << 8).to_bytes(8, "big")
        whole = wire + bytes(4 if masked else 0) + bytes(range(256)) * count
        return partial(drip, Reader(masked, None, DEFAULT), whole, 1448)

    assert shown(listening(1 << 16)()) == [(2, bytes(range(256)) * (1 << 16), None)]
    assert in_proportion(listening, 1 << 10)


def test_idle_and_lost() -> None:
    """One who has to answer at once is told whether a message is under way, or the thread is lost."""
    reader = Reader(False, None, DEFAULT)
    for data, idle, lost in [
        (frame(b"a", 0x81), True, False),
        (frame(b"a", 0x81)[:1], False, False),
        (frame(b"a", 0x81)[1:2], False, False),
        (b"a", True, False),
        (frame(b"a", 0x01), False, False),
        (frame(b"a", 0x80), True, False),
        (b"HTTP/1.1 400", False, True),
    ]:
        reader.feed(data, Marks([len(data)], [0], [0]))
        assert (reader.idle, reader.lost) == (idle, lost), data

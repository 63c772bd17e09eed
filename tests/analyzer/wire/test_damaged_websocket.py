"""Frames that are illegal, missing or none at all: nothing is lost silently, and the next frame is found."""

import random
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT
from analyzer.wire.deflate import Inflater
from analyzer.wire.websocket import Message, Reader
from tests.reading import read, shown
from tests.streams import KEY, Deflater, Item, drip, frame, joined, packet_marks, pump
from tests.work import in_proportion


@pytest.mark.parametrize(
    ("wire", "detail"),
    [
        (frame(b"abc", form=16), "shortest form"),
        (frame(b"abc", form=64), "shortest form"),
        (frame(b"x" * 200, form=64), "shortest form"),
        (frame(b"abc", key=KEY), "masked"),
        (frame(b"a", 0x88), "close frame of one byte"),
        (frame(b"abc", 0x80), "continuation of no message"),
    ],
)
def test_what_the_rfc_forbids_but_can_be_read_is_read_on(wire: bytes, detail: str) -> None:
    """The payload is there, the issue says what is wrong."""
    (message,) = read(wire)
    assert message.issue == Issue.WS_BAD_FRAME
    assert detail in str(message.detail)
    assert message.payload in (b"abc", b"x" * 200, b"a")


def test_an_unmasked_frame_of_a_client_is_marked() -> None:
    """Also among frames as they should be."""
    found = read(frame(b"2", key=KEY) + frame(b"3") + frame(b"4x", key=KEY), masked=True)
    assert shown(found) == [(1, b"2", None), (1, b"3", Issue.WS_BAD_FRAME), (1, b"4x", None)]


def test_a_new_message_inside_another_breaks_it_off() -> None:
    """What there is of the first one is not lost."""
    found = read(frame(b"half", 0x01) + frame(b"whole"))
    assert shown(found) == [(1, b"half", Issue.WS_BAD_FRAME), (1, b"whole", None)]


@pytest.mark.parametrize(
    ("bad", "detail"),
    [
        (frame(b"abc", 0x83), "opcode 3 is reserved"),
        (frame(b"abc", 0x8F), "opcode 15 is reserved"),
        (frame(b"abc", 0xA1), "reserved bits"),
        (frame(b"abc", 0xC1), "compressed"),
        (frame(b"abc", 0x09), "control frame is fragmented"),
        (frame(b"a" * 126, 0x89), "longer than 125"),
        (b"\x82\x7f" + b"\xff" * 8, "absurd length"),
    ],
)
def test_an_illegal_frame_is_one_row_and_the_next_frame_is_found(bad: bytes, detail: str) -> None:
    """Never silently."""
    good = frame(b'42["hello",{"n":1}]')
    found = read(good + bad + good + good)
    assert shown(found) == [(1, good[2:], None), (0, bad, Issue.WS_BAD_FRAME), *[(1, good[2:], None)] * 2]
    assert detail in str(found[1].detail)
    assert found[1].time == len(good + bad) - 1
    assert found[1].wire_size == len(bad)


def test_http_text_on_an_upgraded_connection_is_one_run() -> None:
    """What a refused client of revision 3 gets."""
    text = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno!"
    (message,) = read(text)
    assert (message.opcode, message.payload, message.issue) == (0, text, Issue.WS_BAD_FRAME)
    assert message.time == len(text) - 1


def test_what_follows_a_close_frame_is_read_and_marked() -> None:
    """However much it is, a second close frame too; what is no frame is one run as ever."""
    close = frame(b"\x03\xe9bye", 0x88, KEY)
    more = frame(b"x" * 100, key=KEY) * 100 + close
    found = read(frame(b"2", key=KEY) + close + more, masked=True)
    assert [(m.opcode, m.issue) for m in found[:2]] == [(1, None), (8, None)]
    assert [m.payload for m in found[2:]] == [b"x" * 100] * 100 + [b"\x03\xe9bye"]
    assert {m.issue for m in found[2:]} == {Issue.WS_AFTER_CLOSE}
    assert [m.issue for m in read(close, 50, more, masked=True)] == [None] + [Issue.WS_AFTER_CLOSE] * 101
    assert [m.issue for m in read(close + b"\xff" * 99, masked=True)] == [None, Issue.WS_BAD_FRAME]


def test_a_hole_inside_a_frame_is_exact() -> None:
    """The payload ends at the hole, the next frame is in step."""
    wire = frame(b"0123456789" * 30, key=KEY)
    found = read(wire[:18], 250, wire[268:] + frame(b"next", key=KEY), masked=True)
    assert shown(found) == [(1, b"0123456789", Issue.WS_MESSAGE_CUT), (1, b"next", None)]
    assert found[0].wire_size == 300


def test_a_hole_up_to_the_end_of_a_frame_completes_it() -> None:
    """At the moment of the hole; nothing else is lost."""
    wire = frame(b"0123456789")
    found = read(wire[:7], 5, frame(b"2"))
    assert shown(found) == [(1, b"01234", Issue.WS_MESSAGE_CUT), (1, b"2", None)]
    assert found[0].time == 7


@pytest.mark.parametrize("size", [6, 1000, -1])
def test_a_hole_beyond_the_frame_is_searched_behind(size: int) -> None:
    """A frame that begins right behind it is found although it is short."""
    wire = frame(b"0123456789")
    found = read(wire[:7], size, frame(b"2") * 3)
    assert shown(found) == [(1, b"01234", Issue.WS_MESSAGE_CUT), *[(1, b"2", None)] * 3]


def test_a_hole_in_front_of_half_a_frame() -> None:
    """The half is one run that is no frame, marked as cut; then the frames go on."""
    lost = frame(b'42["a","' + b"x" * 500 + b'"]')
    good = frame(b'42["b",1]') * 3
    found = read(frame(b"2"), 100, lost[100:] + good)
    assert shown(found) == [(1, b"2", None), (0, lost[100:], Issue.WS_MESSAGE_CUT), *[(1, b'42["b",1]', None)] * 3]


def test_a_hole_in_a_fragmented_message() -> None:
    """The first part is given up; fragments behind the hole are a message whose beginning is missing."""
    found = read(frame(b"aa", 0x01), 7, frame(b"2") * 4 + frame(b"zz", 0x80))
    assert shown(found)[0] == (1, b"aa", Issue.WS_MESSAGE_CUT)
    found = read(frame(b"aa", 0x01), 7, frame(b"x" * 8, 0x89) * 5 + frame(b"zz", 0x00) + frame(b"!", 0x80))
    assert shown(found)[-1] == (0, b"zz!", Issue.WS_MESSAGE_CUT)


def test_the_end_inside_a_frame_and_inside_a_header() -> None:
    """What there is comes out at the end."""
    assert shown(read(frame(b"0123456789")[:5])) == [(1, b"012", Issue.WS_MESSAGE_CUT)]
    assert shown(read(frame(b"2") + b"\x81\x7e\x01")) == [(1, b"2", None), (0, b"\x81\x7e\x01", Issue.WS_MESSAGE_CUT)]
    assert shown(read(frame(b"part", 0x01))) == [(1, b"part", Issue.WS_MESSAGE_CUT)]
    assert read() == []


def test_a_compressed_message_behind_a_hole_fails_alone() -> None:
    """It refers to what is lost; one that does not is fine."""
    deflate = Deflater()
    packed = [frame(deflate(b"the same words again and again %d" % n), 0xC1) for n in range(3)]
    fresh = frame(Deflater()(b"all by itself"), 0xC1)
    found = read(packed[0], len(packed[1]), packed[2] + fresh * 3, deflate=Inflater())
    assert [m.issue for m in found] == [None, Issue.WS_BAD_DEFLATE, None, None, None]
    assert found[1].payload == packed[2][2:]
    assert found[2].payload == b"all by itself"


def test_a_hole_inside_a_compressed_message_gives_its_beginning() -> None:
    """As much as can be inflated."""
    packed = frame(Deflater()(random.Random(1).randbytes(500).hex().encode()), 0xC1)
    found = read(packed[:300], 50, packed[350:], deflate=Inflater())
    assert found[0].issue == Issue.WS_MESSAGE_CUT
    assert found[0].payload == random.Random(1).randbytes(500).hex().encode()[: len(found[0].payload)]
    assert len(found[0].payload) > 400


def parts_of(chance: random.Random, masked: bool, compressed: bool) -> list[Item]:
    """Frames of all kinds, garbage and holes."""
    deflate = Deflater()
    parts: list[Item] = []
    for _ in range(chance.randint(1, 25)):
        key = chance.randbytes(4) if masked else b""
        text = f'42["{chance.randint(0, 9)}","ж с а́"]'.encode() * chance.choice((1, 1, 1, 5, 100))
        body = chance.choice((text, text, chance.randbytes(chance.choice((0, 1, 5, 200)))))
        kind = chance.random()
        if kind < 0.5:
            parts.append(frame(body, chance.choice((0x81, 0x81, 0x82)), key))
        elif kind < 0.6:
            parts.append(frame(body, 0x01, key) + frame(b"x", 0x89, key) + frame(body, 0x80, key))
        elif kind < 0.65:
            parts.append(chance.randbytes(chance.randint(0, 1500)))
        elif kind < 0.72:
            parts.append(frame(body, chance.choice((0x83, 0xF1, 0x80, 0x00, 0x01)), key))
        elif kind < 0.9:
            parts.append(frame(deflate(body), 0xC1 if compressed else 0x81, key))
        else:
            parts.append(chance.choice((b"\x88\x02\x03\xe8", -1, 5, 300, -1, 5, 300)))
    return parts


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_any_split_of_the_bytes_gives_the_same_messages(chance: random.Random, masked: bool, compressed: bool) -> None:
    """Moments included; whole, byte by byte, in pieces of any size; and every byte is accounted for."""
    items = joined(parts_of(chance, masked, compressed))

    def messages(sizes: random.Random | int | None) -> list[Message]:
        return pump(Reader(masked, Inflater() if compressed else None, DEFAULT), items, sizes)

    whole = messages(None)
    assert messages(1) == whole
    assert messages(chance) == whole
    assert [m.time for m in whole] == sorted(m.time for m in whole)


@pytest.mark.parametrize("size", [1, 1448, 1 << 20])
@pytest.mark.parametrize(
    "unit", [None, b"\x00", b"\x81", b"\x81\x7e", b"\x82\x7e\xff\xff", frame(b"hello world 123") + b"\xff"]
)
def test_garbage_is_searched_in_proportion(unit: bytes | None, size: int) -> None:
    """Noise, and what looks like frames again and again; no storm of rows, nothing lost."""
    total = 1 << (16 if size == 1 else 18)
    data = random.Random(5).randbytes(total) if unit is None else unit * (total // len(unit))

    def searching(count: int) -> partial[list[Any]]:
        return partial(drip, Reader(False, None, DEFAULT), b"\xff\xff" + data[:count], size)

    assert in_proportion(searching, total >> 6)
    found = searching(total)()
    assert len(found) <= 3 + 2 * data.count(b"\x81\x0f")


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_any_grouping_of_packets_gives_the_same_messages(chance: random.Random, masked: bool) -> None:
    """Packets of one frame, of several, of parts of frames and of noise, all at once, one by one and in groups."""
    packets: list[bytes] = []
    parts = [part for _ in range(3) for part in parts_of(chance, masked, False)]
    for part in [part for part in parts if isinstance(part, bytes) and part]:
        cut = chance.randint(0, len(part))
        if chance.random() < 0.1 and packets:
            packets[-1] += part
        elif chance.random() < 0.1 and 0 < cut < len(part):
            packets += [part[:cut], part[cut:]]
        else:
            packets.append(part)

    def messages(most: int) -> list[Message]:
        reader, found, at = Reader(masked, None, DEFAULT), list[Message](), 0
        reader.gap(-1, 0, 0)
        while at < len(packets):
            group = packets[at : at + chance.randint(1, most)]
            found += reader.feed(b"".join(group), packet_marks(group, at))
            at += len(group)
        return found + reader.end(len(packets), 0)

    whole = messages(1)
    assert messages(len(packets)) == whole
    assert messages(3) == whole

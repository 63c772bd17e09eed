"""A direction's bytes become messages, whatever happens to the bytes."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.deflate import Inflater
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Message, Reader
from tests.streams import KEY, Deflater, Item, frame, joined, pump

SMALL = Limits(message=40, inflated=60)
SENT = st.lists(st.tuples(st.sampled_from([1, 2, 9, 10]), st.binary(max_size=125)), max_size=30)


def read(
    *items: Item, masked: bool | None = False, limits: Limits = DEFAULT, deflate: Inflater | None = None
) -> list[Message]:
    """The messages of a stream fed whole; byte by byte they are the same."""
    found = pump(Reader(masked, deflate, limits), items)
    if deflate is None:
        assert pump(Reader(masked, None, limits), items, 1) == found
    return found


def shown(messages: list[Message]) -> list[tuple[int, bytes, str | None]]:
    """Opcode, payload and issue of each."""
    return [(m.opcode, m.payload, m.issue) for m in messages]


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


def test_either_is_fine_where_nobody_knows() -> None:
    """``masked=None`` takes both."""
    assert shown(read(frame(b"2", key=KEY) + frame(b"3"), masked=None)) == [(1, b"2", None), (1, b"3", None)]


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


def test_what_follows_a_close_frame_is_one_run() -> None:
    """However much it is, and whatever it looks like; only its beginning is kept."""
    close = frame(b"\x03\xe9bye", 0x88, KEY)
    more = frame(b"x" * 100, key=KEY) * 100
    found = read(close + more, masked=True)
    assert [(m.opcode, m.issue) for m in found] == [(8, None), (0, Issue.WS_BAD_FRAME)]
    assert found[0].payload == b"\x03\xe9bye"
    assert (found[1].wire_size, found[1].payload) == (len(more), more[:4096])
    assert read(close, 50, more, masked=True)[-1].wire_size == len(more)


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
    found = read(frame(b"aa", 0x01), 7, frame(b"x" * 30, 0x89) * 5 + frame(b"zz", 0x00) + frame(b"!", 0x80))
    assert shown(found)[-1] == (0, b"zz!", Issue.WS_MESSAGE_CUT)


def test_the_end_inside_a_frame_and_inside_a_header() -> None:
    """What there is comes out at the end."""
    assert shown(read(frame(b"0123456789")[:5])) == [(1, b"012", Issue.WS_MESSAGE_CUT)]
    assert shown(read(frame(b"2") + b"\x81\x7e\x01")) == [(1, b"2", None), (0, b"\x81\x7e\x01", Issue.WS_MESSAGE_CUT)]
    assert shown(read(frame(b"part", 0x01))) == [(1, b"part", Issue.WS_MESSAGE_CUT)]
    assert read() == []


def test_larger_messages_than_the_limit_are_cut_and_framing_stays_in_step() -> None:
    """Whole or in fragments."""
    found = read(frame(b"x" * 41) + frame(b"y" * 40) + frame(b"z" * 1_000, key=KEY), limits=SMALL, masked=None)
    assert [(len(m.payload), m.wire_size, m.issue) for m in found] == [
        (40, 41, Issue.WS_MESSAGE_LIMIT),
        (40, 40, None),
        (40, 1000, Issue.WS_MESSAGE_LIMIT),
    ]
    parts = frame(b"x" * 30, 0x01) + frame(b"y" * 30, 0x00) + frame(b"z" * 30, 0x80)
    (whole,) = read(parts, limits=SMALL)
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


def stream(chance: random.Random, masked: bool, compressed: bool) -> list[Item]:
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
    return joined(parts)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_any_split_of_the_bytes_gives_the_same_messages(chance: random.Random, masked: bool, compressed: bool) -> None:
    """Moments included; whole, byte by byte, in pieces of any size; and every byte is accounted for."""
    items = stream(chance, masked, compressed)

    def messages(sizes: random.Random | int | None) -> list[Message]:
        return pump(Reader(masked, Inflater() if compressed else None, DEFAULT), items, sizes)

    whole = messages(None)
    assert messages(1) == whole
    assert messages(chance) == whole
    assert [m.time for m in whole] == sorted(m.time for m in whole)


@settings(max_examples=50, deadline=None)
@given(SENT, st.booleans(), st.booleans())
def test_sound_frames_are_read_back(sent: list[tuple[int, bytes]], masked: bool, known: bool) -> None:
    """What was sent is what is read, with no issue."""
    wire = b"".join(frame(payload, 0x80 | opcode, KEY if masked else b"") for opcode, payload in sent)
    found = read(wire, masked=masked if known else None)
    assert shown(found) == [(opcode, payload, None) for opcode, payload in sent]


def linear(reader: Reader, data: bytes, size: int) -> tuple[float, list[Message]]:
    """Seconds of this process it takes to feed ``data`` in pieces of ``size``, and the messages."""
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    started = time.process_time()
    found = [m for piece in pieces for m in reader.feed(piece, Marks([len(piece)], [1], [1]))]
    return time.process_time() - started, found + reader.end(2, 2)


@pytest.mark.parametrize("masked", [False, True])
def test_a_large_message_in_small_segments_takes_time_in_proportion(masked: bool) -> None:
    """16 MiB in 1448-byte segments."""
    payload = bytes(range(256)) * (1 << 16)
    wire = b"\x82" + bytes([0xFF if masked else 0x7F]) + len(payload).to_bytes(8, "big")
    seconds, found = linear(Reader(masked, None, DEFAULT), wire + bytes(4 if masked else 0) + payload, 1448)
    assert shown(found) == [(2, payload, None)]
    assert seconds < 3


@pytest.mark.parametrize("size", [1, 1448, 1 << 20])
@pytest.mark.parametrize(
    "unit", [None, b"\x00", b"\x81", b"\x81\x7e", b"\x82\x7e\xff\xff", frame(b"hello world 123") + b"\xff"]
)
def test_garbage_is_searched_in_proportion(unit: bytes | None, size: int) -> None:
    """Noise, and what looks like frames again and again; no storm of rows, nothing lost."""
    total = 1 << (16 if size == 1 else 18)
    data = random.Random(5).randbytes(total) if unit is None else unit * (total // len(unit))
    seconds, found = linear(Reader(False, None, DEFAULT), b"\xff\xff" + data, size)
    assert seconds < 20
    assert len(found) <= 3 + 2 * data.count(b"\x81\x0f")

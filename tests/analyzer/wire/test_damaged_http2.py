"""HTTP/2 with holes, cut starts and bytes changed: less is known, nothing is wrong, and all of it in bounded time."""

import random
from collections.abc import Callable, Sequence
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Event, Garbled, Requested, Upgraded
from analyzer.wire.halfstream import Data, Gap, Piece
from analyzer.wire.http1 import Head, HttpMessage
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Message
from tests import http2frames as h2
from tests.http2frames import POLL, PREFACE, Said, Side, data, frame, hear, piece
from tests.streams import KEY
from tests.streams import frame as ws
from tests.work import in_proportion


def busy(count: int = 30) -> list[Said]:
    """Polling with headers that live in the dynamic tables, and a WebSocket."""
    c, s = Side(), Side()
    talk = [(C2S, PREFACE + frame(h2.SETTINGS)), (S2C, frame(h2.SETTINGS)), (C2S, c.connect(1)), (S2C, s.answer(1))]
    for i in range(count):
        number = 2 * i + 3
        more = {"cookie": f"io={i // 5}", "user_agent": "Mozilla/5.0 and so on", "x_turn": str(i % 7)}
        talk.append((C2S, c.ask(number, f"{POLL}&t={i}", "POST", end=False, **more) + data(number, b"4%d" % i, True)))
        text = b'42["news",%d,"%s"]' % (i, b"x" * (7 * i))
        talk.append((C2S, data(1, ws(text, key=KEY))))
        body = data(number, b"4" + b"y" * (13 * i)) + data(number, b"%d" % i, end=True)
        talk.append((S2C, s.answer(number, server=f"s{i % 3}", content_type="text/plain", etag=str(i)) + body))
        talk.append((S2C, data(1, ws(text))))
    return talk


def with_hole(talk: list[Said], side: str, start: int, size: int, exact: bool = True) -> list[tuple[str, Piece]]:
    """The talk, but bytes ``start`` to ``start + size`` of one side are missing."""
    found: list[tuple[str, Piece]] = []
    at, left = 0, size
    for i, (who, what) in enumerate(talk, 1):
        if who != side or at + len(what) <= start or not left:
            found.append((who, piece(what, i)))
        else:
            first = max(0, start - at)
            if first:
                found.append((who, piece(what[:first], i)))
            gone = min(left, len(what) - first)
            left -= gone
            if not left or at + first + gone >= start + size:
                found.append((who, Gap(size if exact else -1, i, i)))
                left = 0
            if what[first + gone :]:
                found.append((who, piece(what[first + gone :], i)))
        at += len(what) if who == side else 0
    return found


def play(talk: list[tuple[str, Piece]]) -> list[Event]:
    """Its events."""
    return hear([(who, one) for who, one in talk])


def right(head: Head | None, truth: Head | None) -> bool:
    """What is known of a head is right."""
    if head is None or truth is None:
        return head is None
    if (head.method, head.target, head.status) != (truth.method, truth.target, truth.status):
        return False
    known = [(n, v) for n, v in head.headers if n != "?"]
    values = {v for _, v in truth.headers}
    return all(field in truth.headers for field in known) and all(v in values for n, v in head.headers if v != "?")


def whole(message: HttpMessage | None) -> bool:
    """Nothing is said to be wrong with it."""
    return message is not None and message.issue is None


def compare(events: list[Event], truth: list[Event]) -> int:
    """Everything that claims to be whole is what was sent; the number of answers that are."""
    by_path = {a.exchange.head.target: a.exchange for a in h2.answered(truth) if a.exchange.head}
    bodies = {a.exchange.response.body for a in h2.answered(truth) if a.exchange.response}
    texts = {(e.direction, e.payload.payload) for e in truth if isinstance(e.payload, Message)}
    good = 0
    for event in events:
        if isinstance(event.payload, Answered):
            exchange = event.payload.exchange
            if exchange.head is None:
                assert not whole(exchange.response) or exchange.response.body in bodies
                continue
            if exchange.head.method == "CONNECT":
                continue
            true = by_path[exchange.head.target]
            assert right(exchange.head, true.head)
            assert right(exchange.answer, true.answer)
            if whole(exchange.response):
                assert exchange.response.body == true.response.body
                good += 1
        elif isinstance(event.payload, Requested) and whole(event.payload.exchange.request):
            exchange = event.payload.exchange
            if exchange.head.method == "CONNECT":
                continue
            assert exchange.request.body == by_path[exchange.head.target].request.body
        elif isinstance(event.payload, Message) and event.payload.issue is None and event.payload.opcode == 1:
            assert (event.direction, event.payload.payload) in texts
    return good


BUSY = busy()
TRUTH = hear([*BUSY])
SIZES = {side: sum(len(what) for who, what in BUSY if who == side) for side in (C2S, S2C)}


def test_the_truth_is_whole() -> None:
    """Without damage everything is told."""
    assert compare(TRUTH, TRUTH) == 30
    assert sum(isinstance(e.payload, Message) for e in TRUTH) == 60
    assert not any(isinstance(e.payload, Garbled) for e in TRUTH)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([C2S, S2C]), st.floats(0, 1), st.integers(1, 3000), st.booleans())
def test_one_hole(side: str, where: float, size: int, exact: bool) -> None:
    """A hole anywhere costs what it covers and a few frames; what comes later is told again."""
    start = int(where * (SIZES[side] - 1))
    size = min(size, SIZES[side] - start)
    events = play(with_hole(BUSY, side, start, size, exact))
    good = compare(events, TRUTH)
    lost = size // 60 + 4
    assert good >= 30 - lost


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 0.6), st.floats(0, 0.6))
def test_a_start_anywhere(client: float, server: float) -> None:
    """Both directions begin somewhere, without a word about it."""
    left = {C2S: int(client * SIZES[C2S]), S2C: int(server * SIZES[S2C])}
    talk: list[tuple[str, Piece]] = []
    for i, (side, what) in enumerate(BUSY, 1):
        gone = min(left[side], len(what))
        left[side] -= gone
        if what[gone:]:
            talk.append((side, piece(what[gone:], i)))
    events = play(talk)
    compare(events, TRUTH)
    last = [a.exchange for a in h2.answered(events) if a.exchange.head and a.exchange.head.target == f"{POLL}&t=29"]
    assert [whole(exchange.response) for exchange in last] == [True]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([C2S, S2C]), st.floats(0, 1), st.integers(1, 400), st.integers())
def test_splits_around_a_hole(side: str, where: float, size: int, seed: int) -> None:
    """However the bytes around a hole are divided, the events are the same (bytes have packets of their own here)."""
    start, chance = int(where * (SIZES[side] - 1)), random.Random(seed)
    holed = with_hole(BUSY[:60], side, min(start, 1500), size)
    fine: list[tuple[str, Piece]] = []
    number = 0
    for who, one in holed:
        if isinstance(one, Data):
            marks = list(range(number + 1, number + len(one.data) + 1))
            number += len(one.data)
            fine.append((who, Data(one.data, Marks(list(range(1, len(one.data) + 1)), marks, marks))))
        else:
            number += 1
            fine.append((who, Gap(one.size, number, number)))
    cut: list[tuple[str, Piece]] = []
    for who, one in fine:
        if not isinstance(one, Data):
            cut.append((who, one))
            continue
        at = 0
        while at < len(one.data):
            to = min(len(one.data), at + chance.randint(1, 60))
            cut.append((who, Data(one.data[at:to], Marks(list(range(1, to - at + 1)), one.marks.times[at:to],
                                                         one.marks.frames[at:to]))))  # fmt: skip
            at = to
    end = (number + 1, number + 1)
    assert _events(cut, end) == _events(fine, end)


def _events(talk: list[tuple[str, Piece]], end: tuple[int, int]) -> list[Event]:
    d, events = h2.dialogue(), []
    for who, one in talk:
        events += d.client(one) if who == C2S else d.server(one)
    return events + d.finish(*end, ended=True)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([C2S, S2C]), st.floats(0, 0.99), st.binary(min_size=1, max_size=40))
def test_bytes_that_were_changed(side: str, where: float, noise: bytes) -> None:
    """Nothing raises, whatever the bytes are."""
    start, at = int(where * SIZES[side]), 0
    talk: list[Said] = []
    for who, what in BUSY:
        if who == side and at <= start < at + len(what):
            what = what[: start - at] + noise + what[start - at + len(noise) :]
        at += len(what) if who == side else 0
        talk.append((who, what))
    assert hear([*talk])


@given(st.binary(max_size=600), st.binary(max_size=600))
def test_any_bytes(client: bytes, server: bytes) -> None:
    """Nothing raises on what is no HTTP/2 at all."""
    hear([(C2S, client), (S2C, server), (C2S, h2.hole(3, 3)), (C2S, client), (S2C, PREFACE + server)])


def test_bytes_that_are_no_frames_are_told() -> None:
    """A frame that cannot be is told with its bytes, and what follows is read."""
    c, s = Side(), Side()
    talk = [(C2S, PREFACE + frame(h2.SETTINGS) + c.ask(1, "/a")), (S2C, frame(h2.SETTINGS) + frame(h2.PING, b"short"))]
    talk += [(S2C, s.answer(1) + data(1, b"A", end=True) + frame(h2.PING, bytes(8)))]
    events = hear([*talk])
    assert h2.told(events)[1:] == [
        ("Garbled", 2, "a frame of kind 6 with 5 bytes; 14 bytes"),
        ("Answered", 3, "/a", b"A"),
    ]


def test_a_header_block_that_is_no_hpack() -> None:
    """It is told; what can be known of later ones is."""
    c, s = Side(), Side()
    bad = frame(h2.HEADERS, b"\x88\x40\x05ab", 1, 4)
    talk = [(C2S, PREFACE + frame(h2.SETTINGS) + c.ask(1, "/a") + c.ask(3, "/b")), (S2C, frame(h2.SETTINGS) + bad)]
    talk += [(S2C, data(1, b"A", end=True) + s.answer(3) + data(3, b"B", end=True))]
    assert h2.told(hear([*talk]))[2:] == [
        ("Garbled", 2, "a header block that is cut short"),
        ("Answered", 3, "/a", b"A"),
        ("Answered", 3, "/b", b"B"),
    ]


def hearing(said: bytes) -> Callable[[], list[Event]]:
    """To read what a client says, all at once."""
    return partial(hear, [(C2S, said)])


def telling(pieces: Sequence[Piece]) -> Callable[[], object]:
    """To read what a client says, in these pieces."""
    client = h2.dialogue().client
    return lambda: [client(one) for one in pieces]


def test_continuations_without_end() -> None:
    """A block that never ends costs the limit of a head, and nothing comes of it but the word."""

    def flood(count: int) -> Callable[[], list[Event]]:
        more = frame(h2.CONTINUATION, b"\x40\x01a\x02bc" * 2000, 1) * (count // 200)
        more += frame(h2.CONTINUATION, b"", 1) * count + frame(h2.CONTINUATION, b"", 1, 4)
        return hearing(PREFACE + frame(h2.SETTINGS) + frame(h2.HEADERS, b"\x82", 1) + more)

    assert in_proportion(flood, 1_000)
    told = h2.told(flood(20_000)())
    assert told == [("Garbled", 1, "a header block of more than 262144 bytes")]


def test_streams_without_end() -> None:
    """Requests that are never answered make room for others."""

    def asking(count: int) -> Callable[[], list[Event]]:
        c = Side()
        asks = PREFACE + b"".join(c.ask(2 * i + 1, "/a") for i in range(count))
        return partial(h2.dialogue().client, piece(asks, 1))

    assert in_proportion(asking, 1_000)
    events = asking(30_000)()
    assert sum(isinstance(e.payload, Answered) for e in events) == 20_000


def test_damage_without_end() -> None:
    """Garbage, holes and frames in turn cost what they are long."""
    odd = frame(h2.PING, bytes(8)) * 3 + frame(h2.PING, b"odd")
    assert in_proportion(lambda count: hearing(PREFACE + odd * count), 500)
    empty = bytes([0, 0, 50, 0, 0, 0, 0, 0, 1])
    assert in_proportion(lambda count: hearing(empty * count + b"\xff" * 7 * count), 1_000)

    holes = [x for i in range(1_000) for x in (Gap(7, i, i), piece(frame(h2.PING, b"7 bytes", 0)[: i % 17 + 1], i))]
    assert in_proportion(lambda count: telling(holes[:count]), 1_000)


def test_small_packets_of_garbage() -> None:
    """Looking for frames does not look at the same bytes again and again."""
    packets = [piece(b"\x00\x00\x10\x00\x00\x00\x00\x00\x01\xfe" * 3, i) for i in range(2_000)]
    assert in_proportion(lambda count: telling([Gap(1, 1, 1), *packets[:count]]), 1_000)


def test_a_websocket_is_told_of_holes() -> None:
    """A hole anywhere may have hit it; its own link says so."""
    events = play(with_hole(BUSY, S2C, SIZES[S2C] // 2, 100))
    assert any(type(e.payload).__name__ == "Lost" and e.link == "ws1" and e.direction == S2C for e in events)
    assert any(isinstance(e.payload, Upgraded) for e in events)

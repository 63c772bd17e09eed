"""Events to rows."""

import json
from typing import Any

import pytest

from analyzer.decoding.places import Link
from analyzer.live.intake import Intake, Socket
from analyzer.live.recorder import Recorder
from analyzer.records import C2S, S2C, Row
from analyzer.wire.events import Event
from analyzer.wire.frames import TEXT, Message
from tests.flowfiles import said, socket

SECOND = 1_000_000_000
OPEN = b'0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'


def message(link: Link, time: int, text: bytes, direction: str = C2S) -> Event:
    """A WebSocket message."""
    return Event(time, 0, link, direction, Message(time, 0, TEXT, text, None))


def joined(recorder: Recorder) -> Link:
    """A WebSocket of a session of revision 4."""
    link = Link(0, "1.2.3.4:5", "1.2.3.4:80")
    link.recognised, link.engine = True, 4
    recorder.add([message(link, 1, b'0{"sid":"S"}', S2C), message(link, 2, b"40")])
    return link


def never(error: Exception) -> None:
    """Nothing fails here."""
    raise error


def test_rows_carry_the_name_of_the_proxy() -> None:
    """Also after it was given another one."""
    recorder = Recorder("one")
    link = joined(recorder)
    assert recorder.waiting
    assert [(row.source, row.session, row.type) for row in recorder.release(3, never)] == [
        ("one", "S", "open"), ("one", "S", "CONNECT"),
    ]  # fmt: skip
    recorder.rename("two")
    recorder.add(lambda: [message(link, 4, b'42["a"]')])
    assert [(row.source, row.event) for row in recorder.release(5, never)] == [("two", "a")]
    assert not recorder.waiting


def test_one_failure_concerns_one_thing() -> None:
    """What comes with it is recorded."""
    recorder, errors = Recorder("p"), list[Exception]()
    link = joined(recorder)
    recorder.add(lambda: [1 // 0])  # type: ignore[list-item]
    recorder.add([message(link, 3, b'42["a"]')])

    assert [row.type for row in recorder.release(4, errors.append)] == ["open", "CONNECT", "EVENT"]
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_acts_take_their_place_in_time() -> None:
    """Among what was seen."""
    recorder = Recorder("p")
    joined(recorder)
    recorder.act(Row(2, detail="mine"))
    recorder.act(Row(1, detail="first"))
    assert [row.time for row in recorder.release(3, never)] == [1, 1, 2, 2]


def test_the_end_is_summed_up() -> None:
    """In a row of its own."""
    recorder = Recorder("p")
    joined(recorder)
    recorder.release(3, never)
    (summary,) = recorder.finish(2 * SECOND, 7)
    assert (summary.layer, summary.type, summary.source) == ("capture", "summary", "p")
    assert json.loads(summary.data or "") == {
        "rows": 2, "connections": 7, "first_time": "1970-01-01T00:00:00.000000001Z",
        "last_time": "1970-01-01T00:00:02.000000000Z",
    }  # fmt: skip


def test_what_is_missing_is_said() -> None:
    """By a row with an issue code."""
    row = Recorder("p").unwritten(5, "3 rows")
    assert (row.time, row.source, row.issue, row.detail) == (5, "p", "capture_unwritten", "3 rows")


class Bench:
    """A recorder and the WebSocket of a session that has joined."""

    def __init__(self) -> None:
        self.recorder = Recorder("proxy")
        intake, flow = Intake(), socket()
        flow.request.data.path = b"/socket.io/?EIO=4&transport=websocket"
        self.recorder.add(intake.requested(flow))
        self.recorder.add(intake.answered(flow))
        found = intake.sockets.get(flow.id)
        assert found is not None
        self.socket: Socket = found
        self.failures: list[str] = []
        self.take(said(OPEN, 1, from_client=False), said(b"40", 1.001))
        self.take(said(b'40{"sid":"x"}', 1.002, from_client=False))

    def take(self, *records: Any) -> list[Row]:
        """Messages of one moment, and the rows they made."""
        for record in records:
            self.recorder.say(self.socket, record)
        return self.recorder.release(1 << 62, lambda error: self.failures.append(type(error).__name__))


MIXED = [
    said(b'42["a",1]', 2), said(b'42["b"]', 2.001, from_client=False),
    said(b"2", 2.002, from_client=False), said(b"3", 2.003),
    said(b'451-["f",{"_placeholder":true,"num":0}]', 2.004),
    said(b'42["c"]', 2.0045, from_client=False), said(b"\x01\x02", 2.005, is_text=False),
    said(b'42["d"]', 2.006), said(b'431["x"]', 2.007, from_client=False),
    said(b'42["gone"]', 2.008, dropped=True), said(b"4nonsense", 2.009), said(b'42/chat,["e"]', 2.01),
    said(b'42["\xff"]', 2.011), said("42[\"\ufffd\"]".encode(), 2.012),
]  # fmt: skip


def test_the_short_way_writes_what_the_long_way_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows, in the order of their moments, whatever is in between."""
    short = Bench().take(*MIXED)
    bench = Bench()
    monkeypatch.setattr("analyzer.decoding.channel.Channel.single", lambda *_: False)
    long = bench.take(*MIXED)

    assert short == long
    assert [row.event or row.type for row in short] == [
        "a", "b", "ping", "pong", "c", "f", "d", "ACK", "gone", "message", "e", None, "\ufffd",
    ]  # fmt: skip
    assert [row.issue for row in short if row.issue] == ["mitm_dropped", "sio_bad_packet", "ws_bad_text"]


def test_the_common_ones_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what makes it cheap."""
    bench = Bench()
    monkeypatch.setattr(bench.recorder.trunk, "take", lambda event: 1 // 0)
    rows = bench.take(said(b'42["a",1]', 2), said(b'42["b"]', 2.001, from_client=False))
    assert [row.event for row in rows] == ["a", "b"]
    assert bench.failures == []


def test_a_message_that_cannot_be_read_concerns_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record without a time, and bugs of ours."""
    bench = Bench()
    odd = said(b'42["a"]', 2)
    odd.timestamp = "never"
    assert [row.event for row in bench.take(odd, said(b'42["b"]', 2.1))] == ["b"]
    monkeypatch.setattr(bench.recorder.trunk, "take", lambda event: 1 // 0)
    assert [row.event for row in bench.take(said(b"4nonsense", 4), said(b'42["c"]', 5))] == ["c"]
    assert bench.failures == ["ValueError", "ZeroDivisionError"]

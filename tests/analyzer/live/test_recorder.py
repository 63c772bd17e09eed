"""Events to rows."""

import json

from analyzer.decoding.places import Link
from analyzer.live.recorder import Recorder
from analyzer.records import C2S, S2C, Row
from analyzer.wire.events import Event
from analyzer.wire.frames import TEXT, Message

SECOND = 1_000_000_000


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

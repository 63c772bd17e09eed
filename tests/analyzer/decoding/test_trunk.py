"""The trunk's entrance: every kind of event finds its way, oddities where Engine.IO was seen only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding.places import NUMBER_BITS
from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Ended, Event, Garbled, Lost
from tests.analyzer.decoding.drive import OPEN4, Drive

ODDITIES = [Lost(5), Ended("fin"), Garbled("http_bad_message", "why", b"\x00")]


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: type(oddity).__name__)
def test_oddities_of_other_traffic_are_no_rows(oddity: object) -> None:
    """Only connections on which Engine.IO was seen have rows of any kind."""
    drive = Drive()
    drive.take(drive.link(), C2S, oddity)
    assert drive.rows() == []
    assert not drive.trunk.missing_bytes


def test_oddities_of_a_session() -> None:
    """A hole, garbled bytes and an end are rows of the connection's session."""
    drive = Drive()
    link = drive.open()
    for oddity in ODDITIES:
        drive.take(link, S2C, oddity)
    gap, fin, garbled = drive.rows()[2:]
    assert (gap.layer, gap.type, gap.session, gap.size, gap.issue) == ("tcp", "gap", "S", 5, "tcp_gap")
    assert (fin.layer, fin.type, fin.direction, fin.issue) == ("tcp", "fin", "s2c", None)
    assert (garbled.layer, garbled.type, garbled.attachments) == ("http", None, [b"\x00"])
    assert (garbled.session, garbled.issue, garbled.detail, garbled.size) == ("S", "http_bad_message", "why", 1)


def test_missing_bytes_are_counted_by_source() -> None:
    """A hole whose size nobody knows counts as nothing, and has no size."""
    drive = Drive()
    drive.trunk.scribe.sources.append("second.pcap")
    link = drive.open()
    for frame, size in ((1, 7), (1 << NUMBER_BITS | 1, 5), (1 << NUMBER_BITS | 2, -1), (2, 1)):
        drive.trunk.take(Event(drive.time, frame, link, C2S, Lost(size)))
    assert drive.trunk.missing_bytes == {0: 8, 1: 5}
    assert [row.size for row in drive.rows() if row.type == "gap"] == [7, 5, None, 1]


def test_after_a_hole_a_session_may_be_any_protocol() -> None:
    """Its CONNECT may have been lost: what decodes as Socket.IO is Socket.IO."""
    drive = Drive()
    link = drive.open()
    drive.lose(link, C2S, 10)
    drive.post(link, '42["a"]')
    assert ("socket.io", "c2s", "EVENT", "a", "[]", None) in drive.packets()


def test_the_end_of_the_capture_gives_up_what_is_waited_for() -> None:
    """A header without its attachments is told at the end, which is no fault of the peers."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, C2S, "40")
    drive.say(link, C2S, '451-["f",{"_placeholder":true,"num":0}]')
    assert [row.type for row in drive.trunk.release(drive.time)] == ["open", "open", "CONNECT"]
    (row,) = drive.rows()
    assert (row.issue, row.detail) == ("sio_attachment_missing", "1 of 1 attachments did not come: the capture ends")


def test_rows_leave_as_they_settle() -> None:
    """Nothing is left behind, nothing comes twice."""
    drive = Drive()
    link = drive.open()
    first = drive.trunk.release(drive.time)
    drive.post(link, "40")
    assert [row.type for row in first] == ["GET", "open"]
    assert [row.type for row in drive.rows()] == ["CONNECT", "POST"]
    assert drive.rows() == []


TEXTS = [
    "2",
    "3",
    "2probe",
    "3probe",
    "5",
    "40",
    '42["a",1]',
    '430["x"]',
    '451-["f",{"_placeholder":true,"num":0}]',
    "x",
    OPEN4,
    "41",
    "1",
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "open",
                "websocket",
                "upgrade",
                "guessed",
                "get",
                "post",
                "refused",
                "say",
                "bytes",
                "lose",
                "end",
                "close",
            ]
        ),
        st.integers(0, 5),
        st.sampled_from([C2S, S2C]),
        st.sampled_from(TEXTS),
    ),
    max_size=40,
)


def play(drive: Drive, steps: list[tuple[str, int, str, str]]) -> None:
    """Do the steps, each on one of the connections there are by then."""
    links = [drive.link()]
    for what, which, direction, text in steps:
        link = links[which % len(links)]
        if what in ("websocket", "upgrade"):
            links.append(drive.websocket("EIO=4&transport=websocket" + ("&sid=S" if what == "upgrade" else "")))
        elif what == "guessed":
            links.append(drive.guessed())
        elif what == "open":
            links.append(drive.open())
        elif what in ("get", "post", "refused"):
            send = drive.get if what == "get" else drive.post
            send(link, text + "\x1e" + text, status=400 if what == "refused" else 200)
        elif what in ("say", "bytes", "close"):
            drive.say(link, direction, text if what == "say" else text.encode(), 8 if what == "close" else None)
        elif what == "lose":
            drive.lose(link, direction, which - 1)
        else:
            drive.end(link, direction)


@given(STEPS, st.sampled_from([Limits(), Limits(sessions=1, held_rows=3, attachments=1)]))
def test_any_order_of_events(steps: list[tuple[str, int, str, str]], limits: Limits) -> None:
    """In whatever order: no exception, rows in time order, each with a layer, an issue with a detail."""
    drive = Drive(limits)
    play(drive, steps)
    rows = drive.rows()
    assert [row.time for row in rows] == sorted(row.time for row in rows)
    for row in rows:
        assert row.layer in ("tcp", "http", "websocket", "engine.io", "socket.io")
        assert (row.issue is None) == (row.detail is None)
        assert row.source == "test.pcap"


@given(STEPS)
def test_when_rows_are_taken_out_changes_nothing(steps: list[tuple[str, int, str, str]]) -> None:
    """Released after every event, or all at the end: the same rows."""
    at_once, now_and_then = Drive(), Drive()
    play(at_once, steps)
    released = []
    take = now_and_then.trunk.take

    def take_and_release(event: Event) -> None:
        take(event)
        released.extend(now_and_then.trunk.release(event.time))

    now_and_then.trunk.take = take_and_release  # type: ignore[method-assign]
    play(now_and_then, steps)
    assert released + now_and_then.rows() == at_once.rows()

"""Rows as a conversation: what is shown, in which columns, and what is left out."""

import io

from analyzer.log import Log
from analyzer.report.selection import Around, Choice, Moment
from analyzer.report.text import transcript
from analyzer.report.text.screen import open_console
from analyzer.report.text.transcript import Manner, Transcript
from tests.recorded import CAPTURES
from tests.rows import Talk

USUAL = Manner()
SAYS = 39
"""Where what a row says begins."""


def lines(rows, manner=USUAL, choice=None, around=None, width=80, parts=1):
    """What is printed for rows that come in so many parts."""
    file = io.StringIO()
    shown = Transcript(open_console(file, width=width), manner, choice, around)
    for part in range(parts):
        shown.add(rows[len(rows) * part // parts : len(rows) * (part + 1) // parts])
    shown.end()
    return file.getvalue().splitlines()


def talk():
    """A session with an upgrade, events, acks and heartbeats."""
    told = Talk("abc").open(0, "polling").upgrade(10).join(100)
    told.socket(200, "EVENT", "c2s", event="say", ack_id=1, data='["hi"]', size=20)
    told.socket(202.5, "ACK", "s2c", ack_id=1, data='["ok"]', size=9)
    for number in range(3):
        told.beat(1000 + 1000 * number)
    return told.socket(4500, "EVENT", "s2c", event="news", data="[]").close(5000)


def test_a_conversation():
    """Sessions are introduced, times count from the first row, acks know their events, heartbeats are one line."""
    found = lines(talk().rows)
    assert found[0] == "#1 abc  Engine.IO 4  10.0.0.1:5000 → 10.0.0.2:3000"
    assert found[1].startswith("←     0.000          #1  poll    90 B  open {")
    assert found[-5:] == [
        '→     0.200 +99.0 ms #1  ws      20 B  EVENT say #1 ["hi"]',
        '←     0.203  +2.5 ms #1  ws       9 B  ACK say #1 in 2.5 ms ["ok"]',
        "      3.001  +2.80 s #1  ws  3 heartbeats, 1.00 s apart, rtt max 1.0 ms",
        "←     4.500  +1.50 s #1  ws      10 B  EVENT news []",
        "→     5.000  +500 ms #1  ws            WebSocket close 1005",
    ]


def test_blocks_change_nothing():
    """However the rows are divided."""
    rows = talk().rows
    assert lines(rows, parts=7) == lines(rows)


def test_heartbeats():
    """Each, where they are asked for; none, where they are not wanted."""
    rows = talk().rows
    each = lines(rows, Manner(fold=False))
    assert sum(line.endswith(("ping", "pong")) for line in each) == 6
    none = lines(rows, Manner(fold=False, heartbeats=False))
    assert len(none) == len(each) - 6


def test_a_ping_without_pong_is_told():
    """At its own time, before what ended the session."""
    rows = Talk().open(0).engine(1000, "ping", "s2c").close(3000, "s2c").rows
    assert lines(rows)[-2].endswith("ping without a pong")
    assert "    1.000" in lines(rows)[-2]


def test_what_is_left_out():
    """Exchanges that went well, ends of connections, WebSocket pings and summaries, unless all is asked for."""
    told = Talk().open(0, "polling").http(5).ws(6, "open").ws(7, "ping").close(8)
    told.add(9, "capture", "summary", None, session=None, data="{}")
    few, everything = lines(told.rows), lines(told.rows, Manner(everything=True))
    assert [line.split()[-1] for line in few][-1] == "1005"
    assert len(everything) == len(few) + 5
    assert "capture summary {}" in everything[-1]


def test_trouble_is_never_left_out():
    """Refused requests, resets, holes, odd rows, and an end without a close."""
    told = Talk().http(1, status=400, data='{"code":1}').tcp(2, "reset", "s2c").tcp(3, "gap", "s2c")
    told.http(4, issue="http_body_cut", detail="the body is cut").ws(5, "open").tcp(6, "fin", "s2c").tcp(
        7, "fin", "c2s"
    )
    found = [line[SAYS:] for line in lines(told.rows, width=120)[1:]]
    assert 'GET 400 10.0 ms {"code":1}' in found[0]
    assert [found[1], found[2], found[6:]] == ["reset", "gap", ["fin"]]
    assert lines(told.rows)[5] == "  ! http_body_cut: the body is cut"


def test_oddities_of_the_capture_have_one_line():
    """There is nothing else to say."""
    rows = Talk().add(0, "capture", "issue", None, session=None, issue="capture_cut", detail="it ends early").rows
    assert lines(rows) == ["  ! capture_cut: it ends early"]
    assert lines(rows, Manner(captures=False)) == []


def test_the_clock():
    """Times of day, in UTC."""
    found = lines(Talk().join(0.25).rows, Manner(clock=True))
    assert found[1].startswith("→ 12:53:20.000          #1 ")
    assert found[2].startswith("← 12:53:20.001  +1.0 ms #1 ")


def test_long_pauses_and_steps_back():
    """Are in seconds; a row told late has no time since the one before."""
    rows = Talk().join(0).socket(300_000, "EVENT", "c2s").rows
    assert "   +300 s #1" in lines(rows)[3]
    late = rows[0]._replace(time=rows[2].time - 10**9)
    assert lines([*rows, late])[4][:24] == "→   299.000          #1 "


def test_wishes():
    """Rows that fit; the latency of an ack is known although its event is not shown."""
    rows = talk().rows
    acks = lines(rows, choice=Choice(types=("ack",)))
    assert [line[SAYS:] for line in acks[1:]] == ['ACK say #1 in 2.5 ms ["ok"]']
    assert len(lines(rows, choice=Choice(event="say"))) == 3
    assert len(lines(rows, choice=Choice(since=Moment(4 * 10**9, True)))) == 3
    assert lines(rows, choice=Choice(session="nobody")) == []


def test_types_that_are_asked_for_are_shown():
    """Also those left out otherwise."""
    rows = Talk().http(1).tcp(2, "fin", "c2s").rows
    assert len(lines(rows, choice=Choice(types=("GET", "fin")))) == 3


def test_around_a_frame():
    """With the rows beside it."""
    rows = talk().rows
    at = next(row.frame for row in rows if row.event == "say")
    found = lines(rows, Manner(everything=True, fold=False), around=Around(at, 1))
    assert [("CONNECT" in line, "EVENT say" in line, "ACK" in line) for line in found[1:]] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_sessions_are_numbered():
    """As they come, each tap by itself; rows without a session have no number."""
    one, two = Talk("one").join(0), Talk("two").join(5)
    tap = Talk("one", server="10.0.0.3:3000").join(7)
    refused = Talk(None).http(9, status=400)
    found = lines([*one.rows, *two.rows, *tap.rows, *one.rows[:1], *refused.rows])
    assert [line.split("  ")[0] for line in found if line.startswith("#")] == ["#1 one", "#2 two", "#3 one"]
    assert found[-2][21:24] == "#1 "
    assert found[-1][21:24] == "   "


def test_numbers_are_bounded(monkeypatch):
    """Who was forgotten is introduced anew."""
    monkeypatch.setattr(transcript, "SESSIONS", 2)
    rows = [row for name in ("a", "b", "c", "a") for row in Talk(name).join(0).ws(1, "open", stream=name).rows]
    assert [line.split("  ")[0] for line in lines(rows) if line.startswith("#")] == ["#1 a", "#2 b", "#3 c", "#4 a"]


def test_how_many_were_shown():
    """Folded ones count."""
    shown = Transcript(open_console(io.StringIO()), Manner())
    shown.add(talk().rows)
    assert shown.shown == sum(row.layer in ("engine.io", "socket.io") for row in talk().rows) + 2


def test_every_packet_of_a_capture():
    """Has its line."""
    rows = [row for block in Log([str(CAPTURES / "v4-upgrade" / "capture.pcap")]) for row in block]
    packets = [row for row in rows if row.layer in ("engine.io", "socket.io")]
    found = lines(rows, Manner(fold=False))
    sockets = [row for row in rows if row.layer == "websocket"]
    assert len(found) == 1 + len(packets) + len(sockets)

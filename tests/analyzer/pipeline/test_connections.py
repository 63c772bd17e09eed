"""The table of connections: who belongs to whom, ports reused, holes given up, room made."""

import pytest

from analyzer.limits import Limits
from analyzer.pipeline import connections as module
from analyzer.pipeline.connections import Connections, wanted
from analyzer.pipeline.grouping import group
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Ended, Event, Lost, Requested
from analyzer.wire.http1 import Head
from tests.analyzer.pipeline.blocks import Sent, answer, block, connections, handshake, open_packet, poll

SYN, FIN, RST, ACK = 2, 17, 4, 16


def fed(rows: list[Sent], table: Connections | None = None) -> tuple[Connections, list[Event]]:
    """A table (a new one) that got these segments as one block, and what happened."""
    table = table or connections()
    return table, table.receive(group(block(rows)))


def kinds(events: list[Event]) -> list[tuple[int, str, type]]:
    """Stream, direction and kind of events."""
    return [(event.link.stream, event.direction, type(event.payload)) for event in events]


def test_a_connection_and_its_ends() -> None:
    """Events carry the link, which knows the client by its SYN and has the number of its first packet's rank."""
    table, events = fed(handshake(0, 4001, "A"))
    assert kinds(events) == [(0, C2S, Requested), (0, S2C, Answered)]
    link = events[0].link
    assert (link.client, link.server) == ("10.0.0.1:4001", "10.0.0.2:80")
    assert (table.count, table.evicted) == (1, 0)


def test_the_client_may_have_either_address() -> None:
    """Without the SYN it is the one that asks, be its address the lower or the higher one."""
    low = fed([(0, 4001, 0, 1, 24, poll())])[1][0].link
    high = fed([(0, 4001, 1, 1, 24, poll())])[1][0].link
    assert (low.client, low.server) == ("10.0.0.1:4001", "10.0.0.2:80")
    assert (high.client, high.server) == ("10.0.0.2:80", "10.0.0.1:4001")


def test_ports_used_again() -> None:
    """A new SYN with another number ends the connection before it and begins the next one, numbered anew."""
    again = [(t + 10, p, s, q + 70_000, f, d) for t, p, s, q, f, d in handshake(0, 4001, "B")]
    asked: list[Sent] = [(5, 4001, 0, 100 + len(poll()), 24, poll("A"))]
    table, events = fed([*handshake(0, 4001, "A"), *asked, *again])
    events.sort(key=lambda event: event.time)
    assert [(e.link.stream, type(e.payload)) for e in events] == [
        (0, Requested),
        (0, Answered),
        (0, Requested),
        (0, Answered),
        (1, Requested),
        (1, Answered),
    ]
    unanswered = events[3].payload
    assert isinstance(unanswered, Answered)
    assert (unanswered.exchange.response, unanswered.ended) == (None, True)
    assert table.count == 2
    assert [connection.link.stream for connection in table.retired] == [0]


def test_a_syn_repeated_is_the_same_connection() -> None:
    """The network or the client may send it twice."""
    syn: Sent = (0, 4001, 0, 99, SYN, b"")
    assert fed([syn, *handshake(1, 4001, "A")])[0].count == 1


def test_stragglers_of_a_finished_connection() -> None:
    """What comes after both FINs belongs to it and says nothing new."""
    told = answer(open_packet("A"))
    ends: list[Sent] = [
        (10, 4001, 0, 100 + len(poll()), FIN, b""),
        (11, 4001, 1, 500 + len(told), FIN, b""),
        (12, 4001, 0, 101 + len(poll()), ACK, b""),
    ]
    table, events = fed([*handshake(0, 4001, "A"), *ends])
    assert [e.payload for e in events if isinstance(e.payload, Ended)] == [Ended("fin"), Ended("fin")]
    again: list[Sent] = [(20, 4001, 1, 500, 24, told), (21, 4001, 0, 102 + len(poll()), RST, b"")]
    assert fed(again, table)[1] == []
    assert table.count == 1


def test_other_traffic_is_passed_over() -> None:
    """TLS is recognised by its first bytes; nothing more of it is looked at."""
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)
    table, events = fed([(0, 4001, 0, 99, SYN, b""), (1, 4001, 1, 499, 18, b""), (2, 4001, 0, 100, 24, hello)])
    assert events == []
    assert table.finish(9, 9) == []
    (connection,) = table.retired
    assert (connection.kind, connection.done, connection.link.recognised) == ("tls", True, False)


def test_what_was_seen_of_a_connection() -> None:
    """Its SYN, either side, and whether there were bytes: the summary tells what was one-way or begun before."""
    rows: list[Sent] = [*handshake(0, 4001, "A"), (9, 4002, 0, 1, 24, b"x"), (9, 4003, 1, 1, ACK, b"")]
    table, _ = fed(rows)
    table.finish(9, 9)
    assert [(c.whole, c.seen) for c in table.retired] == [(True, 7), (False, 5), (False, 2)]


def test_holes_are_given_up_in_time() -> None:
    """A hole is waited for as long as it can still be filled; then it is told, and reading goes on behind it."""
    table, _ = fed(handshake(0, 4001, "A"))
    begin = 500 + len(answer(open_packet("A")))
    fed([(10, 4001, 1, begin + 7, 24, answer("2"))], table)
    assert table.expire(11) == []
    lost = [event.payload for event in table.expire(3_600_000_000_000) if isinstance(event.payload, Lost)]
    assert lost == [Lost(7)]
    assert table.expire(7_200_000_000_000) == []


def test_room_is_made_for_new_connections() -> None:
    """Beyond the limit the one idle longest goes: what it was asked stays unanswered, and it is counted."""
    table = connections(Limits(connections=2))
    for i, port in enumerate((4001, 4002, 4003)):
        fed([(10 * i + t, port, s, q, f, d) for t, _, s, q, f, d in handshake(0, port, str(port))], table)
    fed([(50, 4001, 0, 100 + len(poll()), 24, poll("4001"))], table)
    events = table.make_room(60, 9)
    assert [connection.link.stream for connection in table.retired] == [1]
    assert (events, table.evicted) == ([], 1)
    table.finish(70, 9)
    assert [connection.link.stream for connection in table.retired] == [1, 2, 0]


def test_finished_connections_make_room_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are only remembered for their stragglers go first, in bounded number, and are no loss."""
    monkeypatch.setattr(module, "_TOMBSTONES", 1)
    table = connections()
    for port in (4001, 4002, 4003):
        fed([*handshake(0, port, "A"), (9, port, 1, 500, RST, b"")], table)
    assert table.make_room(10, 9) == []
    assert ([c.link.stream for c in table.retired], table.evicted) == ([0, 1], 0)


@pytest.mark.parametrize(
    ("target", "is_wanted"), [("/x/?EIO=4&transport=polling", True), ("/index.html", False), ("", False)]
)
def test_wanted(target: str, is_wanted: bool) -> None:
    """Requests whose query asks for Engine.IO."""
    assert wanted(Head(0, 1, 0, "GET", target, 0, "", "1.1", [])) is is_wanted

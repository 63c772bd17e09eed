"""Rows as the scribe writes them: places by name, columns where they belong."""

from analyzer.decoding.places import NUMBER_BITS, Link
from analyzer.limits import DEFAULT
from analyzer.records import COLUMNS, Layer
from tests.analyzer.decoding.bench import Bench


def test_a_row_names_its_place() -> None:
    """Source and number come out of the frame, the ends from the connection; a frame without number is null."""
    bench = Bench()
    row = bench.scribe.row(5, 1 << NUMBER_BITS | 9, bench.link, Layer.TCP, type="fin")
    assert (row.time, row.source, row.frame, row.stream, row.client, row.server) == (5, "b.pcap", 9, 0, "c:1", "s:1")
    assert (row.layer, row.type) == ("tcp", "fin")
    assert bench.scribe.row(5, 0, bench.link, Layer.TCP).frame is None
    assert row._fields == tuple(COLUMNS)


def test_sources_may_grow() -> None:
    """A source that is added later has its name used."""
    bench = Bench()
    bench.scribe.sources.append("c.pcap")
    assert bench.scribe.row(0, 2 << NUMBER_BITS, bench.link, Layer.TCP).source == "c.pcap"


def test_engine_rows_take_the_arrivals_oddity() -> None:
    """Unless the packet has one of its own."""
    bench = Bench()
    odd = bench.arrival(3, 2)._replace(issue="eio_after_error", detail="why")
    bench.scribe.engine(odd, "S", "c2s", 4, type="ping")
    bench.scribe.engine(odd, "S", "c2s", 4, type=None, issue="eio_bad_packet", detail="x")
    first, second = bench.rows()
    assert (first.layer, first.type, first.session, first.size, first.wire_size) == ("engine.io", "ping", "S", 3, 2)
    assert (first.issue, first.detail) == ("eio_after_error", "why")
    assert (second.issue, second.detail) == ("eio_bad_packet", "x")


def test_websocket_rows_are_of_the_connections_session() -> None:
    """Once it is known; before, only the revision the request asked for is."""
    bench = Bench()
    bench.link.engine = 3
    bench.scribe.websocket(1, 1, bench.link, type="ping")
    bench.link.tap = bench.tap
    bench.scribe.websocket(2, 1, bench.link, type="ping")
    bench.scribe.websocket(3, 1, bench.link, type="close", session="other")
    found = [(row.layer, row.transport, row.session, row.engine) for row in bench.rows()]
    assert found == [
        ("websocket", "websocket", None, 3),
        ("websocket", "websocket", "S", 4),
        ("websocket", "websocket", "other", 4),
    ]


def test_an_opening_waits() -> None:
    """The row of an opened WebSocket stays until its session is known."""
    bench = Bench()
    held = bench.scribe.opening(1, 1, bench.link, status=101)
    assert bench.outbox.release(2) == []
    held.settle(session="S")
    (row,) = bench.outbox.release(2)
    assert (row.type, row.direction, row.status, row.session) == ("open", "c2s", 101, "S")


def test_tcp_rows() -> None:
    """They belong to the session last seen on the connection."""
    bench, other = Bench(limits=DEFAULT), Link(1, "c:2", "s:1")
    bench.link.tap, other.engine = bench.tap, 4
    for link in (bench.link, other):
        bench.scribe.tcp(1, 1, link, direction="s2c", type="reset")
    assert [(row.layer, row.session, row.engine, row.transport) for row in bench.rows()] == [
        ("tcp", "S", 4, None),
        ("tcp", None, 4, None),
    ]

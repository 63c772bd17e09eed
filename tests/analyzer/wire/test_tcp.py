"""A connection's segments, both directions, as an onlooker meets them."""

from analyzer.limits import DEFAULT
from analyzer.wire.halfstream import ACK, ACK_GRACE, FIN, SYN, Closed, Data, Gap
from analyzer.wire.tcp import Columns, TcpConnection

Segment = tuple[int, int, int, int, int, bytes]
"""Time, side, sequence and acknowledgement number, flags, payload."""


def columns(segments: list[Segment]) -> Columns:
    """Segments as the columns of a block."""
    buffer, starts = b"", []
    for segment in segments:
        starts.append(len(buffer))
        buffer += segment[5]
    time, side, seq, ack, flags, payloads = (list(c) for c in zip(*segments, strict=True))
    frames = list(range(1, len(segments) + 1))
    sizes = [len(p) for p in payloads]
    return Columns(memoryview(buffer), time, frames, side, seq, ack, flags, starts, sizes, [0] * len(sizes))


HELLO: list[Segment] = [
    (0, 0, 100, 0, SYN, b""),
    (1, 1, 500, 101, SYN | ACK, b""),
    (2, 0, 101, 501, ACK, b""),
    (3, 0, 101, 501, ACK, b"ask"),
    (4, 1, 501, 104, ACK, b"answer"),
]


def test_both_directions_in_order() -> None:
    """Each side's bytes come out with the moments of their segments; the SYN tells the client."""
    connection = TcpConnection(DEFAULT)
    assert connection.receive(columns(HELLO), 0, 5) == 5
    ((up,), (down,)) = connection.take()
    assert isinstance(up, Data)
    assert isinstance(down, Data)
    assert (up.data, up.marks.times, up.marks.frames) == (b"ask", [3], [4])
    assert down.data == b"answer"
    assert connection.client == 0


def test_a_syn_with_ack_first_tells_the_server() -> None:
    """Where the capture missed the client's SYN, the server's answer to it tells as much."""
    connection = TcpConnection(DEFAULT)
    connection.receive(columns(HELLO[1:]), 0, 4)
    assert connection.client == 0


def test_ports_are_used_again() -> None:
    """A SYN with another sequence number begins another connection; a repeated one does not."""
    connection = TcpConnection(DEFAULT)
    again = [*HELLO, HELLO[0], (9, 0, 9000, 0, SYN, b"")]
    assert connection.receive(columns(again), 0, 7) == 6


def test_an_acknowledged_hole_is_given_up_on_the_connections_next_segment() -> None:
    """The peer's acknowledgement starts the clock; the next segment at or after the deadline lets the bytes go, at the
    deadline.
    """
    connection = TcpConnection(DEFAULT)
    late = 10 + ACK_GRACE
    segments = [*HELLO, (9, 0, 110, 507, ACK, b"more"), (10, 1, 507, 114, ACK, b""), (late + 5, 1, 507, 114, ACK, b"z")]
    connection.receive(columns(segments), 0, 8)
    (_, gap, after), _ = connection.take()
    assert gap == Gap(6, late, 6)
    assert isinstance(after, Data)
    assert (after.data, after.marks.times) == (b"more", [late])


def test_expire_needs_no_segment() -> None:
    """The clock of the capture runs for connections that fell silent, too."""
    connection = TcpConnection(DEFAULT)
    connection.receive(columns([*HELLO, (9, 0, 110, 507, ACK, b"more"), (10, 1, 507, 114, ACK, b"")]), 0, 7)
    assert connection.waiting
    connection.expire(10 + ACK_GRACE)
    assert not connection.waiting


def test_fin_of_both_sides() -> None:
    """Each direction ends by itself."""
    connection = TcpConnection(DEFAULT)
    connection.receive(columns([*HELLO, (5, 0, 104, 507, FIN | ACK, b""), (6, 1, 507, 105, FIN | ACK, b"")]), 0, 7)
    (_, up), (_, down) = connection.take()
    assert (up, down) == (Closed("fin", 5, 6), Closed("fin", 6, 7))


def test_a_forgotten_connection_still_knows_a_new_one() -> None:
    """After it is over only its stragglers and its successor matter."""
    connection = TcpConnection(DEFAULT)
    connection.receive(columns(HELLO), 0, 5)
    connection.forget()
    assert not connection.opens_another(0, 100, SYN)
    assert connection.opens_another(0, 101, SYN)

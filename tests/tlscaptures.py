"""Captures of Socket.IO inside TLS: recorded talks said again by OpenSSL peers, segment by segment, at their times."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from ssl import SSLError, SSLSession

from analyzer.wire.halfstream import FIN, SYN
from tests.recorded import Piece, pieces
from tests.tlspeers import Line, Pair, credentials


@dataclass
class Secured:
    """One connection: the same segments, their payload inside TLS."""

    pair: Pair
    session: SSLSession | None = None
    line: Line | None = None
    client: tuple[str, int] | None = None
    shift: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """By how much the stream of the client (true) and the server is longer than it was."""
    found: list[Piece] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        """The next segment."""
        _, a, _, ports, _, _, flags, payload = piece
        mine = (a, ports[0]) == self.client if self.client else True
        if self.client is None:
            assert flags & SYN
            self.client = a, ports[0]
        if payload and self.line is None:
            self._greet(piece, mine)
        side = 0 if mine else 1
        body = self._act(side, partial(self.line.peers[side].write, payload)) if payload else b""
        if flags & FIN and self.line is not None:
            body += self._act(side, self.line.peers[side].unwrap)
        self._put(piece, mine, body)

    def _put(self, piece: Piece, mine: bool, body: bytes) -> None:
        time, a, b, ports, seq, ack, flags, payload = piece
        seq, ack = seq + self.shift[mine], ack + self.shift[not mine]
        self.found.append((time, a, b, ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, flags, body))
        self.shift[mine] += len(body) - len(payload)

    def _greet(self, piece: Piece, mine: bool) -> None:
        """The handshake, at the time of the first data."""
        self.line = Line(self.pair.prepared(), self.session)
        time, a, b, ports, seq, ack, flags, _ = piece
        for side in (0, 1) * 3:
            data = self._act(side, self.line.peers[side].do_handshake)
            if data and (side == 0) == mine:
                self._put((time, a, b, ports, seq, ack, flags, b""), mine, data)
            elif data:
                self._put((time, b, a, ports[::-1], ack, seq, flags, b""), not mine, data)

    def _act(self, side: int, what: Callable[[], object]) -> bytes:
        """What a peer sends when it does something."""
        assert self.line is not None
        before = len(self.line.wire)
        with suppress(SSLError):
            self.line.act(side, what)
            self.line.hear(1 - side)
        return b"".join(part for _, part in self.line.wire[before:] if isinstance(part, bytes))


def secured(scenario: str, pair: Pair, *, resume: bool = False) -> tuple[list[Piece], bytes]:
    """The segments of one of our captures with every connection inside TLS, and the key log; those after the first
    resume its session where that is asked for.
    """
    log = credentials() / "wrapped.txt"
    log.unlink(missing_ok=True)
    pair.prepared()[0].keylog_filename = str(log)
    known: dict[frozenset[tuple[str, int]], Secured] = {}
    found: list[Piece] = []
    session = None
    for piece in sorted(pieces(scenario), key=lambda piece: piece[0]):
        ends = frozenset(((piece[1], piece[3][0]), (piece[2], piece[3][1])))
        if ends not in known:
            if resume and session is None:
                session = next((s.line.peers[0].session for s in known.values() if s.line is not None), None)
            known[ends] = Secured(pair, session, found=found)
        known[ends].take(piece)
    return found, log.read_bytes()

"""A TLS connection as an onlooker with the key log reads it: what TCP made readable in, plaintext out.

TLS 1.2 (RFC 5246) and 1.3 (RFC 8446), passively: no key is ever agreed on here, secrets come from a `KeyLog`.
"""

from analyzer.wire.keylog import KeyLog
from analyzer.wire.pieces import Piece
from analyzer.wire.tls_facts import Facts, TlsOddity, Unread
from analyzer.wire.tls_segments import Segments, first
from analyzer.wire.tls_session import Moment, Session
from analyzer.wire.tls_side import Side

Sides = tuple[list[Piece], list[Piece]]


class Tls:
    """Both directions of one connection; ``client`` is the side that opened it, or seems to be the client.

    Plaintext became readable with the last byte of its record (or of what was needed beside it, if that came later).
    A hole in it has size -1 where it is not known how much plaintext is missing.
    """

    def __init__(self, keys: KeyLog, client: int) -> None:
        self._session = Session(keys, client)
        self._sides = Side(self._session, 0), Side(self._session, 1)
        self._over = False  # the handshake: what follows may be read in bulk

    @property
    def facts(self) -> Facts:
        """What is known of the connection by now."""
        return self._session.facts

    @property
    def client(self) -> int:
        """The side that is the client; certain once `facts` has a random."""
        return self._session.client

    @property
    def passed_over(self) -> Unread | None:
        """Why nothing of it can be read, null while something may be."""
        return self._session.passed_over

    @property
    def waiting(self) -> bool:
        """Whether bytes are held for a secret that may still come; see `retry`."""
        return self._sides[0].waiting or self._sides[1].waiting

    @property
    def held(self) -> int:
        """Bytes that are."""
        return self._sides[0].held + self._sides[1].held

    def receive(self, pieces: Sides) -> Sides:
        """Take what became readable on either side; the plaintext that it completes."""
        floor = min((first(piece) for side in pieces for piece in side), default=(0, 0)) if self.waiting else (0, 0)
        if not self._over:
            pieces = self._open(pieces)
        for side, new in zip(self._sides, pieces, strict=True):
            side.add(new)
        self._run(floor)
        return self._take()

    def retry(self, time: int, frame: int) -> Sides:
        """The key log has grown: what was held for a secret, as having become readable at this moment."""
        self._run((time, frame))
        return self._take()

    def finish(self) -> Sides:
        """Nothing more will come: neither bytes nor secrets."""
        for side in (self._session.client, 1 - self._session.client) * 2:
            self._sides[side].give_up()
            self._run((0, 0))
        return self._take()

    def take_oddities(self) -> list[TlsOddity]:
        """What was odd since the last call."""
        found, self._session.oddities = self._session.oddities, []
        return found

    def _open(self, pieces: Sides) -> Sides:
        """Read the handshake in the order of time, so that it does not matter how the bytes were divided into batches;
        what is left when it is over.
        """
        left = Segments(pieces[0]), Segments(pieces[1])
        while not self._over and (left[0] or left[1]):
            side = 1 if not left[0] or (left[1] and left[1].moment < left[0].moment) else 0
            moment = left[side].moment
            self._sides[side].add([left[side].next()])
            self._run(moment)
            self._over = self.passed_over is not None or (self._sides[0].settled and self._sides[1].settled)
        return left[0].rest(), left[1].rest()

    def _take(self) -> Sides:
        return self._sides[0].take(), self._sides[1].take()

    def _run(self, floor: Moment) -> None:
        moved = True
        while moved:
            client = self._session.client
            one, other = self._sides[client], self._sides[1 - client]
            moved = one.run(floor)
            moved = (other.run(floor) or moved) and (one.blocked or other.blocked)

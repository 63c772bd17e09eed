"""A TLS connection as an onlooker with the key log reads it: what TCP made readable in, plaintext out.

TLS 1.2 (RFC 5246) and 1.3 (RFC 8446), passively: no key is ever agreed on here, secrets come from a `KeyLog`.
"""

from analyzer.wire.halfstream import Data, Piece
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tls_facts import Facts, TlsOddity
from analyzer.wire.tls_session import Moment, PassedOver, Session
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

    @property
    def facts(self) -> Facts:
        """What is known of the connection by now."""
        return self._session.facts

    @property
    def client(self) -> int:
        """The side that is the client; certain once `facts` has a random."""
        return self._session.client

    @property
    def passed_over(self) -> PassedOver | None:
        """Why nothing of it can be read, null while something may be."""
        return self._session.passed_over

    @property
    def waiting(self) -> bool:
        """Whether bytes are held for a secret that may still come; see `retry`."""
        return self._sides[0].waiting or self._sides[1].waiting

    def receive(self, pieces: Sides) -> Sides:
        """Take what became readable on either side; the plaintext that it completes."""
        floor = min((_first(piece) for side in pieces for piece in side), default=(0, 0))
        for side, new in zip(self._sides, pieces, strict=True):
            side.add(new)
        return self._run(floor)

    def retry(self, time: int, frame: int) -> Sides:
        """The key log has grown: what was held for a secret, as having become readable at this moment."""
        return self._run((time, frame))

    def finish(self) -> Sides:
        """Nothing more will come: neither bytes nor secrets."""
        both: Sides = ([], [])
        for _ in range(2):
            for side in (self._session.client, 1 - self._session.client):
                self._sides[side].give_up()
                for kept, new in zip(both, self._run((0, 0)), strict=True):
                    kept += new
        return both

    def take_oddities(self) -> list[TlsOddity]:
        """What was odd since the last call."""
        found, self._session.oddities = self._session.oddities, []
        return found

    def _run(self, floor: Moment) -> Sides:
        moved = True
        while moved:
            first = self._session.client
            moved = self._sides[first].run(floor)
            moved = self._sides[1 - first].run(floor) or moved
        return self._sides[0].take(), self._sides[1].take()


def _first(piece: Piece) -> Moment:
    return piece.marks.at(1) if isinstance(piece, Data) else (piece.time, piece.frame)

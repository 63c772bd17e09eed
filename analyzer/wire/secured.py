"""A connection inside TLS: its plaintext, once there is some, read as any other connection's bytes are."""

from collections.abc import Callable

from analyzer.records import C2S, S2C
from analyzer.wire.events import Event, Flawed
from analyzer.wire.halfstream import Piece
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tls import Tls
from analyzer.wire.tls_facts import Facts

Sides = tuple[list[Piece], list[Piece]]


class Secured:
    """Takes what TCP made readable; ``inside`` is called with each stretch of plaintext and gives the events in it."""

    def __init__(self, link: object, keys: KeyLog, client: int, inside: Callable[[Sides, int], list[Event]]) -> None:
        self._link = link
        self._tls = Tls(keys, client)
        self._inside = inside

    @property
    def facts(self) -> Facts:
        """What the handshake told."""
        return self._tls.facts

    @property
    def unreadable(self) -> bool:
        """Whether nothing of it can ever be read: no secret is known, or TLS of a kind that is not."""
        return self._tls.passed_over is not None

    @property
    def waiting(self) -> bool:
        """Whether bytes are held for a secret that may still come."""
        return self._tls.waiting

    @property
    def held(self) -> int:
        """How many bytes that are."""
        return self._tls.held if self.waiting else 0

    def receive(self, pieces: Sides) -> list[Event]:
        """Events in what these pieces decrypt to."""
        return self._read(self._tls.receive(pieces))

    def retry(self, time: int, frame: int) -> list[Event]:
        """The key log has grown."""
        return self._read(self._tls.retry(time, frame))

    def finish(self) -> list[Event]:
        """Neither bytes nor secrets will come any more."""
        return self._read(self._tls.finish())

    def _read(self, plain: Sides) -> list[Event]:
        """What the plaintext says; oddities of the records come behind it, when the connection is recognised."""
        events = self._inside(plain, self._tls.client)
        return events + [
            Event(o.time, o.frame, self._link, C2S if o.side == self._tls.client else S2C, Flawed(o.code, o.detail))
            for o in self._tls.take_oddities()
        ]

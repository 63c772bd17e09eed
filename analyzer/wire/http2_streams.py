"""The open streams of an HTTP/2 connection."""

from collections.abc import Callable, Iterator

from analyzer.wire.events import Exchange
from analyzer.wire.held import Held
from analyzer.wire.http2_body import Half

STREAMS = 10_000
"""Open exchanges, and open WebSockets, of one connection; the oldest makes room."""

_REMEMBERED = 4096


class Stream:
    """An exchange and what its two sides have come to."""

    __slots__ = ("answer", "answered", "asked", "early", "exchange", "holes", "request", "tries", "unknown", "waiting")

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.request: Half | None = None
        """Under way."""
        self.answer: Half | None = None
        """Under way."""
        self.holes = 0
        """Holes in the server's direction when the request came."""
        self.asked = False
        """The request is over."""
        self.answered = False
        """The answer is over."""
        self.early = False
        """The answer came before its request, which must be on its way."""
        self.unknown = False
        """Fields of the answer are not known."""
        self.waiting: Held | None = None
        """What a client sent that asked for a WebSocket and has no answer yet; null for other requests."""
        self.tries = 0
        """How often that was looked at."""


class Streams:
    """Open streams by their numbers, and the numbers of those that nobody listens to any more."""

    def __init__(self) -> None:
        self._open: dict[int, Stream] = {}
        self._dead: dict[int, None] = {}
        self.get: Callable[[int], Stream | None] = self._open.get
        """The stream of that number, if it is open."""
        self.dead: Callable[[int], bool] = self._dead.__contains__
        """Whether what comes means nothing."""

    def open(self, number: int, stream: Stream) -> None:
        """Open a stream."""
        self._open[number] = stream

    def surplus(self) -> int | None:
        """The number of the stream that has to make room, if one has to."""
        return next(iter(self._open)) if len(self._open) > STREAMS else None

    def close(self, number: int) -> None:
        """Both sides are over."""
        self._open.pop(number, None)

    def bury(self, number: int) -> None:
        """The stream ended before its sides did: more of it may come, and means nothing."""
        self._open.pop(number, None)
        self._dead[number] = None
        if len(self._dead) > _REMEMBERED:
            del self._dead[next(iter(self._dead))]

    def above(self, number: int) -> Iterator[tuple[int, Stream]]:
        """The newest streams, of higher numbers than this; each has to be closed before the next is asked for."""
        while self._open:
            last = next(reversed(self._open))
            if last <= number:
                return
            yield last, self._open[last]

    def everything(self) -> list[tuple[int, Stream]]:
        """All that are open."""
        return list(self._open.items())

"""What browsers and proxies write down instead of packets: HTTP exchanges, and the WebSocket messages behind them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Final

from analyzer.issues import CaptureError
from analyzer.limits import Limits
from analyzer.wire.events import Exchange
from analyzer.wire.frames import Message
from analyzer.wire.http_head import Head

KEPT: Final = 1 << 30
"""Bytes kept at most of one source's Engine.IO traffic, which has to be put in order before any of it can be read."""
_OVERHEAD: Final = 512
"""About what a message or an exchange takes beside its content, in bytes."""


@dataclass(slots=True)
class Seen:
    """One HTTP exchange as its writer tells it; times in ns, ``begun <= asked <= ended``.

    They sort by their times, those of the same by all they hold: the order of the file does not matter.
    """

    begun: int
    """First byte of the request."""
    place: int
    """0; where the source does not say when it began, the place in the file, which then stands for it."""
    asked: int
    """The request is complete."""
    ended: int
    """The answer is complete, or became impossible; the moment of the 101 where it ``upgraded``."""
    exchange: Exchange
    """``wanted`` where it is worth decoding; otherwise only its request's head is kept."""
    connection: str | None = None
    """What tells connections of the source apart; None: not known, so one of its own."""
    client: str | None = None
    server: str | None = None
    upgraded: bool = False
    """Whether it became a WebSocket."""
    messages: list[tuple[str, Message]] = field(default_factory=list)
    """Direction and message, in the order of their times."""
    failed: bool = True
    """Where there is no answer: whether one became impossible, rather than that the recording ended before."""
    closed: tuple[str, int] | None = None
    """Direction and time of the end of a WebSocket's connection, where that came without a close frame."""

    _digest: bytes = field(default=b"", repr=False, compare=False)

    def __lt__(self, other: "Seen") -> bool:
        mine, theirs = self._moment(), other._moment()
        return mine < theirs if mine != theirs else self._content() < other._content()

    def _moment(self) -> tuple[int, int, int, int]:
        return self.begun, self.place, self.asked, self.ended

    def _content(self) -> bytes:
        """What stands for all it holds."""
        if not self._digest:
            self._digest = blake2b(repr(self).encode("utf-8", "backslashreplace")).digest()
        return self._digest


@dataclass(slots=True)
class Terms:
    """On what terms a source is read: ``frame`` stands for it in all events, ``wanted`` says what is worth keeping."""

    frame: int
    wanted: Callable[[Head], bool]
    limits: Limits


@dataclass(slots=True)
class Account:
    """All that one source tells."""

    where: str
    """What to call it in a message."""
    seen: list[Seen] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    """What is no HTTP exchange and was passed over, by kind."""
    oddities: list[tuple[str, str]] = field(default_factory=list)
    """Issue code and sentence of what is odd about the source."""
    writer: str | None = None
    """What wrote it, and its version."""
    kept: int = 0

    def add(self, seen: Seen) -> None:
        """Keep an exchange. Raises CaptureError where that makes too much."""
        self.weigh(seen)
        self.seen.append(seen)

    def weigh(self, seen: Seen) -> None:
        """Count what keeping an exchange takes. Raises CaptureError where that makes too much."""
        exchange = seen.exchange
        sizes = [len(part.body) for part in (exchange.request, exchange.response) if part is not None]
        sizes += [len(message.payload) for _, message in seen.messages]
        self.kept += sum(sizes) + _OVERHEAD * (1 + len(seen.messages))
        if self.kept > KEPT:
            raise CaptureError(f"{self.where}: holds more than 1 GiB of Engine.IO traffic; give it in parts")

    def notice(self, code: str, count: int, sentence: str) -> None:
        """Tell of something odd where there was any; the sentence follows the count."""
        if count:
            self.oddities.append((code, f"{count} {sentence}"))


def endpoint(host: str, port: int | None) -> str:
    """``host:port``, IPv6 addresses in brackets, IPv4 in IPv6 as IPv4; without a port the host alone."""
    bare = host.strip("[]")
    try:
        address = ip_address(bare)
    except ValueError:
        name = bare
    else:
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        name = str(mapped or address)
    name = f"[{name}]" if ":" in name else name
    return name if port is None else f"{name}:{port}"

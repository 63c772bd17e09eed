"""Packets as they happen, from a network interface or a pipe: blocks of them, and moments in which none came."""

import time
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from analyzer.issues import CaptureError
from analyzer.sources import sniff
from analyzer.sources.reader import open_capture
from analyzer.sources.summary import Interface, Summary
from analyzer.wire.block import PacketBlock

TICK: Final = 0.1
"""Seconds that nothing has to come for until that is told."""
_GRACE: Final = 1.0
"""Seconds after `stop` in which what is on its way through a pipe is still taken."""
_BACKLOG: Final = 60.0
"""Seconds after `stop` for what an interface had brought by then, which on a busy machine still waits to be read."""
_LATE: Final = 1_000_000_000
"""By how much, in ns, a packet may be older than the moment it is handed over, far more than it ever is."""


class Quiet(NamedTuple):
    """Nothing came for a moment. ``now``: no packet of an earlier time (ns) will come any more; None: not known."""

    now: int | None = None


class Source(Protocol):
    """What is being captured; iterate it once, `stop` it from a signal handler, `close` it in the end."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    @property
    def summary(self) -> Summary:
        """What is known of it; grows meanwhile."""

    def __iter__(self) -> Iterator[PacketBlock | Quiet]: ...

    def stop(self) -> None:
        """No more than what is on its way already."""

    def close(self) -> None:
        """Lets go of it."""


class Feed(Protocol):
    """Packets out of a socket of some kind."""

    link: int
    """LINKTYPE_ value of the interface, for the summary."""

    def read(self, wait: float) -> PacketBlock | None:
        """The packets that are there, waiting for some so many seconds; None where none came. Raises OSError."""

    def dropped(self) -> int | None:
        """Packets lost so far because they were not taken in time; None where the system does not say."""

    def close(self) -> None:
        """Lets go of the socket."""


class Listening:
    """A network interface that is listened to, until it is stopped or goes down."""

    def __init__(self, name: str, feed: Feed) -> None:
        self.name = name
        self.summary = Summary()
        self._about = Interface(feed.link, name)
        self.summary.interfaces.append(self._about)
        self._feed = feed
        self._end: float | None = None
        self._stopped = 0

    def stop(self) -> None:
        """No more than what has come by now."""
        self._stopped, self._end = time.time_ns(), time.monotonic() + _BACKLOG

    def close(self) -> None:
        """Lets go of the socket."""
        self._feed.close()

    def __iter__(self) -> Iterator[PacketBlock | Quiet]:
        last, seen = None, 0
        while self._end is None or last is None or last < self._stopped:
            if self._end is not None and time.monotonic() >= self._end:
                self.summary.trouble = f"packets of {self.name} that came before the end were left unread"
                break
            block = self._read()
            self._about.dropped = self._feed.dropped()
            if block is not None and len(block):
                self.summary.add(block)
                last, seen = int(block.time[-1]), time.monotonic_ns()
                yield block
            elif self._end is not None or self.summary.trouble is not None:
                break
            else:
                yield Quiet(None if last is None else last + time.monotonic_ns() - seen - _LATE)

    def _read(self) -> PacketBlock | None:
        try:
            return self._feed.read(TICK)
        except OSError as error:
            self.summary.trouble = f"{self.name} could not be listened to any longer ({error.strerror or error})"
            return None


class Piped:
    """A capture that somebody is writing into a pipe (or a whole file), until its end."""

    def __init__(self, path: str) -> None:
        """Waits for its first bytes. Raises CaptureError where it is no capture."""
        self._opened = sniff.open_any(path)
        self._reader = open_capture(self._opened)
        self.summary = self._reader.summary
        self._end: float | None = None

    @property
    def name(self) -> str:
        """File name without its folder; ``-`` for standard input."""
        return self._reader.name

    def stop(self) -> None:
        """No more than what is on its way already."""
        self._end = time.monotonic() + _GRACE

    def close(self) -> None:
        """Lets go of the pipe."""
        self._reader.close()

    def __iter__(self) -> Iterator[PacketBlock | Quiet]:
        blocks = iter(self._reader)
        while self._end is None or time.monotonic() < self._end:
            if self._opened.stream.ready(TICK):
                block = next(blocks, None)
                if block is None:
                    return
                yield block
            elif self._end is not None:
                return
            else:
                yield Quiet()


def open_source(path: str | None, interface: str | None, bpf: str | None) -> "Listening | Piped":
    """What to watch: a pipe or file at ``path`` (``-``: standard input), or a network interface, filtered there.

    Raises CaptureError, one line that says what, where and what to do.
    """
    from analyzer.sources import network

    if path is not None and interface is None:
        if bpf is not None:
            raise CaptureError("--filter is for an interface (-i); give it to what writes the capture, such as tcpdump")
        return Piped(path)
    if path is None and interface is not None:
        return Listening(interface, network.open_feed(interface, bpf))
    what = "nothing to watch" if path is None else "either -i or a capture, not both"
    known = network.names_text()
    raise CaptureError(f"{what}: name an interface with -i ({known}), or - for a capture in standard input")

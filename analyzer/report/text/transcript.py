"""The rows of a log as a conversation: a line for each, heartbeats folded, sessions numbered as they come."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from analyzer.records import Layer, Row
from analyzer.report import units
from analyzer.report.answers import Answers, Request
from analyzer.report.selection import Around, Choice
from analyzer.report.text.folded import Fold, Heartbeats, Key, is_heartbeat
from analyzer.report.text.line import DIM, About, Parts, common, head, line, oddity
from analyzer.report.text.paint import painter, plain
from analyzer.report.text.screen import Screen
from analyzer.stamps import SECOND, to_text

SESSIONS: Final = 20_000
"""Sessions whose numbers are remembered; the one seen longest ago makes room."""
_ENDINGS: Final = frozenset({"close", "reset", "fin"})
_PACKETS: Final = frozenset({Layer.ENGINE, Layer.SOCKET})
_new = tuple.__new__
_Told = tuple[Row, Request | None]
"""A row, and the request that it answers."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to show a log."""

    clock: bool = False
    """Times of day (UTC) rather than seconds since the first row."""
    fold: bool = True
    """Heartbeats as one line for many."""
    heartbeats: bool = True
    """Whether heartbeats are shown at all."""
    captures: bool = True
    """Whether to tell what is odd about a capture as a whole."""
    everything: bool = False
    """All rows: also HTTP exchanges that went well, ends of connections, WebSocket pings and summaries."""


class Transcript:
    """Takes rows in time order and writes lines to a console; `end` writes what heartbeats are left."""

    def __init__(
        self, console: Console, manner: Manner, choice: Choice | None = None, around: "Around[_Told] | None" = None
    ) -> None:
        self._screen = Screen(console)
        self._write: Callable[[str], object] = console.file.write
        self._flush = console.file.flush
        self._paint = painter(console)
        self._manner = manner
        self._choice = choice or Choice()
        self._choosy = self._choice != Choice()
        self._around = around
        self._answers = Answers()
        self._beats = Heartbeats()
        self._sessions: OrderedDict[Key, str] = OrderedDict()
        self._sockets: OrderedDict[tuple[str | None, int | None], None] = OrderedDict()
        self._count = 0
        self._start: int | None = None
        self._last: int | None = None
        self._second = -1, ""
        self._lines: list[str] = []
        self.shown = 0
        """Rows shown so far, folded ones included."""

    def add(self, rows: Iterable[Row]) -> None:
        """Show more rows."""
        add = self._add
        for row in rows:
            add(row)
        self._out()

    def end(self) -> None:
        """The log is over."""
        self._beat(self._beats.end())
        self._out()

    def _out(self) -> None:
        if self._lines:
            self._write("".join(self._lines))
            self._lines.clear()
            self._flush()

    def _add(self, row: Row) -> None:
        if self._start is None:
            self._start = row.time
            self._choice = self._choice.starting(row.time)
        answered = self._answers.request(row)
        wanted = self._is_wanted(row)
        if not wanted or (self._choosy and not self._choice.fits(row, answered[1] if answered else None)):
            return
        if self._around is None:
            self._tell(row, answered)
            return
        for each in self._around.take(row, (row, answered)):
            self._tell(*each)

    def _tell(self, row: Row, answered: Request | None) -> None:
        self.shown += 1
        if self._manner.fold:
            if is_heartbeat(row):
                self._beat(self._beats.take(row))
                return
            self._beat(self._beats.before(row, ends=row.type in _ENDINGS))
        self._show(row, answered)

    def _is_wanted(self, row: Row) -> bool:
        """Whether a row is part of the conversation, or of what went wrong with it."""
        if row.layer in _PACKETS:
            return self._manner.heartbeats or not is_heartbeat(row) or bool(self._choice.types)
        if row.layer == Layer.CAPTURE and not self._manner.captures:
            return self._manner.everything
        if row.layer == Layer.CAPTURE and row.type == "act":  # of a proxy's
            return True
        sudden = self._is_sudden(row)
        if self._manner.everything or row.issue is not None or sudden or self._choice.types:
            return True
        if row.layer == Layer.HTTP:
            return row.status is None or row.status >= 400
        if row.layer == Layer.WEBSOCKET:
            return row.type not in ("ping", "pong")
        return row.layer == Layer.TCP and row.type != "fin"

    def _is_sudden(self, row: Row) -> bool:
        """Whether a connection ends whose WebSocket has not been closed."""
        stream = row.source, row.stream
        if row.layer == Layer.WEBSOCKET and row.type == "open":
            self._sockets[stream] = None
            if len(self._sockets) > SESSIONS:
                self._sockets.popitem(last=False)
        elif stream in self._sockets and row.type in _ENDINGS and row.layer in (Layer.WEBSOCKET, Layer.TCP):
            del self._sockets[stream]
            return row.layer == Layer.TCP
        return False

    def _beat(self, held: list[Row | Fold]) -> None:
        """Show what folding held back."""
        for shown in held:
            if isinstance(shown, Fold):
                self._line(folded(shown, self._screen, self._about(shown.last)))
            else:
                self._show(shown, note="without a pong" if shown.type == "ping" else "")

    def _show(self, row: Row, answered: Request | None = None, note: str = "") -> None:
        if row.layer != Layer.CAPTURE or row.issue is None:
            about = self._about(row, answered, note)
            text = common(row, self._screen, about) if self._paint is plain else None
            if text is not None:
                self._lines.append(text.rstrip() + "\n")
            else:
                self._line(line(row, self._screen, about))
        if row.issue is not None:
            self._line(oddity(row, self._screen))

    def _about(self, row: Row, answered: Request | None = None, note: str = "") -> About:
        time = row.time
        when = self._clock(time) if self._manner.clock else f"{(time - (self._start or 0)) / 1e9:9.3f}"
        since = self._since(time)
        session = "" if row.session is None else self._session(row)
        self._last = max(time, self._last or 0)
        return _new(About, (when, since, session, answered, note))

    def _line(self, parts: Parts) -> None:
        self._lines.append(self._paint(parts).rstrip() + "\n")

    def _clock(self, time: int) -> str:
        """The time of day to the millisecond."""
        second, rest = divmod(time, SECOND)
        if second != self._second[0]:
            self._second = second, to_text(time)[11:20]
        return f"{self._second[1]}{rest // 1_000_000:03}"

    def _since(self, time: int) -> str:
        """How long after the line before; nothing where it is no later."""
        if self._last is None or time < self._last:
            return ""
        ms = (time - self._last) / 1e6
        if 0 < ms < 99.95:  # what most lines have, quicker than by `units`
            return f"+{ms:.2f} ms" if ms < 0.995 else f"+{ms:.1f} ms"
        return f"+{units.duration(ms / 1e3)}" if ms < 119_500 else f"+{ms / 1e3:.0f} s"

    def _session(self, row: Row) -> str:
        """The number of a row's session, which is introduced before its first line."""
        key = row.session, row.server
        known = self._sessions.get(key)
        if known is None:
            self._count += 1
            known = self._sessions[key] = f"#{self._count}"
            self._line(introduction(known, row, self._screen))
            if len(self._sessions) > SESSIONS:
                self._sessions.popitem(last=False)
        else:
            self._sessions.move_to_end(key)
        return known


def introduction(number: str, row: Row, screen: Screen) -> Parts:
    """The line that says whose number that is."""
    engine = "" if row.engine is None else f"  Engine.IO {row.engine}"
    ends = f"  {screen.safe(row.client, 60)} {screen.forwards} {screen.safe(row.server, 60)}" if row.client else ""
    return [(screen.cut(f"{number} {screen.safe(row.session, 60)}{engine}{ends}", screen.width), "bold")]


def folded(fold: Fold, screen: Screen, about: About) -> Parts:
    """The line of some heartbeats, at the time of the last one; what it says begins where others have their size."""
    columns = head(fold.last._replace(direction=None, size=None), screen, about)
    before = "".join(text for text, _ in columns).rstrip() + "  "
    return [(before + screen.cut(str(fold), screen.width - len(before)), DIM)]

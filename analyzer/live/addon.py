"""The addon that records: mitmproxy's hooks to the recorder, and its rows to the log and the terminal.

Only what mitmproxy 11 and 12 have in common is used.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Sequence
from typing import Any, Final

from mitmproxy import ctx, exceptions, hooks

from analyzer.decoding.places import Link
from analyzer.issues import SioscopeError
from analyzer.live import settings, views
from analyzer.live.bundle import Bundle
from analyzer.live.dispatch import DispatchAddon
from analyzer.live.facts import Act, Facts, facts_of
from analyzer.live.guard import harmless
from analyzer.live.injection import Injection
from analyzer.live.intake import Intake, Socket
from analyzer.live.log_file import LogFile
from analyzer.live.material import logs_of
from analyzer.live.notes import Notes
from analyzer.live.pretty import Item
from analyzer.live.printing import Taker, printer
from analyzer.live.recorder import Recorder
from analyzer.live.replayer import ReplayAddon
from analyzer.live.shaper import ShaperAddon
from analyzer.live.speaker import CLIENT, SpeakerAddon
from analyzer.live.spool import Spool
from analyzer.records import C2S, S2C, Layer, Row
from analyzer.store.redact import Redactor
from analyzer.text import elide

PERIOD: Final = 0.01
"""Seconds that what happened waits for more of it: a row is on disk within 0.1 s, hold and writing included."""
_COMPLAINTS: Final = 1_000_000_000
"""Ns between two rows that tell of what could not be read."""
logger = logging.getLogger(__name__)


class SioscopeAddon:
    """Records Engine.IO and Socket.IO as it happens. Whatever goes wrong in here, traffic is as without it."""

    def __init__(self, takers: Sequence[Taker] = ()) -> None:
        """``takers`` get all rows that are recorded; without any, mitmdump prints them."""
        self._takers = list(takers)
        self._settings = settings.Settings()
        self._intake = Intake()
        self._recorder = Recorder(self._settings.name)
        self._spool: Spool | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._view: Any = None
        self._notes = Notes()
        self._touched: dict[str, tuple[Any, Link]] = {}
        self._speaking: dict[str, Socket] = {}
        self._trouble: list[str] = []
        self._troubles = 0
        self._complained = 0
        self._redactor = Redactor()
        self._prints = False

    def load(self, loader: Any) -> None:
        """The options there are."""
        for name, kind, default, text in settings.OPTIONS:
            loader.add_option(name, kind, default, text)
        self._view = views.make(lambda: self._settings.hide)
        views.register(self._view)

    def configure(self, updated: set[str]) -> None:
        """Options have changed; those that make no sense are refused."""
        if not any(name.startswith("sioscope_") for name in updated):
            return
        try:
            found = settings.read(ctx.options)
        except SioscopeError as error:
            raise exceptions.OptionsError(str(error)) from error
        before, self._settings = self._settings, found
        if found.name != before.name:
            self._recorder.rename(found.name)
        if found.hide != before.hide:
            views.register(self._view)
        if (found.out, found.rotation) != (before.out, before.rotation):
            self._close()
            self._spool = self._open() if found.out else None

    @harmless
    def running(self) -> None:
        """mitmproxy has loaded all it needs: no use in looking through that again and again for garbage, which costs
        more than recording does. What prints is loaded before traffic comes, which would have to wait for it.
        """
        self._printing()
        gc.freeze()

    @harmless
    def client_connected(self, client: Any) -> None:
        """Every connection has its number."""
        self._intake.connected(client)

    @harmless
    def client_disconnected(self, client: Any) -> None:
        """It is over; its requests have had their `error` hook."""
        self._add(lambda: self._intake.disconnected(client))

    @harmless
    def request(self, flow: Any) -> None:
        """The request is complete."""
        self._add(self._intake.requested(flow), flow)

    @harmless
    def response(self, flow: Any) -> None:
        """The answer is complete; a 101, too."""
        self._add(self._intake.answered(flow))

    @harmless
    def error(self, flow: Any) -> None:
        """There will be no answer."""
        if getattr(flow, "request", None) is not None:
            self._add(lambda: self._intake.answered(flow))

    @harmless
    def websocket_start(self, flow: Any) -> None:
        """Messages may follow."""
        self._add(self._intake.opened(flow), flow)

    def websocket_message(self, flow: Any) -> None:
        """A message: the last of the flow's. As harmless as the others, in fewer steps."""
        try:
            socket = self._intake.sockets.get(flow.id) or self._adopted(flow)
            if socket is not None:
                self._recorder.say(socket, flow.websocket.messages[-1])
                self._speaking[flow.id] = socket
                if self._timer is None:
                    self._wake()
        except Exception as error:  # whatever it is: traffic goes on
            self.failed(error)

    @harmless
    def websocket_end(self, flow: Any) -> None:
        """The WebSocket is over."""
        self._add(lambda: self._intake.ended(flow))

    @harmless
    def done(self) -> None:
        """mitmproxy ends."""
        self._pass_on()
        self._out(self._recorder.finish(time.time_ns(), self._intake.connections))
        self._close()

    def logs(self) -> list[str]:
        """Files in which all of a session can be found: none where it is filtered, or the log no file."""
        return [] if self._settings.wanted is not None else logs_of(self._settings.out)

    def parser(self, sid: str) -> str | None:
        """The parser of a session's Socket.IO packets, as far as is known."""
        taps = self._recorder.trunk.registry.all()
        return next((tap.dialect.parser for tap in taps if tap.sid == sid and tap.dialect.parser), None)

    def acted(self, act: Act, transport: str) -> None:
        """A rule did something: a row of its own."""
        self._act(act.detail, act.facts, transport, act.item)

    def spoken(self, item: Item, sid: str, to: str) -> None:
        """A command put a packet into a polling body: likewise."""
        direction = S2C if to == CLIENT else C2S
        self._act("a command added this packet", facts_of(item, 4, direction, sid), "polling", item)

    def _act(self, detail: str, facts: Facts, transport: str, item: Item | None) -> None:
        text = item if isinstance(item, str) else None
        row = self._recorder.row(
            time.time_ns(), type="act", session=facts.session, transport=transport, direction=facts.direction,
            namespace=facts.namespace, event=facts.event, data=text, detail=detail,
        )  # fmt: skip
        self._recorder.act(row)
        self._wake()

    def failed(self, error: Exception) -> None:
        """Something could not be read, or done: told once, counted, and written down when there is time."""
        if not self._troubles:
            logger.error("sioscope: %s: traffic goes on, the log has a row", _named(error), exc_info=error)
        self._troubles += 1
        self._trouble.append(_named(error))
        del self._trouble[3:]

    def _adopted(self, flow: Any) -> Socket | None:
        """A WebSocket that is not known, if it is Engine.IO after all."""
        if events := self._intake.adopted(flow):
            self._add(events, flow)
        return self._intake.sockets.get(flow.id)

    def _add(self, happened: Any, flow: Any = None) -> None:
        if flow is not None and (link := self._intake.place(flow)) is not None:
            self._touched[flow.id] = flow, link
        if happened:
            self._recorder.add(happened)
            self._wake()

    def _wake(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PERIOD, self._tick)

    def _tick(self) -> None:
        self._timer = None
        try:
            self._pass_on()
        except Exception as error:  # a bug of ours stays here
            self.failed(error)
        if self._recorder.waiting:
            self._wake()

    def _pass_on(self) -> None:
        now = time.time_ns()
        if self._trouble and now - self._complained > _COMPLAINTS:
            what = f"{self._troubles} things could not be recorded so far: {'; '.join(self._trouble)}"
            self._trouble, self._complained = [], now
            self._recorder.act(self._recorder.unwritten(now, what))
        rows = self._recorder.release(now, self.failed)
        self._notes.learn(rows)
        speaking, self._speaking = self._speaking, {}
        if keep := self._settings.keep:
            for socket in speaking.values():
                del socket.flow.websocket.messages[:-keep]
        touched, self._touched = self._touched, {}
        touched |= {name: (socket.flow, socket.link) for name, socket in speaking.items()}
        changed = [flow for flow, link in touched.values() if link.tap and self._notes.write(flow, link.tap.sid, now)]
        if changed and ctx.master.addons.get("view") is not None:
            ctx.master.addons.trigger(hooks.UpdateHook(changed))
        self._out(rows)

    def _out(self, rows: list[Row]) -> None:
        wanted = self._settings.wanted
        told = self._redactor.rows(rows) if self._settings.redact else rows
        if wanted is not None:
            told = [row for row, raw in zip(told, rows, strict=True) if raw.layer == Layer.CAPTURE or wanted(raw)]
        rows = told
        if self._spool is not None:
            self._spool.put(rows)
        self._printing()
        if self._settings.shown or not self._prints:
            self._give(rows)

    def _printing(self) -> None:
        """See that mitmdump prints, where nobody else takes the rows."""
        wanted = self._settings.shown and not self._takers and not self._prints
        if wanted and ctx.master.addons.get("dumper") is not None:
            self._prints = True
            self._takers.append(printer())

    def _give(self, rows: list[Row]) -> None:
        """Rows to all who want them; one who fails gets no more."""
        for take in self._takers[:]:
            try:
                take(rows)
            except Exception as error:
                self._takers.remove(take)
                self.failed(error)

    def _open(self) -> Spool:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None

        def tell(text: str) -> None:
            if loop is None or loop.is_closed():
                logger.error(text)
            else:
                loop.call_soon_threadsafe(logger.error, text)

        return Spool(LogFile(self._settings.out, self._settings.rotation), tell, self._missing)

    def _missing(self, moment: int, count: int, why: str) -> Row:
        return self._recorder.unwritten(moment, f"{count} rows are missing before this one: {why}")

    def _close(self) -> None:
        spool, self._spool = self._spool, None
        if spool is not None and (lost := spool.close()):
            logger.error("sioscope: %d rows could not be written to the log", lost)


def make(takers: Sequence[Taker] = ()) -> list[Any]:
    """All addons, in the order in which traffic passes them, as one. ``takers`` are given what is recorded."""
    recorder, injection = SioscopeAddon(takers), Injection()
    speaker = SpeakerAddon(injection, recorder.spoken, recorder.parser)
    shaper, replayer = ShaperAddon(injection, recorder.acted), ReplayAddon(recorder.logs)
    return [Bundle([shaper, speaker, recorder, replayer, DispatchAddon()])]


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {elide(str(error), 200)}"

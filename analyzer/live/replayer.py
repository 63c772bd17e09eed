"""The addon whose command plays sessions that passed the proxy against another server, beside the traffic."""

import asyncio
import logging
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from mitmproxy import command, ctx, exceptions, flow
from mitmproxy.log import ALERT

from analyzer.issues import ReplayError, SioscopeError
from analyzer.live import material
from analyzer.replay.guard import target_of
from analyzer.text import printable

_SWITCHES: Final = {"--yes-captured-origin": "origin", "--insecure": "insecure"}
_ALLOW: Final = "--allow-host"
logger = logging.getLogger(__name__)
Tell = Callable[[int, str], None]
"""Takes a level and a line for mitmproxy's event log, from any thread."""


class ReplayAddon:
    """Replays in threads of their own. ``logs`` gives the files that are being recorded to."""

    def __init__(self, logs: Callable[[], Sequence[str]]) -> None:
        self._logs = logs
        self.replays: list[threading.Thread] = []
        """Replays under way."""

    @command.command("sioscope.replay")
    def replay(self, flows: Sequence[flow.Flow], target: str, *options: str) -> None:
        """Replay the sessions of flows against a server, as sioscope replay does, and tell the outcome in the event
        log. options: --allow-host NAME, --yes-captured-origin, --insecure.
        """
        wanted = [each for each in flows if material.sid_of(each) is not None]
        if not wanted:
            raise exceptions.CommandError("no flow of these belongs to an Engine.IO session")
        try:
            wish = wish_of(target, options)
        except ReplayError as error:
            raise exceptions.CommandError(str(error)) from error
        sids = list(dict.fromkeys(str(material.sid_of(each)) for each in wanted))
        kept = material.of_sessions([*wanted, *_viewed()], sids)
        work = _Work(wish, sids, list(self._logs()), kept)
        logger.log(ALERT, "sioscope: replaying %s against %s", ", ".join(map(printable, sids)), printable(target))
        thread = threading.Thread(target=work.run, args=(_teller(),), name="sioscope replay", daemon=True)
        self.replays = [each for each in self.replays if each.is_alive()] + [thread]
        thread.start()


class _Work:
    """One replay, off the event loop."""

    def __init__(self, wish: dict[str, Any], sids: Sequence[str], logs: Sequence[str], flows: Sequence[Any]) -> None:
        self._wish, self._sids, self._logs, self._flows = wish, sids, logs, flows

    def run(self, tell: Tell) -> None:
        """Replay, and tell how it went; nothing is raised."""
        try:
            with tempfile.TemporaryDirectory(prefix="sioscope-") as scratch:
                self._run(tell, Path(scratch))
        except SioscopeError as error:
            tell(logging.ERROR, str(error))
        except Exception as error:  # a bug of ours stays here
            tell(logging.ERROR, f"{type(error).__name__}: {error}")

    def _run(self, tell: Tell, scratch: Path) -> None:
        from analyzer.log import Log
        from analyzer.replay import summary
        from analyzer.replay.job import Job, Options

        path = material.collected(self._sids, self._logs, self._flows, scratch)
        job = Job((row for rows in Log([str(path)]) for row in rows), Options(**self._wish))
        for note in job.notes:
            tell(ALERT, note)
        report = job.run(lambda crowd: None)
        level = logging.WARNING if report.status else ALERT
        for line in summary.lines(report):
            tell(level, line)


def wish_of(target: str, words: Sequence[str]) -> dict[str, Any]:
    """The options of a replay, by their names in `analyzer.replay.job.Options`. Raises ReplayError where they make no
    sense.
    """
    target_of(target)
    hosts, given = list[str](), dict[str, Any]()
    rest = iter(words)
    for word in rest:
        if word == _ALLOW:
            host = next(rest, None)
            if host is None:
                raise ReplayError(f"{_ALLOW}: a name is missing")
            hosts.append(host)
        elif word in _SWITCHES:
            given[_SWITCHES[word]] = True
        else:
            raise ReplayError(f"{word!r} is no option here; there are {_ALLOW} NAME, {', '.join(_SWITCHES)}")
    return {"target": target, "hosts": hosts, **given}


def _viewed() -> list[Any]:
    """The flows that mitmproxy and mitmweb keep; mitmdump keeps none."""
    view = ctx.master.addons.get("view")
    return [] if view is None else list(view)


def _teller() -> Tell:
    loop = asyncio.get_running_loop()

    def tell(level: int, text: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(logger.log, level, f"sioscope replay: {text}".replace("%", "%%"))

    return tell

"""What there is of some sessions to replay them: their lines in the logs being written, or the flows that are kept."""

import glob
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import Any, Final

from analyzer.engineio.payload import guess_form, split
from analyzer.issues import ReplayError
from analyzer.sessions import query
from analyzer.sessions.handshake import sid_of as sid_of_packet

SETTLING: Final = 0.25
"""Seconds after which what has passed by now is in the log."""
SID: Final = "sioscope_sid"
"""Where a flow's metadata name its session."""


def sid_of(flow: Any) -> str | None:
    """The session that a flow belongs to: by its query, or by the open packet that names it."""
    asked = query.parse(flow.request.path) if getattr(flow, "request", None) is not None else None
    if asked is None:
        return None
    return asked.sid or flow.metadata.get(SID) or _opened(flow, asked)


def of_sessions(flows: Iterable[Any], sids: Sequence[str]) -> list[Any]:
    """Those of the sessions, each once."""
    return list({each.id: each for each in flows if sid_of(each) in sids}.values())


def logs_of(path: str) -> list[str]:
    """The files of a log that is being written: those that had been full before, and the one of that name."""
    if not os.path.isfile(path):
        return []
    stem, suffix = os.path.splitext(path)
    return [*sorted(glob.glob(f"{glob.escape(stem)}-*{glob.escape(suffix)}")), path]


def collected(sids: Sequence[str], logs: Sequence[str], flows: Sequence[Any], folder: Path) -> Path:
    """A file in ``folder`` with what there is of the sessions. Raises ReplayError where that is nothing."""
    since = min((each.timestamp_created for each in flows), default=0.0)
    path = folder / "sessions.jsonl"
    if logs:
        time.sleep(SETTLING)
    if _lines(sids, [each for each in logs if _changed(each) >= since], path):
        return path
    path = folder / "sessions.mitm"
    if not _saved(flows, path):
        raise ReplayError(f"{', '.join(sids)}: neither recorded nor kept; record with sioscope_out")
    return path


def _lines(sids: Sequence[str], logs: Sequence[str], path: Path) -> bool:
    """Copy the lines of sessions to ``path``, line by line so that nothing else has to wait; whether there are any."""
    wanted = [f'"session":{quoted(sid)},'.encode() for sid in sids]
    found = False
    with path.open("wb") as out:
        for log in logs:
            with suppress(FileNotFoundError), open(log, "rb") as file:  # it may have been moved away just now
                for line in file:
                    if line.endswith(b"\n") and any(each in line for each in wanted):
                        out.write(line)
                        found = True
    return found


def _saved(flows: Sequence[Any], path: Path) -> bool:
    """Write flows to ``path`` as mitmproxy does; whether there are any."""
    from mitmproxy.io import FlowWriter

    with path.open("wb") as out:
        writer = FlowWriter(out)
        for each in flows:
            writer.add(each)
    return bool(flows)


def _changed(path: str) -> float:
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0


def _opened(flow: Any, asked: query.Query) -> str | None:
    """The session that a flow opened."""
    if flow.websocket is not None:
        return next((sid for m in flow.websocket.messages[:2] if (sid := sid_of_packet(m.content))), None)
    if flow.response is None or flow.request.method != "GET" or flow.response.status_code != 200:
        return None
    body = flow.response.content or b""
    try:
        form = guess_form(body, asked.engine or 4, flow.response.headers.get("content-type"))
        first = next(iter(split(body, form)), None)
    except ValueError:
        return None
    return None if first is None or first.text is None else sid_of_packet(first.text)

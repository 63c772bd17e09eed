"""Requests of the endpoint that were not answered as asked: by whom, with what, how often. For most there is no code
of a finding, since the answer does not tell the cause; but a reader has to see them.
"""

import json
import re
from typing import Any

import numpy as np
import pandas as pd

from analyzer.findings.unknown import SAID
from analyzer.issues import Issue
from analyzer.records import Layer, Transport
from analyzer.report import units
from analyzer.report.values import number, text
from analyzer.text import elide

COLUMNS = (
    "method",
    "status",
    "server",
    "transport",
    "path",
    "count",
    "sessions",
    "source",
    "frame",
    "software",
    "said",
)
_ALIKE = ["method", "status", "server", "transport", "path"]
_REDIRECT = 300


def refusals(log: pd.DataFrame) -> pd.DataFrame:
    """One row for requests alike, most frequent first: `COLUMNS`, the last five of their first one.

    A request is among them that was answered 3xx, 4xx or 5xx, or never though it names no session, or as a handshake
    with something that is none; not where the server only says that it does not know the session.
    """
    names = ["type", "status", "server", "transport", "url", "session", "source", "frame", "data", "headers"]
    rows = log[names].iloc[_refused(log)].astype("object").rename(columns={"type": "method", "data": "said"})
    kept = np.array([not SAID.search((text(said) or "")[:400]) for said in rows["said"]], np.bool_)
    found = rows[kept].reset_index(drop=True)
    found["path"] = [(text(url) or "").partition("?")[0] for url in found["url"]]
    groups = found.groupby(_ALIKE, sort=False, dropna=False)
    found["count"] = groups["source"].transform("size")
    found["sessions"] = groups["session"].transform("nunique")
    found = found.drop_duplicates(_ALIKE)
    found["software"] = [_header(value, "server") for value in found["headers"]]
    found["said"] = [_said(*pair) for pair in zip(found["said"], found["headers"], strict=True)]
    table: pd.DataFrame = found[list(COLUMNS)]
    return table.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def told(row: dict[Any, Any]) -> tuple[str, str, str]:
    """A row of `refusals` in words: what was answered by whom; how often, where; the answer's text. As captured: make
    it safe where it is shown.
    """
    status, software = number(row["status"]), text(row["software"])
    answer = "never answered" if status is None else f"answered {status:.0f}"
    if status is not None and status < _REDIRECT:
        answer += ", but not as Engine.IO does,"
    what = "WebSocket request" if row["transport"] == Transport.WEBSOCKET else text(row["method"]) or "request"
    by = f"by {text(row['server']) or 'an unknown address'}{f' ({elide(software, 40)})' if software else ''}"
    head = f"{elide(what, 20)} {elide(text(row['path']) or '/', 60)} {answer} {by}"
    return head, _place(row), elide(_plain(text(row["said"]) or ""), 160)


def _place(row: dict[Any, Any]) -> str:
    found, frame = int(row["count"]), number(row["frame"])
    whose = f"in {units.plural(row['sessions'], 'session')}" if row["sessions"] else "without a session"
    first = f"{'first: ' if found > 1 else ''}frame {frame:.0f} of " if frame is not None else "in "
    return f"{units.plural(found, 'time')} {whose}; {first}{elide(text(row['source']) or '', 40)}"


_HEAD = re.compile(r"<(head|style|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LOOKED_AT = 4_000
"""Characters of an answer that are searched for text."""


def _plain(said: str) -> str:
    """The text of an HTML page, in one line."""
    return " ".join(_HEAD.sub(" ", said[:_LOOKED_AT]).split())


def _refused(log: pd.DataFrame) -> Any:
    """The places of their rows."""
    status = log["status"].to_numpy(np.float64, na_value=np.nan)
    odd = log["session"].isna().to_numpy(bool) & log["issue"].notna().to_numpy(bool)
    http = (log["layer"] == Layer.HTTP).fillna(False).to_numpy(bool)
    rows = np.flatnonzero(http & ((status >= _REDIRECT) | odd))
    issue = log["issue"].iloc[rows].astype("object")
    alone = issue.isin([Issue.EIO_BAD_HANDSHAKE, Issue.HTTP_NO_RESPONSE]).to_numpy(bool) & odd[rows]
    return rows[(alone | (status[rows] >= _REDIRECT)) & ~issue.eq(Issue.HTTP_AFTER_101).to_numpy(bool)]


def _said(data: Any, headers: Any) -> str | None:
    """What the answer says: its body, or where it sends the client."""
    where = _header(headers, "location")
    return f"to {where}" if where else text(data)


def _header(headers: Any, name: str) -> str | None:
    """A field of an answer's head."""
    try:
        found = json.loads(text(headers) or "{}")["response"][name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None

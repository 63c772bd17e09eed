"""The table of upgrades: a row for each attempt to move a session from polling to WebSocket."""

import numpy as np
import pandas as pd

from analyzer.records import Transport
from analyzer.tables import schema
from analyzer.tables.attempts import Attempts, attempts
from analyzer.tables.carriers import Carriers, carriers
from analyzer.tables.endings import Texts
from analyzer.tables.schema import NO_TIME
from analyzer.tables.view import NONE, Ints, View
from analyzer.text import elide

COMPLETED, REFUSED, ABANDONED, FAILED = "completed", "refused", "abandoned", "failed"
SWITCHING_PROTOCOLS = 101

_MS = 1e6


def upgrades(log: pd.DataFrame) -> pd.DataFrame:
    """A row an attempt, by time of request; for columns and outcomes see the README.

    ``started`` is the request's first byte, ``drained`` the last answer to a polling request, ``duration_ms`` the
    time from ``started`` to the switch, the refusal or the end of the WebSocket (missing where that is not in the
    log), ``status`` that of the answer to the request. Of a session captured at two places, the attempt as seen
    nearer to the client.
    """
    view = View(log)
    return of_view(view, carriers(view))


def of_view(view: View, carried: Carriers) -> pd.DataFrame:
    """The table of a view."""
    found = attempts(view, carried)
    chosen = np.flatnonzero(view.main[found.request])
    if not len(chosen):
        return schema.empty(schema.UPGRADES)
    started, over = _started(view, found), _over(view, found)
    said = outcomes(found)
    status = np.where(found.accepted, SWITCHING_PROTOCOLS, view.whole("status")[found.request])
    columns = {
        "session": view.values("session", found.request),
        "from": [Transport.POLLING.value] * len(said),
        "to": [Transport.WEBSOCKET.value] * len(said),
        "started": started,
        "probe_sent": view.times(found.probe),
        "probe_answered": view.times(found.answer),
        "upgrade_sent": view.times(found.upgrade),
        "drained": view.times(found.drained),
        "duration_ms": np.where(over == NO_TIME, np.nan, (over - started) / _MS),
        "outcome": said,
        "status": np.where(status == NONE, np.nan, status),
        "cause": _causes(view, found, said),
    }
    return schema.table(schema.UPGRADES, {name: np.asarray(column)[chosen] for name, column in columns.items()})


def outcomes(found: Attempts) -> Texts:
    """What became of each attempt."""
    cases = [found.carried, ~found.accepted, found.answer >= 0]
    said: Texts = np.select(cases, [COMPLETED, REFUSED, ABANDONED], FAILED).astype(object)
    return said


def _started(view: View, found: Attempts) -> Ints:
    """A row's time is that of the answer's last byte; the request began its duration earlier."""
    duration = np.nan_to_num(view.numbers("duration")[found.request]).clip(0, 1e9)
    started: Ints = view.time[found.request] - np.rint(duration * 1e9).astype(np.int64)
    return started


def _over(view: View, found: Attempts) -> Ints:
    return view.times(np.where(found.carried, found.upgrade, np.where(found.accepted, found.ended, found.request)))


def _causes(view: View, found: Attempts, said: Texts) -> list[str | None]:
    """A short sentence each of why it did not succeed; None where it did."""
    enders = view.values("direction", found.ended)
    kinds, codes = view.values("type", found.ended), view.values("status", found.ended)
    errors, statuses = view.values("data", found.request), view.values("status", found.request)
    causes: list[str | None] = []
    for i, outcome in enumerate(said.tolist()):
        if outcome == COMPLETED:
            causes.append(None)
        elif outcome == REFUSED:
            causes.append(_refusal(statuses[i], errors[i]))
        else:
            steps = _reached(found, i)
            causes.append(f"{steps}, then {_ending(enders[i], kinds[i], codes[i])}")
    return causes


def _refusal(status: object, error: object) -> str:
    if status is None:
        return "the request was never answered"
    said = f": {elide(error.strip(), 80)}" if isinstance(error, str) and error.strip() else ""
    return f"the request was answered {status}{said}"


def _reached(found: Attempts, i: int) -> str:
    if found.answer[i] >= 0:
        return "the probe was answered but the client never switched"
    return "the probe was not answered" if found.probe[i] >= 0 else "the client never sent a probe"


def _ending(side: object, kind: object, code: object) -> str:
    if kind is None:
        return "the log ends"
    who = {"c2s": "the client", "s2c": "the server"}.get(str(side), "someone")
    if kind == "close":
        return f"{who} closed the WebSocket" + (f" ({code})" if code is not None else "")
    return f"{who} {'reset' if kind == 'reset' else 'ended'} the connection"

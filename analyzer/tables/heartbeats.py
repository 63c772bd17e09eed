"""The table of heartbeats: a row a ping, with the pong that answered it.

In revision 4 of Engine.IO the server pings, in 3 the client. The next ping is sent pingInterval after the pong, so
that from ping to ping pingInterval and the round trip of the one before are due. Who has pinged gives up when
pingTimeout passes without a pong; in revision 3 any packet of the server meanwhile gives it until pingInterval +
pingTimeout after that packet.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.carriers import Carriers, carriers
from analyzer.tables.endings import CLIENT, SERVER, Texts, endings
from analyzer.tables.handshake import Handshakes, handshakes
from analyzer.tables.nearest import by_group, nearest_before
from analyzer.tables.schema import NO_TIME
from analyzer.tables.timeouts import slack
from analyzer.tables.view import NONE, Bools, Ints, View

Floats = npt.NDArray[np.float64]

ANSWERED, LATE, MISSED = "answered", "late", "missed"
_MS = 1e6


@dataclass(frozen=True)
class Beats:
    """Pings in the order of the log: rows of the log, `NONE` for none."""

    ping: Ints
    pong: Ints
    """The other side's next pong, if it came before the next ping."""
    before: Ints
    """The place in these arrays of the session's ping before."""
    followed: Bools
    """Whether another one came after it."""
    key: Ints


def heartbeats(log: pd.DataFrame) -> pd.DataFrame:
    """A row a ping, by time, without those of upgrade probes and of the side that does not ping in the session's
    revision; for columns see the README.

    ``interval_ms`` counts from the ping before, or from the open packet; ``expected_ms`` is missing after a ping
    without pong; ``margin_ms`` is what was left of the pinger's patience when the pong came, less than nothing where
    it is late. A ping without pong is ``missed`` when the patience ran out or the next ping came; one that was not
    yet due when the session or the log ended, or whose answers were not captured at all, counts as ``answered`` with
    ``pong_time`` missing.
    """
    view = View(log)
    return of_view(view, carriers(view))


def of_view(view: View, carried: Carriers) -> pd.DataFrame:
    """The table of a view."""
    beats = _beats(view)
    if not len(beats.ping):
        return schema.empty(schema.HEARTBEATS)
    promised = handshakes(view)
    sent, answered = view.time[beats.ping], view.times(beats.pong)
    rtt = np.where(beats.pong >= 0, (answered - sent) / _MS, np.nan)
    interval, expected = _interval(view, beats, sent), _expected(promised, beats, rtt)
    margin = _margin(view, promised, beats)
    columns = {
        "session": view.values("session", beats.ping),
        "server": view.values("server", view.introduced[beats.key]),
        "pinger": np.where(view.c2s[beats.ping], CLIENT, SERVER).astype(object),
        "transport": view.values("transport", beats.ping),
        "ping_time": sent,
        "pong_time": answered,
        "rtt_ms": rtt,
        "interval_ms": interval,
        "expected_ms": expected,
        "deviation_ms": interval - expected,
        "margin_ms": margin,
        "state": _states(view, beats, margin, _waited(view, carried, promised, beats)),
    }
    return schema.table(schema.HEARTBEATS, columns)


def pings(view: View) -> Ints:
    """The rows of the pings that the table tells of, in its order."""
    return _beats(view).ping


def _beats(view: View) -> Beats:
    rows = np.flatnonzero((view.pings | view.pongs) & (view.key >= 0))
    rows = rows[np.argsort(view.key[rows], kind="stable")]
    group, is_ping = view.key[rows], view.pings[rows]
    same = np.append(group[1:] == group[:-1], False)
    after = np.append(rows[1:], NONE)
    answered = np.where(same & ~np.append(is_ping[1:], True), after, NONE)
    return _by_row(rows[is_ping], answered[is_ping], group[is_ping])


def _by_row(ping: Ints, pong: Ints, group: Ints) -> Beats:
    """Beats from arrays sorted by session and row."""
    again = group[1:] == group[:-1]
    before = np.append(NONE, np.where(again, np.arange(len(again)), NONE))[: len(ping)]
    order = np.argsort(ping)
    place = np.empty(len(ping), np.int64)
    place[order] = np.arange(len(ping))
    moved = np.where(before >= 0, place[before], NONE) if len(ping) else before
    return Beats(ping[order], pong[order], moved[order], np.append(again, False)[: len(ping)][order], group[order])


def _interval(view: View, beats: Beats, sent: Ints) -> Floats:
    opened = view.times(view.first(view.opens))[beats.key]
    since = np.where(beats.before >= 0, sent[beats.before], opened)
    return np.where(since == NO_TIME, np.nan, (sent - since) / _MS)


def _expected(promised: Handshakes, beats: Beats, rtt: Floats) -> Floats:
    return promised.interval[beats.key] + np.where(beats.before >= 0, rtt[beats.before], 0.0)


def _patience(view: View, promised: Handshakes, beats: Beats, until: Ints) -> Floats:
    """Ms that the pinger waits for each pong; ``until`` are rows before which the other side's packets count."""
    timeout = promised.timeout[beats.key]
    legacy = (view.engines[beats.key] < 4) & view.c2s[beats.ping]
    heard = nearest_before(until, beats.key, *by_group(view.packets & view.s2c, view.key))
    again = legacy & (heard > beats.ping)
    passed = (view.times(heard) - view.time[beats.ping]) / _MS
    return np.where(again, passed + promised.interval[beats.key] + timeout, timeout)


def _margin(view: View, promised: Handshakes, beats: Beats) -> Floats:
    rtt = (view.times(beats.pong) - view.time[beats.ping]) / _MS
    return np.where(beats.pong >= 0, _patience(view, promised, beats, beats.pong) - rtt, np.nan)


def _states(view: View, beats: Beats, margin: Floats, waited: Floats) -> Texts:
    """``waited`` is how much longer than its patience the pinger can have waited, in ms; NaN where that is unknown."""
    heard = np.where(view.c2s[beats.ping], view.has(view.s2c)[beats.key], view.has(view.c2s)[beats.key])
    missed = (beats.pong < 0) & heard & (beats.followed | (waited >= 0))
    found: Texts = np.select([missed, margin < 0], [MISSED, LATE], ANSWERED).astype(object)
    return found


def _waited(view: View, carried: Carriers, promised: Handshakes, beats: Beats) -> Floats:
    until = endings(view, carried, promised).evidence.until[beats.key]
    patience = _patience(view, promised, beats, np.full(len(beats.ping), view.rows, np.int64))
    return (until - view.time[beats.ping] + slack(promised.timeout)[beats.key]) / _MS - patience

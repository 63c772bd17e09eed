"""Rules about heartbeats that come late, but come."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, ms, took
from analyzer.tables.endings import CLIENT
from analyzer.tables.heartbeats import pings
from analyzer.tables.view import NONE, Bools, Ints

LATE_MS, SHARE = 1_000.0, 0.2
"""How late a ping is unusual, in ms and as a share of pingInterval: timers of a server that is not busy are exact."""
SLOW_MS = 1_000.0
"""Ms that a pong of the server may take (revision 3): a round trip and no more."""
_FEW = 2
"""Pings of a client that must be late before its timers are blamed."""


class _Beats:
    """The table of heartbeats as arrays, with the rows of the pings."""

    def __init__(self, case: Case) -> None:
        table = case.heartbeats
        self.rows: Ints = pings(case.view)
        self.key: Ints = case.view.key[self.rows]
        self.time: Ints = case.view.time[self.rows]
        self.by_client: Bools = (table["pinger"] == CLIENT).to_numpy(bool, na_value=False)
        self.late, self.rtt, self.margin, self.due = (
            table[name].to_numpy(np.float64, na_value=np.nan)
            for name in ("deviation_ms", "rtt_ms", "margin_ms", "expected_ms")
        )


def server_stalled(case: Case) -> Iterator[Draft]:
    """``server_stalled``: a ping of the server a second and a fifth of pingInterval later than due (revision 4),
    or a pong of the server after more than a second and five times the median (3); on polling only where a poll was
    open when it was due. One finding for all sessions. Source: engine.io ``socket.ts`` pings pingInterval after the
    last pong; socket.io issue 4298.
    """
    beats = _Beats(case)
    slow = _late_pings(case, beats) | _late_pongs(beats)
    keys = beats.key[slow]
    at_once = _together(np.sort(beats.time[slow]), keys)
    for key in np.unique(keys).tolist():
        own = np.flatnonzero(slow & (beats.key == key))
        worst = int(own[np.argmax(np.where(beats.by_client[own], beats.rtt[own], beats.late[own]))])
        yield _stall(case, beats, worst, at_once)


def _late_pings(case: Case, beats: _Beats) -> Bools:
    over = np.maximum(LATE_MS, SHARE * case.shakes.interval[beats.key])
    late = ~beats.by_client & (beats.late > over) & ~case.holed[beats.key]
    late[late] = [
        _poll_was_open(case, beats, i) and not _switched(case, beats, i) for i in np.flatnonzero(late).tolist()
    ]
    return late


def _poll_was_open(case: Case, beats: _Beats, i: int) -> bool:
    """On polling, whether the request that brought the ping was there when it was due."""
    row = int(beats.rows[i])
    if not case.view.polling[row]:
        return True
    polls = case.of(int(beats.key[i]), case.polls)
    brought = polls[case.view.time[polls] == case.time(row)]
    due = case.time(row) - beats.late[i] * 1e6
    return len(brought) > 0 and bool(case.started[brought].min() <= due)


def _switched(case: Case, beats: _Beats, i: int) -> bool:
    """Whether the session was upgraded since the ping before: engine.io 4.0 begins to wait anew then."""
    since = case.time(int(beats.rows[i])) - (beats.late[i] + beats.due[i]) * 1e6
    upgrades = case.of(int(beats.key[i]), case.upgrades)
    return bool((case.view.time[upgrades] >= since).any() and (case.view.time[upgrades] < beats.time[i]).any())


def _late_pongs(beats: _Beats) -> Bools:
    usual = float(np.nanmedian(beats.rtt)) if np.isfinite(beats.rtt).any() else 0.0
    found: Bools = beats.by_client & (beats.rtt > max(SLOW_MS, 5 * usual))
    return found


def _together(times: Ints, keys: Ints) -> bool:
    """Whether several sessions were late at the same moment."""
    return len(np.unique(keys)) > 1 and bool((np.diff(times) < SLOW_MS * 1e6).any())


def _stall(case: Case, beats: _Beats, i: int, at_once: bool) -> Draft:
    row, key = int(beats.rows[i]), int(beats.key[i])
    if beats.by_client[i]:
        what = f"{case.sid(key)}: the server answered the ping of {clock(case.time(row))} only after {ms(beats.rtt[i])}"
    else:
        due = case.time(row) - int(beats.late[i] * 1e6)
        what = f"{case.sid(key)}: the server's ping was due at {clock(due)} and came {ms(beats.late[i])} late"
    where = ", and others were late in the same moment: the server itself, not one client's network" if at_once else ""
    late = beats.rtt[i] if beats.by_client[i] else beats.late[i]
    return Draft("server_stalled", case.time(row), [row], {"what": what + where + "."}, key, "stall", float(late))


def heartbeat_thin_margin(case: Case) -> Iterator[Draft]:
    """``heartbeat_thin_margin``: a pong that came when less than a fifth of pingTimeout was left; the worst of each
    session. Source: ``margin_ms`` of `analyzer.tables.heartbeats`.
    """
    beats = _Beats(case)
    timeout = case.shakes.timeout[beats.key]
    thin = np.flatnonzero((beats.margin < SHARE * timeout) & np.isfinite(timeout))
    for key in np.unique(beats.key[thin]).tolist():
        own = thin[beats.key[thin] == key]
        i = int(own[np.argmin(beats.margin[own])])
        pong = case.time(int(beats.rows[i])) + int(beats.rtt[i] * 1e6)
        fields = {
            "sid": case.sid(key),
            "at": clock(pong),
            "rtt": ms(beats.rtt[i]),
            "left": ms(beats.margin[i]) if beats.margin[i] > 0 else "nothing",
            "timeout": ms(timeout[i]),
            "who": "server" if beats.by_client[i] else "client",
        }
        yield Draft("heartbeat_thin_margin", pong, [int(beats.rows[i])], fields, key, "thin", -float(beats.margin[i]))


def client_throttled(case: Case) -> Iterator[Draft]:
    """``client_throttled``: in revision 3 at least two pings of a client, and a third of its pings, a second and a
    fifth of pingInterval later than due, while the server answered each within a second. Source: engine.io-client sets
    a timer of pingInterval after each pong; browsers stretch timers of hidden pages to a minute (engine.io-client
    issue 649).
    """
    beats = _Beats(case)
    over = np.maximum(SLOW_MS, SHARE * case.shakes.interval[beats.key])
    late = beats.by_client & (beats.late > over)
    for key in np.unique(beats.key[late]).tolist():
        own = beats.key == key
        some = np.flatnonzero(own & late)
        if len(some) < _FEW or 3 * len(some) < own.sum() or np.nanmax(beats.rtt[own], initial=0.0) > SLOW_MS:
            continue
        yield _throttled(case, beats, some, int(own.sum()))


def _throttled(case: Case, beats: _Beats, some: Ints, count: int) -> Draft:
    key, whole = int(beats.key[some[0]]), (beats.late + beats.due)[some]
    fields = {
        "sid": case.sid(key),
        "late": str(len(some)),
        "all": str(count),
        "worst": ms(float(whole.max())),
        "due": ms(float(np.median(beats.due[some]))),
    }
    rows = beats.rows[some[:5]].tolist()
    return Draft("client_throttled", case.time(rows[0]), rows, fields, key, "throttled")


def upload_starves_heartbeat(case: Case) -> Iterator[Draft]:
    """``upload_starves_heartbeat``: a ping of the server whose pong was missed, or came with less than a fifth of
    pingTimeout left, while the client was sending: a POST that began before half of that time was over and lasted
    beyond it or was never completed, or a message over WebSocket that was not complete at the end or came between ping
    and pong and was larger than 8 kB. Source: packets of a client wait behind each other; socket.io-client-java issue
    726.
    """
    beats = _Beats(case)
    timeout = case.shakes.timeout[beats.key]
    starved = ~beats.by_client & (np.isnan(beats.rtt) | (beats.margin < SHARE * timeout)) & np.isfinite(timeout)
    ends = case.ends.evidence
    bulky = case.view.c2s & (case.sizes > 0)
    for i in np.flatnonzero(starved).tolist():
        key = int(beats.key[i])
        until = beats.time[i] + beats.rtt[i] * 1e6 if np.isfinite(beats.rtt[i]) else float(ends.until[key])
        if until - beats.time[i] < 0.8 * timeout[i] * 1e6:
            continue  # the session ended for something else before the pong was due
        sent = _sending(case, case.of(key, bulky), (int(beats.time[i]), int(until)))
        if sent >= 0:
            yield _starved(case, key, (int(beats.rows[i]), sent), bool(np.isfinite(beats.rtt[i])))


_LARGE = 8_000
_AFTER = 200_000_000
"""Ns after a session's end in which what a client was still sending shows as cut off."""


def _sending(case: Case, rows: Ints, span: tuple[int, int]) -> int:
    """Which of its rows the client was sending through a span; `NONE` for none."""
    view, (begin, end) = case.view, span
    sizes, durations = case.sizes[rows], case.durations[rows]
    time, large = view.time[rows], sizes > _LARGE
    posts = case.polls[rows] & (view.codes("type")[rows] == view.code("type", "POST"))
    whole = ~np.isnan(durations)
    began = np.where(whole, case.started[rows], begin)
    half = (begin + end) // 2
    posting = posts & (began <= half) & (time >= half) & (whole | (time <= end + _AFTER)) & (whole | large)
    messages = view.websocket[rows] & large & (time > begin) & (time <= end + _AFTER) & (time >= half)
    found = rows[posting | messages]
    return int(found[np.argmax(case.sizes[found])]) if len(found) else NONE


def _starved(case: Case, key: int, rows: tuple[int, int], answered: bool) -> Draft:
    ping, sent = rows
    lasted = case.time(sent) - min(int(case.started[sent]), case.time(ping))
    fields = {
        "sid": case.sid(key),
        "size": f"{case.text('size', sent)} bytes",
        "took": f"at least {took(lasted)}",
        "at": clock(case.time(ping)),
        "end": "the pong came late" if answered else "the pong came too late, and the server gave up",
    }
    cause = "upload"
    return Draft("upload_starves_heartbeat", case.time(ping), [ping, sent, int(case.end_row[key])], fields, key, cause)

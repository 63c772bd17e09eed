"""Rules about sides that gave up: the heartbeat ran out."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, ms, quote, took
from analyzer.tables.endings import CLIENT, SERVER
from analyzer.tables.timeouts import slack
from analyzer.tables.view import NONE, Bools, pick


def client_unresponsive(case: Case) -> Iterator[Draft]:
    """``client_unresponsive``: the server ended the session when its patience was over: pingTimeout after a ping
    without pong (revision 4), pingInterval + pingTimeout after the client's last packet or ping (3). Also a session
    that fell silent for good after the server's ping, while the capture went on; and one whose client gave up itself,
    but had no poll open through which the server could have pinged (a process that was stopped finds its own timer due
    when it goes on). Source: `analyzer.tables.timeouts`; engine.io ``socket.ts``.
    """
    for key in case.ended("ping_timeout", CLIENT):
        if _stopped_polling(case, key):
            yield _gone(case, key, "client_unresponsive", case.from_client)
    for key in case.ended("ping_timeout", SERVER) + _faded(case):
        if case.end_row[key] >= 0 and case.polls[case.end_row[key]] and not _pinged(case, key):
            continue  # a client that came back too late: `session_expired`
        yield _gone(case, key, "client_unresponsive", case.from_client)


def server_unresponsive(case: Case) -> Iterator[Draft]:
    """``server_unresponsive``: the client ended the session when its patience was over: pingInterval + pingTimeout
    after the server's last ping (revision 4), pingTimeout after its own ping without an answer (3). Source:
    `analyzer.tables.timeouts`; engine.io-client ``socket.ts``.
    """
    for key in case.ended("ping_timeout", CLIENT):
        if not _stopped_polling(case, key):
            yield _gone(case, key, "server_unresponsive", case.from_server)


def _stopped_polling(case: Case, key: int) -> bool:
    """Whether a client that polls asked for nothing any more after the last that it got."""
    rows = case.of(key)
    last = _last(rows[rows < case.end_row[key]], case.from_server)
    if last < 0 or not case.view.polling[last] or case.view.engines[key] < 4:
        return False
    gets = case.of(key, case.polls & case.view.equal("type", "GET"))
    return not bool(np.any(case.started[gets] >= case.time(last)))


def _pinged(case: Case, key: int) -> bool:
    """Whether the last ping of the server was not answered."""
    beats = case.of(key, case.beats)
    return len(beats) > 0 and bool(case.view.pings[beats[-1]] and case.view.s2c[beats[-1]])


def _faded(case: Case) -> list[int]:
    """Silent sessions whose last packet is a ping of the server."""
    view = case.view
    last = view.last(view.packets)
    unanswered = (last >= 0) & pick(view.pings & view.s2c, last, False) & (case.end_row < 0)
    timeout = np.nan_to_num(case.shakes.timeout, nan=np.inf) * 1e6 + slack(case.shakes.timeout)
    waited = case.ends.evidence.until - view.times(last) > timeout
    return np.flatnonzero(unanswered & waited).tolist()


def _gone(case: Case, key: int, code: str, silent: Bools) -> Draft:
    """``silent`` are packets of the side that the other one gave up on."""
    view, end = case.view, int(case.end_row[key])
    rows = case.of(key)
    rows = rows if end < 0 else rows[rows < end]
    closed = int(case.ends.evidence.closed[key] if end >= 0 else case.ends.evidence.until[key])
    last = _last(rows, silent)
    ping = _last(rows, case.view.pings)
    fields = {"what": _what(case, key, (ping, end, closed), code), "last": _said(case, last, code, closed)}
    return Draft(code, closed, [ping, last, end], fields, key, view.engines[key])


def _last(rows: "np.ndarray[tuple[int], np.dtype[np.int64]]", mask: Bools) -> int:
    found = rows[mask[rows]]
    return int(found[-1]) if len(found) else NONE


def _what(case: Case, key: int, at: tuple[int, int, int], code: str) -> str:
    ping, end, closed = at
    server = code == "client_unresponsive"
    interval, timeout = ms(case.shakes.interval[key]), ms(case.shakes.timeout[key])
    modern, who = case.view.engines[key] >= 4, "server" if server else "client"
    if server and end >= 0 and _stopped_polling(case, key):
        heard = case.time(_last(case.of(key)[case.of(key) < end], case.from_server))
        return (
            f"{case.sid(key)}: the client asked for nothing for {took(closed - heard)} after {clock(heard)}, longer "
            f"than pingInterval {interval} + pingTimeout {timeout}, so no ping could reach it, "
            f"and gave up at {clock(closed)}"
        )
    over = f"the {who} gave up" if end >= 0 else "nothing followed until the capture ended"
    over += f" at {clock(closed)}"
    since = f" at {clock(case.time(ping))}" if ping >= 0 else ""
    if modern == server and ping >= 0:  # the one that pings gave up
        within = f"pingTimeout {timeout}" if modern else f"pingTimeout {timeout} (pingInterval {interval})"
        return f"{case.sid(key)}: the {who} pinged{since}, no answer came within {within}, and {over}"
    due = f"pingInterval {interval} + pingTimeout {timeout}"
    last = f"the last ping of the {'client' if server else 'server'} came{since}" if ping >= 0 else "no ping ever came"
    return f"{case.sid(key)}: {last}, none within {due}, and {over}"


def _said(case: Case, last: int, code: str, closed: int) -> str:
    who = "client" if code == "client_unresponsive" else "server"
    if last < 0:
        return f"the {who} had not sent anything"
    what = case.text("type", last)
    event = quote(case.text("event", last), 30)
    named = f'{what} "{event}"' if event else what
    return f"the last thing the {who} sent was {named}, {took(closed - case.time(last))} before"

"""Rules about many connections that break, or come back, in the same way."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.cuts import proof
from analyzer.findings.draft import Draft
from analyzer.findings.unknown import refusals
from analyzer.findings.words import clock, took
from analyzer.tables.endings import CLIENT, NETWORK
from analyzer.tables.nearest import by_group, nearest_before
from analyzer.tables.timeouts import slack
from analyzer.tables.view import NONE, Bools, Ints
from analyzer.units import count, plural

CLUSTER = 3
"""Connections from which on a constant is told from chance."""
_SHARE, _SPREAD = 0.05, 50_000_000
"""How far apart the spans of one constant may be: as a share and in ns."""
_SHORTEST = 500_000_000
_GATEWAY_TIMEOUT = 504
STORM = 10
"""Sessions that make a storm, when they end and come back."""
_WINDOW, _RETURN = 5_000_000_000, 30_000_000_000


def idle_cut(case: Case) -> Iterator[Draft]:
    """``idle_cut``: at least three connections cut (`analyzer.tables.endings`) at different moments, but all after
    about the same time without a packet, or without one of the server, or the same lifetime (within 5 % and 50 ms). Or
    a poll of a session that is answered 504 before the server had to answer
    it, by its next ping. Source: proxies count from the last byte (nginx ``proxy_read_timeout`` 60 s, ALB idle timeout
    60 s).
    """
    keys = np.array([key for key in case.ended("transport_cut") if case.end_row[key] >= 0], np.int64)
    spans = _spans(case, keys)
    groups: dict[str, list[int]] = {}
    for what, each in spans.items():
        for chosen in _constants(each, case.ends.evidence.closed[keys]):
            told = {i: name for name, group in groups.items() for i in group}
            fresh = [i for i in chosen.tolist() if i not in told]
            known = [told[i] for i in chosen.tolist() if i in told]
            if len(fresh) >= CLUSTER or known:
                groups.setdefault(what if len(fresh) >= CLUSTER else known[0], []).extend(fresh)
    for what, group in groups.items():
        for i in group:
            yield _cut(case, int(keys[i]), spans[what][group], what)
    yield from _gateway_timeouts(case)


_IDLE, _UNHEARD, _LIFE = "without a packet", "without a packet of the server on them", "of life"


def _spans(case: Case, keys: Ints) -> dict[str, Ints]:
    """What sessions that were cut may have in common, in ns of each; -1 where that is not known."""
    closed, ends, place = case.ends.evidence.closed[keys], case.end_row[keys], case.carried.place
    since = {
        _IDLE: case.before(case.view.packets, ends),
        _UNHEARD: nearest_before(ends, place[ends], *by_group(case.from_server, place)),
        _LIFE: case.opened[keys],
    }
    return {what: np.where(row >= 0, closed - case.view.times(row), -1) for what, row in since.items()}


def _constants(spans: Ints, closed: Ints) -> Iterator[Ints]:
    """Places of spans that are about the same, though what they lead up to happened at different moments."""
    order = np.argsort(spans, kind="stable")
    order = order[spans[order] >= _SHORTEST]
    start = 0
    while start < len(order):
        low = spans[order[start]]
        some = order[start:][spans[order[start:]] <= low * (1 + _SHARE) + _SPREAD]
        width = int(spans[some].max() - low)
        if len(some) >= CLUSTER and int(np.ptp(closed[some])) > max(4 * width, 2 * _SPREAD):
            yield some
        start += len(some)


def _cut(case: Case, key: int, spans: Ints, what: str) -> Draft:
    end, by = int(case.end_row[key]), str(case.ends.by[key])
    last = int(case.before(case.view.packets, end)[0])
    side = f"the {by}'s side" if by != NETWORK else "something"
    between = (
        took(spans.min()) if took(spans.min()) == took(spans.max()) else f"{took(spans.min())} to {took(spans.max())}"
    )
    said = f"{plural(len(spans), 'connection')} were ended by {side} after {between} {what}, each at its own moment"
    fields = {"what": f"{said}, the first at {clock(case.time(end))}."}
    fields["advice"] = _LIVES if what == _LIFE else _IDLES.format(budget=took(case.patience(key)))
    rows = [last, proof(case, key, end)]
    return Draft("idle_cut", case.time(end), rows, fields, key, (by, what))


_IDLES = (
    "Raise the timeout of what lies between (nginx proxy_read_timeout, ALB idle timeout, HAProxy timeout tunnel) above "
    "pingInterval + pingTimeout ({budget}), or lower pingInterval on the server below it."
)
_LIVES = (
    "What lies between, or the server, ends each connection at a certain age: look for such a limit (request timeout "
    "of a platform or gateway, a worker's maximum time). Raise it, or let clients come back by themselves and recover "
    "their state."
)


def _gateway_timeouts(case: Case) -> Iterator[Draft]:
    view = case.view
    late = case.polls & (view.whole("status") == _GATEWAY_TIMEOUT) & view.equal("type", "GET") & (view.key >= 0)
    for row in case.rows(late):
        key, lasted = int(view.key[row]), case.time(row) - int(case.started[row])
        if lasted > case.shakes.interval[key] * 1e6 + slack(case.shakes.timeout)[key]:
            continue  # the server had to ping meanwhile, and did not
        what = (
            f"{case.sid(key)}: a poll that hung for {took(lasted)} was answered 504 at {clock(case.time(row))} by a "
            "proxy."
        )
        fields = {"what": what, "advice": _IDLES.format(budget=took(case.patience(key)))}
        yield Draft("idle_cut", case.time(row), [row], fields, key, "504")


def reconnect_storm(case: Case) -> Iterator[Draft]:
    """``reconnect_storm``: at least ten sessions that live at the same time and end within five seconds, and not
    because their clients left or no server knew them, and at least ten handshakes, and 70 % as many, within thirty
    seconds from then on. Source: socket.io-client reconnects
    after 1 to 5 s with a random factor of 0.5 (``manager.ts``); socket.io issue 2998.
    """
    view = case.view
    bad = (case.ends.cause != None) & (case.ends.cause != "client_close") & (case.end_row >= 0)  # noqa: E711
    bad &= ~((case.ends.by == CLIENT) & (case.ends.cause == "transport_cut"))
    bad &= view.first(refusals(case)) < 0
    first = np.unique(view.codes("session")[view.introduced], return_index=True)[1]
    gone_bad = first[np.asarray(bad, bool)[first]]
    ended = np.sort(case.ends.evidence.closed[gone_bad])
    opened = np.sort(view.time[view.opens])
    start = _burst(ended, np.sort(view.time[view.introduced[gone_bad]]))
    if start == NONE:
        return
    begin = int(ended[start])
    gone = int(np.sum((ended >= begin) & (ended <= begin + _WINDOW)))
    back = opened[(opened > begin) & (opened <= begin + _RETURN)]
    if len(back) >= max(STORM, 0.7 * gone):
        yield _storm(case, begin, (ended[start : start + gone], back, opened))


def _burst(ended: Ints, begun: Ints) -> int:
    """Where the window with the most ends begins; `NONE` where it has too few, of sessions that lived then."""
    if len(ended) < STORM:
        return NONE
    alive = np.searchsorted(begun, ended, "left") - np.arange(len(ended))
    counts = np.minimum(np.searchsorted(ended, ended + _WINDOW, "right") - np.arange(len(ended)), alive)
    best = int(np.argmax(counts))
    return best if counts[best] >= STORM else NONE


def _storm(case: Case, begin: int, times: tuple[Ints, Ints, Ints]) -> Draft:
    gone, back, opened = times
    second = np.searchsorted(back, back + 1_000_000_000, "right") - np.arange(len(back))
    before = int(np.sum((opened < begin) & (opened >= begin - int(np.ptp(back)) - 1)))
    fields = {
        "ended": count(len(gone)),
        "span": took(int(np.ptp(gone))),
        "at": clock(begin),
        "opened": count(len(back)),
        "within": took(int(back[-1]) - begin),
        "peak": count(int(second.max())),
        "before": f"in as long a time before there were {before}",
    }
    there: Bools = case.view.opens & np.isin(case.view.time, back[:10])
    return Draft("reconnect_storm", begin, np.flatnonzero(there)[:10].tolist(), fields)

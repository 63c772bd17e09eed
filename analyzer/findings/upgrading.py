"""Rules about the upgrade from polling to WebSocket."""

import re
from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.unknown import SAID
from analyzer.findings.words import clock, quote, took
from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.upgrades import ABANDONED, COMPLETED, FAILED, REFUSED, outcomes
from analyzer.tables.view import NONE
from analyzer.units import plural

SLOW = 1_000_000_000
"""Ns from the answered probe to the switch that are unusual: a server answers the pending poll within its tick of 100
ms (engine.io ``socket.ts``), what remains is the network."""
_ROUNDS = 5
"""Round trips of the probe that a switch may take on a slow network, whatever that is."""
_TIMEOUT = 10_000_000_000
"""Ns of upgradeTimeout by default."""
_LEAVING = 200_000_000
"""Ns between the ends of a WebSocket and of its session that are one departure."""
_UNAVAILABLE, _BAD_REQUEST, _UPGRADE_REQUIRED = 500, 400, 426
_NO_UPGRADE = re.compile(r"bad request|transport unknown|invalid transport|upgrade", re.IGNORECASE)

_NGINX = (
    "Let the proxy forward the upgrade: in nginx proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
    'proxy_set_header Connection "upgrade"; in Apache mod_proxy_wstunnel; on an ALB an HTTP listener does it.'
)
_POLICY = (
    "Look at what answers {status} to WebSocket requests: a firewall, a proxy, or allowRequest and middlewares of the "
    "server."
)
_TRANSPORTS = (
    'The server itself takes no WebSockets: its option transports lacks "websocket". Add it there, or let clients '
    'connect with transports: ["polling"].'
)
_BACKEND = (
    "The proxy cannot reach the server for WebSocket requests: look at its error log and the route it has for them."
)


def upgrade_refused(case: Case) -> Iterator[Draft]:
    """``upgrade_refused``: a WebSocket request that names a live session is answered 4xx or 5xx, or not at all while
    polling goes on; not where the answer is that the sid is unknown, and not where the session ended meanwhile. Source:
    `analyzer.tables.upgrades` outcome ``refused``; engine.io answers a GET without ``Upgrade`` 400 code 3, python
    ``Invalid transport``.
    """
    said = outcomes(case.attempts)
    for i in np.flatnonzero(said == REFUSED).tolist():
        row, key = int(case.attempts.request[i]), int(case.attempts.key[i])
        status, error = case.cell("status", row), case.text("data", row)
        polls = int(np.sum(case.of(key, case.polled) > row))
        ended = int(case.end_row[key])
        over = status is None and (not polls or 0 <= ended < row)
        if not case.view.main[row] or over or SAID.search(error[:400]):
            continue
        answer = "was never answered" if status is None else f"was answered {status}" + _body(error)
        after = (
            f"the session stayed on polling ({plural(polls, 'request')} more)"
            if polls
            else "nothing followed on polling"
        )
        fields = {"sid": case.sid(key), "at": clock(int(case.started[row])), "answer": answer, "after": after}
        fields["advice"] = _advice(status, error)
        yield Draft("upgrade_refused", case.time(row), [row], fields, key, (status, error[:60]))


def _elsewhere(case: Case, row: int, address: str) -> str:
    """What became of a client that has no session yet: it may try another transport."""
    opened = case.opened[case.opened >= 0]
    later = opened[(case.view.time[opened] >= case.time(row)) & case.view.polling[opened]]
    for other in later.tolist():
        if address and case.text("client", other).rpartition(":")[0] == address:
            waited = took(case.time(other) - case.time(row))
            return f"it names no session, and {waited} later a client at this address was let in on polling"
    return "it names no session, so that this client has no connection at all"


def websocket_refused(case: Case) -> Iterator[Draft]:
    """``upgrade_refused``: a WebSocket request that names no session (a client without polling), answered as a proxy
    or server does that sees no ``Upgrade`` or cannot take it: 426, or 400 with "Bad request", "Transport unknown" or
    "Invalid transport"; also 404 and 5xx where polling of the same server is answered afterwards and no WebSocket ever
    is, since that alone tells it from a wrong path or a server that is down. Source: engine.io ``server.ts`` codes 0
    and 3, python-engineio; RFC 9110 (15.5.22).
    """
    view = case.view
    status = view.whole("status")
    asked = view.exchange() & view.websocket & (view.key < 0) & view.c2s & ~view.equal("issue", Issue.HTTP_AFTER_101)
    for row in case.rows(asked & (np.isin(status, (400, 404, 426)) | (status >= _UNAVAILABLE))):
        error = case.text("data", row)
        if status[row] == _BAD_REQUEST and not _NO_UPGRADE.search(error[:400]):
            continue
        if status[row] not in (_BAD_REQUEST, _UPGRADE_REQUIRED) and not _only_polling(case, row):
            continue
        address = case.text("client", row).rpartition(":")[0]
        fields = {
            "sid": f"a client at {quote(address, 50) or 'unknown address'}",
            "at": clock(int(case.started[row])),
            "answer": f"was answered {status[row]}" + _body(error),
            "after": _elsewhere(case, row, address),
            "advice": _advice(int(status[row]), error),
        }
        yield Draft("upgrade_refused", case.time(row), [row], fields, cause=("first", int(status[row]), error[:60]))


def _only_polling(case: Case, row: int) -> bool:
    """Whether the server of a request lets clients in on polling afterwards, and never on WebSocket."""
    view = case.view
    same = view.codes("server") == view.codes("server")[row]
    later = same & (np.arange(view.rows) > row)
    return bool((later & case.polled).any()) and not bool((same & view.of(Layer.WEBSOCKET, "open")).any())


def _body(error: str) -> str:
    shown = quote(" ".join(error.split()), 80)
    return f" ({shown})" if shown else ""


def _advice(status: int | None, error: str) -> str:
    if status is not None and status >= _UNAVAILABLE:
        return _BACKEND
    if "transport unknown" in error.lower():
        return _TRANSPORTS
    plain = status is None or status in (400, 404, 426) or "transport" in error.lower()
    return _NGINX if plain else _POLICY.format(status=status)


def upgrade_slow(case: Case) -> Iterator[Draft]:
    """``upgrade_slow``: more than a second, and more than five round trips of the probe, from ``3probe`` to ``5``.
    Source: engine.io-client ``polling.ts`` (``pause`` waits for the requests in flight), engine.io-client issue 18.
    """
    found, view = case.attempts, case.view
    probe, answer, upgrade = view.times(found.probe), view.times(found.answer), view.times(found.upgrade)
    known = (outcomes(found) == COMPLETED) & (found.probe >= 0) & (found.answer >= 0) & (found.upgrade >= 0)
    slow = known & view.main[found.request] & (upgrade - answer > np.maximum(SLOW, _ROUNDS * (answer - probe)))
    for i in np.flatnonzero(slow).tolist():
        key, rows = int(found.key[i]), (int(found.answer[i]), int(found.upgrade[i]))
        held, what = _waited_for(case, key, rows)
        fields = {
            "sid": case.sid(key),
            "at": clock(case.time(rows[0])),
            "took": took(upgrade[i] - answer[i]),
            "what": what,
        }
        yield Draft(
            "upgrade_slow", case.time(rows[0]), [*rows, held], fields, key, "slow", float(upgrade[i] - answer[i])
        )


def _waited_for(case: Case, key: int, rows: tuple[int, int]) -> tuple[int, str]:
    """The request that was open from before the answer to the probe until the switch."""
    view = case.view
    polls = case.of(key, case.polls)
    open_then = polls[(case.started[polls] < case.time(rows[1])) & (view.time[polls] > case.time(rows[0]))]
    if not len(open_then):
        return NONE, "no request that the capture shows"
    held = int(open_then[np.argmax(view.time[open_then] - case.started[open_then])])
    lasted = took(case.time(held) - int(case.started[held]))
    sent = case.of(key, case.from_server)
    carried = sent[(view.time[sent] == case.time(held)) & view.polling[sent]]
    kinds = ", ".join(dict.fromkeys(case.text("type", row) for row in carried.tolist()[:5]))
    answer = f", answered with {kinds}" if kinds else ""
    return held, f"a {quote(case.text('type', held), 10)} that was open for {lasted}{answer}"


def upgrade_abandoned(case: Case) -> Iterator[Draft]:
    """``upgrade_abandoned``: 101, but the WebSocket never came to carry the session, which went on over polling after
    the WebSocket's end, or for longer than upgradeTimeout (10 s); or the WebSocket ended after a proxy had kept back
    the client's switch (``mitm_dropped``). Not where the session was over, too, or its last namespace left, before or
    at once: who leaves takes the WebSocket along. Source: `analyzer.tables.upgrades` outcomes
    ``abandoned`` and ``failed``; engine.io ``socket.ts`` ``_maybeUpgrade``.
    """
    view, found = case.view, case.attempts
    said = outcomes(found)
    polled = view.packets & view.polling & ~view.equal("type", "close")
    for i in np.flatnonzero((said == ABANDONED) | (said == FAILED)).tolist():
        row, key, ended = int(found.request[i]), int(found.key[i]), int(found.ended[i])
        later = case.of(key, polled)
        until = case.time(int(later[-1])) if len(later) else 0
        lived = until > case.time(ended) if ended >= 0 else until - case.time(row) > _TIMEOUT
        withheld = said[i] == ABANDONED and found.upgrade[i] >= 0 and ended >= 0
        left = not withheld and _taken_along(case, key, ended)
        if not view.main[row] or not (lived or withheld) or left:
            continue
        after = "the session stayed on polling" if lived else "nothing followed on polling, which the client had left"
        fields = {"sid": case.sid(key), "at": clock(case.time(row)), "cause": _cause(case, key, i), "after": after}
        rows = [row, int(found.probe[i]), int(found.answer[i]), ended]
        yield Draft("upgrade_abandoned", case.time(row), rows, fields, key, (str(said[i]), found.probe[i] >= 0))


def _taken_along(case: Case, key: int, ended: int) -> bool:
    """Whether the session was over, or all its namespaces left, when the WebSocket ended."""
    if ended < 0 or case.ends.cause[key] is None:
        return False
    over = int(case.ends.evidence.closed[key])
    left = case.time(int(case.left.row[key])) if case.left.all_left[key] else over
    return min(over, left) - case.time(ended) <= _LEAVING


def _cause(case: Case, key: int, i: int) -> str:
    found = case.attempts
    ended = int(found.ended[i])
    step = (
        "the client's switch (5) was kept back by a proxy"
        if found.upgrade[i] >= 0
        else "after the server's answer to the probe (3probe) the client never switched (5)"
        if found.answer[i] >= 0
        else "the client's probe (2probe) was not answered"
        if found.probe[i] >= 0
        else "the client never sent its probe"
    )
    if ended < 0:
        return step
    who = "client" if case.view.c2s[ended] else "server"
    how = "closed it" if case.text("layer", ended) == Layer.WEBSOCKET else "cut it"
    return f"{step}, and the {who} {how} {took(case.time(ended) - case.time(int(found.request[i])))} later"

"""Rules about connections that broke."""

from collections.abc import Iterator

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, took
from analyzer.records import Layer
from analyzer.tables.endings import CLIENT, NETWORK, SERVER
from analyzer.tables.view import NONE

_ADVICE = {
    CLIENT: "The client's process ended, its network changed, or something between reset the connection: look at the "
    "client at that time. A page that is closed or a process that ends should call socket.disconnect() first.",
    SERVER: "The server's process ended or was killed, or a proxy before it cut the connection: look at their logs at "
    "that time (restarts, out of memory, timeouts, deployments).",
    NETWORK: "Both sides fell silent: a network that went away, a machine that sleeps. Capture at the other side, too.",
}


def transport_cut(case: Case) -> Iterator[Draft]:
    """``transport_cut``: what carried the session ended by RST or FIN, without a close frame of WebSocket or a close
    packet of Engine.IO, and no deadline was over (`analyzer.tables.endings`); or both sides fell silent for longer than
    both may, in a log without holes, where an end may be missing as well. Source: RFC 9293 (3.10.7), RFC 6455 (7.1.5:
    such a close is 1006).
    """
    view = case.view
    holed = bool(view.of(Layer.TCP, "gap").any())
    for key in case.ended("transport_cut"):
        end, by = int(case.end_row[key]), str(case.ends.by[key])
        closed = int(case.ends.evidence.closed[key])
        if end < 0 and holed:
            continue
        rows = case.of(key, view.packets)
        rows = rows if end < 0 else rows[rows < end]
        last = int(rows[-1]) if len(rows) else NONE
        idle = took(closed - case.time(last)) if last >= 0 else "some time"
        side = _how(case, key, end, by)
        fields = {"sid": case.sid(key), "side": side, "at": clock(closed), "idle": idle, "advice": _ADVICE[by]}
        yield Draft("transport_cut", closed, [last, proof(case, key, end)], fields, key, (by, side))


def _how(case: Case, key: int, end: int, by: str) -> str:
    if end < 0:
        return "both sides fell silent and had to give up"
    tcp = proof(case, key, end)
    kind = case.text("type", tcp)
    who = f"the {by}'s side" if by != NETWORK else "something between"
    if kind == "reset":
        return f"{who} reset the TCP connection (RST)"
    if kind == "fin":
        return f"{who} ended the TCP connection (FIN)"
    return "the connection of a request ended without an answer"


def proof(case: Case, key: int, end: int) -> int:
    """The FIN or RST that ended it: of a request without an answer, that of its connection."""
    view = case.view
    if end < 0 or case.text("layer", end) == Layer.TCP:
        return end
    ends = case.of(key, case.cuts)
    same = ends[view.codes("stream")[ends] == view.codes("stream")[end]]
    return int(same[0]) if len(same) else end

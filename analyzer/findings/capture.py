"""Rules about the capture itself."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, named, quote
from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.units import plural, size

_WHOLE = {
    Issue.CAPTURE_TRUNCATED: "capture_truncated",
    Issue.CAPTURE_MIDSTREAM: "capture_midstream",
    Issue.CAPTURE_ONE_WAY: "capture_one_way",
    Issue.CAPTURE_ENCRYPTED: "undecryptable",
}
"""Issue of a row that concerns a whole source to the code of its finding."""


def whole_source(case: Case) -> Iterator[Draft]:
    """``capture_truncated``, ``capture_midstream``, ``capture_one_way``, ``undecryptable``: rows of layer ``capture``
    with that issue, a finding a source. Source: what the reader counted.
    """
    view = case.view
    for row in case.rows(view.among("issue", tuple(_WHOLE)) & view.equal("layer", Layer.CAPTURE)):
        said = quote(case.text("detail", row), 200)
        fields = {"source": quote(case.text("source", row)), "detail": said}
        yield Draft(_WHOLE[Issue(case.text("issue", row))], case.time(row), (), fields, cause=fields["source"])


def capture_gap(case: Case) -> Iterator[Draft]:
    """``capture_gap``: rows ``gap`` of layer ``tcp``, or a source that says it dropped packets; one finding. Source:
    TCP sequence numbers that were acknowledged or passed over but are not in the capture (RFC 9293).
    """
    view = case.view
    gaps = np.flatnonzero(view.of(Layer.TCP, "gap"))
    dropped = case.rows(view.equal("issue", Issue.CAPTURE_DROPPED))
    if not len(gaps) and not dropped:
        return
    missing = int(np.nan_to_num(view.numbers("size")[gaps]).sum())
    rows = [*gaps.tolist(), *dropped]
    said = "; ".join(quote(case.text("detail", row), 120) for row in dropped[:1])
    fields = {
        "missing": size(missing) if len(gaps) else "Packets",
        "holes": plural(len(gaps), "hole") if len(gaps) else "unknown places",
        "streams": plural(len(np.unique(view.codes("stream")[gaps])), "connection") if len(gaps) else "its connections",
        "at": clock(case.time(rows[0])),
        "dropped": f" Besides, {said}." if said else "",
    }
    yield Draft("capture_gap", case.time(rows[0]), rows[:5], fields)


def seen_twice(case: Case) -> Iterator[Draft]:
    """``seen_twice``: the open packet of one sid on connections to two servers' addresses (`View.keys`); one finding,
    with the number of sessions. Source: a sid is random and opened once.
    """
    view = case.view
    taps = np.flatnonzero(~view.main & (view.key >= 0))
    for key in np.unique(view.key[taps]).tolist():
        name = case.cell("session", int(view.introduced[key]))
        opened = [row for row in case.rows(view.opens) if case.cell("session", row) == name]
        servers = named([case.text("server", row) for row in opened])
        fields = {"sid": case.sid(key), "servers": servers}
        yield Draft("seen_twice", case.time(opened[-1]), opened, fields, key, cause="tap")

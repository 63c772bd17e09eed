"""Findings as HTML that needs no script: they are what a reader came for, and what is printed."""

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from analyzer.report import plain, units
from analyzer.report.refusals import told
from analyzer.report.values import nanoseconds
from analyzer.text import printable

SEVERITIES = ("error", "warning", "info")
_EVIDENCE = 24
"""Frames named at most; the log has the others."""
_REFUSALS = 20
"""Kinds of refused requests shown at most."""
_NOTHING = "<p class='calm'>Nothing was found wrong.</p>"
_NAMELESS = "<p class='calm'>No rule found anything wrong, but requests were refused.</p>"


def section(findings: pd.DataFrame, refusals: pd.DataFrame) -> str:
    """All findings, worst first, and behind them what was refused."""
    return _listed(findings, _NAMELESS if len(refusals) else _NOTHING) + refused(refusals)


def _listed(findings: pd.DataFrame, nothing: str) -> str:
    rows = [dict(zip(map(str, findings.columns), row, strict=True)) for row in plain.rows(findings)]
    rows.sort(key=lambda row: SEVERITIES.index(row["severity"]) if row["severity"] in SEVERITIES else len(SEVERITIES))
    items = "\n".join(map(_item, rows))
    return f"<ol class='findings'>\n{items}\n</ol>" if rows else nothing


def refused(table: pd.DataFrame) -> str:
    """Requests that were refused: most have no finding, since an answer does not tell its cause."""
    rows = [told(row) for row in table.head(_REFUSALS).to_dict("records")]
    items = "\n".join(
        f"<li>{safe(head)}<br><small>{safe(place)}{_answer(said)}</small></li>" for head, place, said in rows
    )
    title = f"<h3>Refused: {units.plural(int(table['count'].sum()), 'request')}</h3>" if rows else ""
    return f"\n<div class='refused'>{title}<ul>\n{items}\n</ul></div>" if rows else ""


def _answer(said: str) -> str:
    return f"<br><q>{safe(said)}</q>" if said else ""


def tally(findings: pd.DataFrame, refusals: pd.DataFrame) -> str:
    """How many there are of each severity: ``2 errors, 1 warning``; and how many requests were refused."""
    counts = Counter(findings["severity"].tolist())
    nouns = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("remark", "remarks")}
    found = [units.plural(counts[name], *nouns[name]) for name in SEVERITIES if name in counts]
    refused = [f"{units.plural(int(refusals['count'].sum()), 'request')} refused"] if len(refusals) else []
    return ", ".join([*(found or ["no findings"]), *refused])


def safe(value: Any) -> str:
    """Text from a capture as HTML: nothing in it is markup, nothing in it moves or hides other text."""
    return escape(printable(str(value)), quote=True)


def _exact(value: Any) -> str:
    """Text as the value of an attribute, which a script compares with what the page holds."""
    return escape(str(value), quote=True)


def _item(row: dict[str, Any]) -> str:
    code, severity, session = row["code"] or "", row["severity"] or "info", row["session"]
    time = nanoseconds(row["time"])
    where = [f"<button type='button' class='link' data-session='{_exact(session)}'>{safe(session)}</button>"]
    facts = [*(where if session else []), *([f"<time>{units.moment(time)}</time>"] if time is not None else [])]
    return (
        f"<li class='finding {safe(severity)}' data-code='{safe(code)}'>"
        f"<h3><span class='severity'>{safe(severity)}</span> <code>{safe(code)}</code></h3>"
        f"<p>{safe(row['explanation'] or '')}</p>"
        f"<p class='advice'>{safe(row['advice'] or '')}</p>"
        f"<p class='facts'>{' · '.join(facts)}{_evidence(row['frames'] or [], session)}</p></li>"
    )


def _evidence(frames: Iterable[Any], session: Any) -> str:
    numbers = [int(number) for number in frames if isinstance(number, int)]
    if not numbers:
        return ""
    of = f" data-of='{_exact(session)}'" if session else ""
    shown = numbers[:_EVIDENCE]
    links = " ".join(f"<button type='button' class='link' data-frame='{n}'{of}>{n}</button>" for n in shown)
    more = f" and {len(numbers) - len(shown)} more" if len(numbers) > len(shown) else ""
    return f" <span class='evidence'>Evidence: {'frame' if len(numbers) == 1 else 'frames'} {links}{more}</span>"

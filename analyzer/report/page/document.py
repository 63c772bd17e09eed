"""The page itself: one file, no network, and a policy that lets nothing run but what it was written with."""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from string import Template
from typing import Any

import pandas as pd

from analyzer.report import units
from analyzer.report.analysis import Analysis
from analyzer.report.page import columns, findings
from analyzer.report.page.findings import safe
from analyzer.report.page.sample import Sample
from analyzer.version import __version__

_LIBRARIES = ("tabulator.min.js", "echarts.min.js")
_SCRIPTS = (
    "dom.js", "data.js", "theme.js", "tables.js", "search.js", "frames.js", "sessions.js", "marks.js", "lifelines.js",
    "charts.js", "upgrades.js", "rooms.js", "main.js",
)  # fmt: skip
_STYLES = ("tabulator.min.css", "page.css")
_SOURCE_MAP = re.compile(r"(?m)^(?://|/\*)# sourceMappingURL=.*$")
"""What would make a browser's developer tools look for another file."""
_MASKED = (
    "<p class='hint' id='secrets'>Cookies, authorisations, tokens and fields named like secrets are masked with as "
    "many asterisks as they had bytes; session ids are not.</p>"
)
_UNMASKED = (
    "<p class='notice unmasked' id='secrets'><strong>Nothing is masked</strong> (written with --no-redact): whoever "
    "has this file has the cookies, tokens and passwords in it.</p>"
)
TABLE_ROWS = 20_000
"""Rows of a table that a page holds at most; of more, every n-th."""


def pieces(analysis: Analysis, sample: Sample) -> Iterator[bytes]:
    """The page as UTF-8, piece by piece."""
    scripts = [*map(_asset, _LIBRARIES), _own()]
    styles = [_asset(name) for name in _STYLES]
    packed = columns.squeeze(_data(analysis, sample))
    before, behind = _template().split("$content", 1)
    policy = _policy(scripts, styles)
    head = Template(before).substitute(policy=policy, title=safe(_title(analysis)), version=__version__)
    yield head.encode()
    for style in styles:
        yield f"<style>{style}</style>\n".encode()
    yield _body(analysis, sample).encode()
    yield f"<script type='application/octet-stream' id='data'>{packed}</script>\n".encode()
    for script in scripts:
        yield f"<script>{script}</script>\n".encode()
    yield behind.encode()


def _data(analysis: Analysis, sample: Sample) -> dict[str, Any]:
    found = {name: _thinned(table) for name, table in analysis.tables().items() if name != "findings"}
    rows = sample.rows
    base = columns.first_time(found.values(), rows)
    totals = {name: len(table) for name, table in analysis.tables().items()}
    return {
        "schema": 1,
        "base": str(base),
        "totals": {**totals, "log": sample.seen},
        "width": sample.width,
        "tables": {name: columns.table(table, base) for name, table in found.items()},
        "log": columns.log(rows, base),
    }


def _thinned(table: pd.DataFrame) -> pd.DataFrame:
    """The table, or as many rows of it as a page holds, evenly over it."""
    return table.iloc[:: -(-len(table) // TABLE_ROWS)] if len(table) > TABLE_ROWS else table


def _body(analysis: Analysis, sample: Sample) -> str:
    return Template(_asset("body.html")).substitute(
        sources="\n".join(map(_source, analysis.sources)),
        secrets=_MASKED if sample.masked else _UNMASKED,
        rooms=_asset("rooms.html") if analysis.fanout else "",
        roomslink='<a href="#rooms">Rooms</a> ' if analysis.fanout else "",
        tally=safe(findings.tally(analysis.findings, analysis.refusals)),
        findings=findings.section(analysis.findings, analysis.refusals),
        sessions=units.plural(analysis.sessions["session"].nunique(dropna=False), "session"),
        rows=units.plural(sample.seen, "row"),
        version=__version__,
    )


def _source(source: dict[str, Any]) -> str:
    facts = []
    if isinstance(packets := source.get("packets"), int):
        facts.append(units.plural(packets, "packet"))
    if isinstance(size := source.get("bytes"), int):
        facts.append(units.size(size))
    if isinstance(first := source.get("first_time"), str):
        facts.append(f"from {first[:19].replace('T', ' ')} UTC")
    return f"<li><b>{safe(source.get('source'))}</b> {safe(', '.join(facts))}</li>"


def _title(analysis: Analysis) -> str:
    names = [str(source.get("source")) for source in analysis.sources]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "nothing"


def _own() -> str:
    """Our scripts as one, so that their names are nobody else's."""
    return "(() => {\n'use strict';\n" + "\n".join(map(_asset, _SCRIPTS)) + "\n})();"


def _policy(scripts: list[str], styles: list[str]) -> str:
    """A Content Security Policy (W3C CSP 3): nothing is loaded, and nothing runs whose hash is not named."""
    allowed = {"script-src": scripts, "style-src": styles}
    named = "; ".join(f"{kind} {' '.join(map(_hash, texts))}" for kind, texts in allowed.items())
    return f"default-src 'none'; {named}; img-src data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _template() -> str:
    return _asset("page.html")


@cache
def _asset(name: str) -> str:
    text = resources.files("analyzer.report.page").joinpath("assets", name).read_text("utf-8")
    return _SOURCE_MAP.sub("", text)

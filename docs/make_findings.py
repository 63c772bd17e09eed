"""Writes findings.md: what each code means, from the registry, and in which recorded failures it is found.

python docs/make_findings.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "captures" / "failures")]

from cases import CASES  # noqa: E402

import analyzer  # noqa: E402
from analyzer.findings import KINDS, Kind  # noqa: E402

Findings = Callable[[str], pd.DataFrame]

HEAD = """# Findings

`sioscope analyze` leads with them, worst first, `analyzer.findings(log)` gives them as a table, and `sioscope explain
CODE` says what follows here. Each is diagnosed from the log alone. Codes do not change; new ones may come. Severities:
`error` (something did not work), `warning` (something will, or works badly), `info` (good to know).

| column | meaning |
| --- | --- |
| `code`, `severity` | as below |
| `session` | the session concerned; empty where several are |
| `time` | when it happened, or first happened |
| `frames` | numbers of the packets that prove it, within their capture; twenty at most |
| `explanation` | what happened, with the measured numbers, and which side acted |
| `advice` | what to change, where |

One cause gives one finding: a ping timeout is not reported as a cut connection as well, and several sessions with one
cause are one finding with a count. Rules say nothing of sessions in whose packets the capture has holes where a hole
may be the cause.

A request that was answered 403, 404 or 502, redirected, or answered with somebody's page has no code, since such an
answer does not tell its cause: `analyze` and the page list these behind the findings, as refused, with who answered and
how.

"""
MATRIX = """## In which failures they are found

Each was made for real, with real servers, clients and proxies (`captures/failures/make.py` has the code of every one),
and recorded. A test reads all of them, and the healthy captures of `captures/`, in which nothing of severity `error`
or `warning` is found but what is true of them (all are refused the namespace `/secret`).

| failure | what was done | found |
| --- | --- | --- |
"""


def section(kind: Kind) -> str:
    """What is said of a code."""
    return (
        f"### `{kind.code}` ({kind.severity})\n\n{kind.meaning[0].upper()}{kind.meaning[1:]}.\n\n"
        f"- On the wire: {kind.wire}\n- What to do: {kind.general_advice}\n"
    )


def found(name: str) -> pd.DataFrame:
    """What is found in a recorded failure now."""
    return analyzer.findings(analyzer.read(str(ROOT / "captures" / "failures" / f"{name}.pcap")))


def matrix(findings: Findings = found) -> str:
    """A row for each recorded failure, with what is found in it."""
    rows = []
    for name, case in CASES.items():
        codes = ", ".join(f"`{code}`" for code in findings(name)["code"])
        rows.append(f"| `{name}` | {case.story} | {codes} |")
    return MATRIX + "\n".join(rows) + "\n"


def document(findings: Findings = found) -> str:
    """The whole file."""
    return HEAD + "## Codes\n\n" + "\n".join(section(kind) for kind in KINDS.values()) + "\n" + matrix(findings)


if __name__ == "__main__":
    (HERE / "findings.md").write_text(document(), encoding="utf-8", newline="\n")

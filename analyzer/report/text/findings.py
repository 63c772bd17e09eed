"""The section on findings, the first of all: what went wrong, worst first, with the evidence and what to do."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyzer.report import units
from analyzer.report.text import cells
from analyzer.report.text.screen import Part, Screen
from analyzer.report.values import nanoseconds, text
from analyzer.stamps import to_text

SHOWN = 30
"""Findings shown at most."""
FRAMES = 8
"""Frames named at most."""
STYLES = {"error": cells.BAD, "warning": cells.ODD, "info": "cyan"}
LONGEST = 2_000
"""Characters of an explanation or advice shown at most."""


def show(screen: Screen, findings: pd.DataFrame, names: Mapping[str, str], *, refused: bool = False) -> None:
    """Each finding as a line with severity, code, session, time and frames, its explanation, and the advice.

    ``refused``: requests were refused, so that where there are no findings not all is well.
    """
    screen.heading("Findings", _counted(findings))
    if findings.empty:
        screen.line(f"No rule found anything wrong{', but requests were refused' if refused else ''}.", indent=2)
        return
    for row in findings.head(SHOWN).to_dict("records"):
        for line in _heads(screen, row, names):
            screen.line(*line, indent=2)
        screen.paragraph(_said(screen, row["explanation"]), indent=4, lines=12)
        screen.paragraph(f"What to do: {_said(screen, row['advice'])}", indent=4, style="dim", lines=8)
    cells.more(screen, len(findings) - SHOWN, "finding")


def _counted(findings: pd.DataFrame) -> str:
    counts = Counter(map(str, findings["severity"]))
    parts = [units.plural(counts[name], name) for name in ("error", "warning") if counts[name]]
    if counts["info"]:
        parts.append(f"{units.count(counts['info'])} for information")
    return ", ".join(parts) or "none"


def _heads(screen: Screen, row: Mapping[Any, Any], names: Mapping[str, str]) -> list[list[Part]]:
    """One line, or two where that is too long."""
    severity, session, time = str(row["severity"]), text(row["session"]), nanoseconds(row["time"])
    first: list[Part] = [
        (f"{severity.upper():7}", STYLES.get(severity, "")),
        " ",
        (screen.safe(row["code"], 40), "bold"),
    ]
    where = [cells.session(names, session)] if session is not None else []
    where += [f"{to_text(time)[11:23]} UTC"] if time is not None else []
    where += [_frames(row["frames"])] if len(row["frames"]) else []
    beside = f"  {', '.join(where)}"
    long = len(severity) + len(str(row["code"])) + len(beside) + 12 > screen.width
    return [first, [f"  {beside}"]] if long else [[*first, beside]]


def _frames(frames: Any) -> str:
    shown = ", ".join(str(number) for number in frames[:FRAMES])
    return f"{'frame' if len(frames) == 1 else 'frames'} {shown}{', ...' if len(frames) > FRAMES else ''}"


def _said(screen: Screen, value: Any) -> str:
    """The text in pieces that the screen takes for safe."""
    whole = (text(value) or "")[:LONGEST]
    return " ".join(screen.safe(word) for word in whole.split())

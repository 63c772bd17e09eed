"""The section on upgrades: each attempt as a timeline of its steps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.cells import cell_len

from analyzer.report import rank, units
from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen
from analyzer.report.values import Floats, floats, nanoseconds, number, text

SHOWN = 15
"""Attempts shown at most."""
STEPS = {
    "opened": "handshake",
    "started": "request",
    "probe_sent": "2probe",
    "probe_answered": "3probe",
    "upgrade_sent": "5",
}
"""When a step was taken, and what was sent then."""
STYLES = {"completed": cells.GOOD, "abandoned": cells.ODD}
WIDE = 112
"""Columns from which on an attempt takes one line."""


def show(screen: Screen, upgrades: pd.DataFrame, sessions: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Attempts with the delay of each step after the one before; of many, those that failed or were slow."""
    if upgrades.empty:
        return
    outcomes = Counter(map(str, upgrades["outcome"].dropna())).most_common()
    counted = ", ".join(f"{units.count(found)} {screen.safe(word)}" for word, found in outcomes)
    screen.heading("Upgrades", f"{units.plural(len(upgrades), 'attempt')}: {counted}")
    opened = dict(zip(map(text, sessions["session"]), sessions["opened"], strict=True))
    shown = upgrades.iloc[rank.first(_trouble(upgrades), SHOWN, _kinds(upgrades))].copy()
    shown["opened"] = [opened.get(text(session)) for session in shown["session"]]
    (_one_line if screen.width >= WIDE else _two_lines)(screen, shown.to_dict("records"), names)
    cells.more(screen, len(upgrades) - SHOWN, "attempt")


def _trouble(upgrades: pd.DataFrame) -> Floats:
    failed = upgrades["outcome"].astype("object").ne("completed").to_numpy(dtype=bool)
    took = np.nan_to_num(floats(upgrades["duration_ms"])).clip(min=0.0)
    score: Floats = took / (took.max() + 1.0) + np.where(failed, 4.0, 0.0)
    return score


def _kinds(upgrades: pd.DataFrame) -> list[str]:
    columns = (upgrades[name].astype("object") for name in ("outcome", "status", "cause"))
    return [" ".join(map(str, values)) for values in zip(*columns, strict=True)]


def _two_lines(screen: Screen, rows: Sequence[Mapping[Any, Any]], names: Mapping[str, str]) -> None:
    said = ""
    for row in rows:
        done, took, note = _completed(row), units.milliseconds(number(row["duration_ms"])), _note(screen, row)
        after = f" {'in' if done else 'after'} {took}" if took != units.NONE else ""
        beside = f"; {note}" if note and done else ", likewise" if note and note == said else ""
        screen.line(cells.session(names, row["session"]), "  ", _outcome(screen, row), after, beside, indent=2)
        for line in _broken(screen, list(timeline(row).values())):
            screen.line(line, indent=4)
        if not done and note != said:
            screen.paragraph(note, indent=4, lines=2)
            said = note


def _completed(row: Mapping[Any, Any]) -> bool:
    return text(row["outcome"]) == "completed"


def _one_line(screen: Screen, rows: Sequence[Mapping[Any, Any]], names: Mapping[str, str]) -> None:
    outcomes = [_outcome(screen, row) for row in rows]
    grid.show(
        screen,
        [
            grid.Column("session", [cells.session(names, row["session"]) for row in rows]),
            grid.Column("outcome", [word for word, _ in outcomes], styles=[style for _, style in outcomes]),
            grid.Column("took", cells.spans([row["duration_ms"] for row in rows]), right=True),
            grid.Column("steps", _aligned(screen, rows), least=20),
        ],
    )


def _aligned(screen: Screen, rows: Sequence[Mapping[Any, Any]]) -> list[str]:
    """Each attempt's steps and note in one, steps below those of the same name."""
    steps = [timeline(row) for row in rows]
    widths = {name: max((len(step[name]) for step in steps if name in step), default=0) for name in STEPS}
    lines = []
    for row, step in zip(rows, steps, strict=True):
        line = f" {screen.arrow} ".join(text.ljust(widths[name]) for name, text in step.items())
        note = _note(screen, row)
        lines.append(f"{line}  {note}" if note else line)
    return lines


def _outcome(screen: Screen, row: Mapping[Any, Any]) -> tuple[str, str]:
    """The outcome in words, and the style to say it in."""
    outcome, status = text(row["outcome"]) or units.NONE, number(row["status"])
    code = f" ({status:.0f})" if status is not None and status >= 300 else ""
    return screen.safe(outcome) + code, STYLES.get(outcome, cells.BAD)


def _note(screen: Screen, row: Mapping[Any, Any]) -> str:
    """Why an attempt did not succeed, or when the last poll was answered, from the switch on."""
    if not _completed(row):
        return screen.safe(row["cause"]) if text(row["cause"]) else ""
    drained, switched = nanoseconds(row["drained"]), nanoseconds(row["upgrade_sent"])
    if drained is None or switched is None:
        return ""
    apart, early = units.duration(abs(drained - switched) / 1e9), drained < switched
    if screen.width >= WIDE:
        return f"drained {'-' if early else '+'}{apart}"
    return f"polls drained {apart} {'before' if early else 'after'} 5"


def timeline(row: Mapping[Any, Any]) -> dict[str, str]:
    """The steps that were taken, each with its delay after the one before: ``2probe +1.2 ms``.

    A unit is left out where it is that of the step before.
    """
    steps: dict[str, str] = {}
    before, unit = None, ""
    for name, word in STEPS.items():
        time = nanoseconds(row[name])
        if time is not None:
            delay, now = units.duration((time - before) / 1e9).rsplit(" ", 1) if before is not None else ("", "")
            sign = "+" if delay and not delay.startswith("-") else ""
            steps[name] = f"{word} {sign}{delay}{'' if now == unit else f' {now}'}".rstrip()
            before, unit = time, now
    return steps


def _broken(screen: Screen, steps: list[str]) -> list[str]:
    """The steps with arrows between them, in as few lines as the screen's width allows."""
    lines: list[str] = []
    for step in steps:
        longer = f"{lines[-1]} {screen.arrow} {step}" if lines else step
        if lines and cell_len(longer) > screen.width - 4:
            lines.append(f"  {screen.arrow} {step}")
        else:
            lines[-1:] = [longer]
    return lines

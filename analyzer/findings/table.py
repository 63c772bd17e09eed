"""The table of findings: cases alike become one row, and what another finding explains is left out."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.kind import SEVERITIES
from analyzer.findings.kinds import KINDS
from analyzer.findings.rules import RULES
from analyzer.findings.words import named
from analyzer.tables import schema
from analyzer.tables.view import NONE

_FRAMES = 20
"""Frames named at most."""


def findings(log: pd.DataFrame) -> pd.DataFrame:
    """What went wrong in a log, worst first: a row a cause; for columns see the README.

    ``session`` is missing where several are concerned, ``frames`` are numbers of packets in their capture.
    """
    return of_case(Case(log))


def of_case(case: Case) -> pd.DataFrame:
    """The table of a case."""
    drafts = _seen_once(case, [draft for rule in RULES for draft in rule(case)])
    groups = sorted(_grouped(_unexplained(drafts)), key=_rank)
    if not groups:
        return schema.empty(schema.FINDINGS)
    rows = [_row(case, group) for group in groups]
    return schema.table(schema.FINDINGS, {name: [row[name] for row in rows] for name in schema.FINDINGS})


_ENDS = ("client_unresponsive", "server_unresponsive", "transport_cut")
"""Codes of which one session that was captured at two places has one: what came first."""


def _seen_once(case: Case, drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts without those of a session's one tap that say the same, or how it then ended there, of its other."""
    doubled = set(np.unique(case.view.codes("session")[~case.view.main & (case.view.key >= 0)]).tolist())
    first: dict[tuple[int, str], int] = {}
    for draft in sorted(drafts, key=lambda draft: draft.time):
        first.setdefault(_place(case, draft), draft.key)
    return [
        draft for draft in drafts if _place(case, draft)[0] not in doubled or first[_place(case, draft)] == draft.key
    ]


def _place(case: Case, draft: Draft) -> tuple[int, str]:
    """The session of a draft, whatever its tap (`NONE` for none), and its code or that it tells of an end."""
    session = int(case.view.codes("session")[case.view.introduced[draft.key]]) if draft.key >= 0 else NONE
    return session, "end" if draft.code in _ENDS else draft.code


def _unexplained(drafts: Sequence[Draft]) -> list[Draft]:
    explained = {(draft.key, code) for draft in drafts for code in KINDS[draft.code].explains if draft.key >= 0}
    general = {code for draft in drafts for code in KINDS[draft.code].explains if draft.key < 0}
    return [
        draft
        for draft in drafts
        if (draft.key, draft.code) not in explained and not (draft.key < 0 and draft.code in general)
    ]


def _grouped(drafts: Iterable[Draft]) -> list[list[Draft]]:
    groups: dict[tuple[str, Hashable], list[Draft]] = {}
    for draft in drafts:
        groups.setdefault((draft.code, draft.cause), []).append(draft)
    return [sorted(group, key=lambda draft: (-draft.weight, draft.time)) for group in groups.values()]


def _rank(group: Sequence[Draft]) -> tuple[int, int, int]:
    return SEVERITIES.index(KINDS[group[0].code].severity), -len(group), group[0].time


def _row(case: Case, group: Sequence[Draft]) -> dict[str, Any]:
    told, kind = group[0], KINDS[group[0].code]
    sessions = list(dict.fromkeys(draft.key for draft in group if draft.key >= 0))
    alone = case.cell("session", case.view.introduced[sessions[0]]) if len(sessions) == 1 else None
    return {
        "code": kind.code,
        "severity": kind.severity,
        "session": alone,
        "time": min(draft.time for draft in group),
        "frames": _frames(case, group),
        "explanation": _counted(case, group, sessions) + kind.explanation.format_map(told.fields),
        "advice": kind.advice.format_map(told.fields),
    }


def _counted(case: Case, group: Sequence[Draft], sessions: Sequence[int]) -> str:
    """How many there are alike, before one of them is told."""
    if len(sessions) > 1:
        return f"{len(sessions)} sessions alike ({named([case.sid(key) for key in sessions])}). "
    return f"{len(group)} times alike. " if len(group) > 1 else ""


def _frames(case: Case, group: Sequence[Draft]) -> list[int]:
    rows = list(dict.fromkeys(row for draft in group for row in draft.rows if row >= 0))
    found = case.view.whole("frame")[np.array(rows, np.int64)] if rows else np.empty(0, np.int64)
    return sorted(dict.fromkeys(found[found > 0].tolist()[: 4 * _FRAMES]))[:_FRAMES]

"""The section on rooms: who receives together, and how that is known."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyzer.report import units
from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen
from analyzer.report.values import number
from analyzer.tables.rooms import NAMESPACE

SHOWN = 15
"""Rooms shown at most."""
_NAMES = 6
"""Members named at most."""


def show(screen: Screen, rooms: pd.DataFrame, broadcasts: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Rooms with their evidence; nothing of a room's name is on the wire, so they have numbers."""
    told = units.plural(len(broadcasts), "broadcast")
    alone = int(broadcasts["room"].isna().sum())
    note = f", {units.count(alone)} of them too little to tell a room" if alone else ""
    screen.heading("Rooms (inferred)", f"{units.count(len(rooms))} from {told}{note}")
    rows = rooms.head(SHOWN)
    grid.show(
        screen,
        [
            grid.Column("room", cells.counts(rows["room"]), right=True),
            grid.Column("namespace", cells.words(screen, rows["namespace"]), rank=3, least=9),
            grid.Column("members", _people(rows, names), least=20),
            grid.Column("events", cells.words(screen, rows["events"]), least=12),
            grid.Column("broadcasts", cells.counts(rows["broadcasts"]), right=True),
            grid.Column("payloads", cells.counts(rows["payloads"]), rank=4, right=True),
            grid.Column("sender", [_sender(*pair) for pair in _senders(rows)], rank=1),
            grid.Column("within", cells.spans(rows["spread_ms"]), rank=5, right=True),
            grid.Column("certainty", cells.words(screen, rows["confidence"]), rank=2),
        ],
    )
    cells.more(screen, len(rooms) - SHOWN, "room")


def _people(rows: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    who = zip(rows["scope"], rows["members"], rows["former"], strict=True)
    return [_members(scope, members, former, names) for scope, members, former in who]


def _senders(rows: pd.DataFrame) -> Any:
    return zip(rows["left_out"], rows["included"], rows["broadcasts"], strict=True)


def _members(scope: str, members: list[str], former: list[str], names: Mapping[str, str]) -> str:
    count = units.count(len(members))
    shown = ", ".join(cells.session(names, member) for member in members[:_NAMES])
    more = f" and {units.count(len(members) - _NAMES)} more" if len(members) > _NAMES else ""
    gone = f", formerly {units.count(len(former))} more" if former else ""
    return f"{'all ' if scope == NAMESPACE else ''}{count}: {shown}{more}{gone}"


def _sender(left_out: Any, included: Any, total: Any) -> str:
    """What is told of senders: ``socket.to`` leaves them out, ``io.to`` does not."""
    out, within, count = (number(value) or 0 for value in (left_out, included, total))
    if out * 2 > count:
        return f"left out {units.count(out)}/{units.count(count)}"
    if within * 2 > count:
        return f"included {units.count(within)}/{units.count(count)}"
    return units.NONE

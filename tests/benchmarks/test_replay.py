"""The benchmark of replays does its work with every tool (here in small)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "benchmarks"))

import needs
import replay

from analyzer.replay.plan import plan

LOAD = replay.Load(2, 3, 0.0)


def test_the_log_is_the_load() -> None:
    """Sessions and messages as asked for, each acknowledged."""
    found = plan(sorted(replay.rows(LOAD), key=lambda row: row.time))
    assert [len(each.steps) for each in found.sessions] == [5, 5]
    assert sum(e.answers is not None for each in found.sessions for e in each.expected) == 6


@pytest.mark.peers
@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_both_do_the_work(gap: float, tmp_path: Path) -> None:
    """All messages are acknowledged, by the clock and as fast as acks come; the work's time is part of the whole."""
    load = replay.Load(2, 3, gap)
    with needs.tools("node"), replay.Server(load) as server:
        used = replay.sioscope(load, server, tmp_path)
        other = replay.python(load, server, tmp_path)
    document = json.loads(used.said)
    assert sum(row["received"] for row in document["totals"]["ack_latency"]) == 6
    assert document["differences"] == []
    assert all(0 <= each.work < each.processor for each in (used, other))


@pytest.mark.peers
def test_work_left_undone_is_told(tmp_path: Path) -> None:
    """No figures for a client that did not send what it should."""
    with needs.tools("node"), replay.Server(replay.Load(1, 1, 0.0)) as server, pytest.raises(SystemExit, match="all"):
        server.watch([sys.executable, "-c", ""], tmp_path)

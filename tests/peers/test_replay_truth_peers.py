"""Captured clients play against servers that say what theirs had said: these receive what those had received."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import mirrored
import needs

from analyzer.log import Log
from analyzer.replay.job import Job, Options
from analyzer.replay.plan import plan
from analyzer.replay.report import Report

pytestmark = pytest.mark.peers
ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "tests" / "data" / "replay"
SOURCES = {path.parent.name: path for path in (ROOT / "captures").glob("*/capture.pcap")}
SOURCES |= {path.stem: path for path in KEPT.glob("*.parquet")}
GENERATIONS = {"v1": 1, "v2": 2, "v4": 4, "py": 4}
NOT_REBUILT = {
    "v4-mitmproxy": "a proxy dropped a message of the client and made one up: what the server got no client had sent",
}
SILENT = {"v4-unknown-sid"}
"""Whose servers got no packet: every POST went to the wrong one."""
DEFLATE = {"perMessageDeflate": {"threshold": 0}}
OPTIONS: dict[str, Any] = {
    "v4-recovery": {"connectionStateRecovery": {"skipMiddlewares": True}},
    "v4-deflate": DEFLATE,
}
LIVE = ("pid", "offset")
"""What a client that comes back sends is what the live server gave it."""


def truth_of(source: Path) -> dict[str, list[mirrored.Packet]]:
    """What the captured server's library received."""
    return mirrored.read(
        KEPT / f"{source.stem}.truth.jsonl" if source.parent == KEPT else source.parent / "truth.jsonl"
    )


def replayed(name: str, folder: Path, **more: Any) -> tuple[Report, dict[str, list[mirrored.Packet]]]:
    """The replay of a source, and what the rebuilt server's library received."""
    rows = [row for block in Log([str(SOURCES[name])]) for row in block]
    sessions = plan(rows).sessions
    (folder / "script.json").write_text(json.dumps(mirrored.script(sessions)))
    port, options = launch.free_port(), {"path": sessions[0].manner.path} | OPTIONS.get(name, {})
    wish = {"generation": GENERATIONS[name[:2]], "port": port, "options": options, "truth": str(folder / "truth.jsonl")}
    wish |= {"script": str(folder / "script.json"), "parser": "msgpack" if "msgpack" in name else None}
    given = {"pace": "fast", "concurrency": 1, "credentials": True} | more
    with needs.tools("node"), launch.node("server.js", json.dumps(wish), ready='"ready"'):
        report = Job(rows, Options(f"http://127.0.0.1:{port}", **given)).run(lambda each: None)
    return report, mirrored.read(folder / "truth.jsonl")


def told(packets: list[mirrored.Packet], *, ends: bool) -> Any:
    """Packets to be compared: values of the live server masked; DISCONNECT where ``ends`` are told of."""
    masked = [(*p[:4], "live") if p[0] == "CONNECT" and all(f'"{x}"' in p[4] for x in LIVE) else p for p in packets]
    return mirrored.ordered(p for p in masked if ends or p[0] != "DISCONNECT")


@pytest.mark.parametrize("name", sorted(set(SOURCES) - set(NOT_REBUILT)))
def test_the_server_receives_what_it_had_received(name: str, tmp_path: Path) -> None:
    """Every packet of every client, no other, in the same order but for acks, as the servers' libraries say."""
    report, live = replayed(name, tmp_path)
    captured = truth_of(SOURCES[name])
    ends = not name.startswith("py")  # python-socketio's library does not tell of them
    assert report.played
    for played in report.played:
        assert played.sid is not None
        had = told(captured[played.plan.session], ends=ends)
        assert told(live[played.sid], ends=ends) == had, played.detail
        assert had[0] or name in SILENT, "nothing to compare"
    assert not [each for each in report.differences if each.kind != "ending"]


def test_a_client_that_comes_back_sends_what_it_was_given(tmp_path: Path) -> None:
    """The live pid of its first session, not the captured one."""
    report, live = replayed("v4-recovery", tmp_path)
    joined = [next(said.data or "" for said in each.received if said.kind == "CONNECT") for each in report.played]
    pid = json.loads(joined[0])["pid"]
    for played in report.played[1:]:
        assert f'"pid":{json.dumps(pid)}' in live[str(played.sid)][0][4]


def test_pace_makes_no_difference(tmp_path: Path) -> None:
    """With the client's own think times, too."""
    report, live = replayed("v4-namespaces", tmp_path, pace="scaled", speed=4.0)
    (played,) = report.played
    assert told(live[str(played.sid)], ends=True) == told(
        truth_of(SOURCES["v4-namespaces"])[played.plan.session], ends=True
    )

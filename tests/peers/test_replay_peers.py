"""Real clients are recorded, and replayed against the same server, and against one that was changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

from analyzer.log import Log
from analyzer.records import Row
from analyzer.replay.job import Job, Options
from analyzer.replay.report import Report

pytestmark = pytest.mark.peers
ROOT = Path(__file__).parent.parent.parent
KINDS = {
    "v2": (2, {}, None),
    "v2-polling": (2, {"transports": ["polling"]}, None),
    "v3": (3, {}, None),
    "v4": (4, {}, None),
    "v4-polling": (4, {"transports": ["polling"]}, None),
    "v4-websocket": (4, {"transports": ["websocket"]}, None),
    "v4-msgpack": (4, {}, "msgpack"),
    "py": (4, {}, "python"),
    "py-polling": (4, {"transports": ["polling"]}, "python"),
    "py-websocket": (4, {"transports": ["websocket"]}, "python"),
}
"""Generation of the client, its options, and the parser; ``python``: the server is python-socketio's."""


def shop(generation: int, port: int, parser: str | None, change: str = "", **options: Any) -> launch.Process:
    """The server, changed or not."""
    if parser == "python":
        return launch.Process([sys.executable, launch.HERE / "python_shop.py", str(port), change], ready="ready")
    wish = {"generation": generation, "port": port, "parser": parser, "change": change, "options": options}
    return launch.node("shop.js", json.dumps(wish), ready="ready")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Gives the rows of a kind of client, recorded once."""
    known: dict[str, list[Row]] = {}

    def rows(kind: str) -> list[Row]:
        if kind not in known:
            known[kind] = record(kind, tmp_path_factory.mktemp(kind) / "capture.pcap")
        return known[kind]

    return rows


def record(kind: str, path: Path) -> list[Row]:
    """A client talks to its server while tcpdump listens."""
    generation, options, parser = KINDS[kind]
    port = launch.free_port()
    with needs.tools("node", "tcpdump"), launch.Recorder(path, [port]) as recorder, shop(generation, port, parser):
        wish = {"generation": generation, "port": port, "options": options, "parser": parser}
        wish |= {"parser": None} if parser == "python" else {}
        with launch.node("shopper.js", json.dumps(wish)) as client:
            client.wait(20)
        recorder.finish()
    return [row for block in Log([str(path)]) for row in block]


def replayed(rows: list[Row], kind: str, change: str = "", **options: Any) -> Report:
    """The client of rows against a server."""
    generation, _, parser = KINDS[kind]
    port = launch.free_port()
    with needs.tools("node"), shop(generation, port, parser, change):
        job = Job(rows, Options(f"http://127.0.0.1:{port}", **({"timeout": 2.0} | options)))
        return job.run(lambda each: None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_server(kind: str, recorded: Any) -> None:
    """Ids, times, hashes, random order: no difference; every packet of the client was sent."""
    rows = recorded(kind)
    report = replayed(rows, kind)
    assert report.differences == []
    assert report.status == 0
    (played,) = report.played
    sent = [row for row in rows if row.layer == "socket.io" and row.direction == "c2s"]
    assert len(played.sent) == len(sent) >= 8
    assert played.plan.manner.upgrade == ("-" not in kind or kind == "v4-msgpack")


@pytest.mark.parametrize("kind", ["v2", "v3", "v4", "py"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("renamed", [("event_missing", "joined", None), ("event_unexpected", "arrived", None)]),
        ("dropped", [("member_missing", "order", "ack[0].item")]),
        ("silent", [("ack_missing", "pay", None)]),
        ("slower", []),
    ],
)
def test_a_changed_server(kind: str, change: str, told: list[tuple[str, str, str | None]], recorded: Any) -> None:
    """Exactly the difference; a slower answer is none, but its latency shows."""
    report = replayed(recorded(kind), kind, change)
    assert [(d.kind, d.event, d.path) for d in report.differences] == told
    if change == "slower":
        (order,) = [row for row in report.totals()["ack_latency"] if row["event"] == "order"]
        assert order["observed_ms"]["p50"] >= 400 > order["captured_ms"]["p50"]


def test_an_id_that_moves(recorded: Any) -> None:
    """Told where it was and where it is; and since the client cannot find it any more, the order is not paid."""
    report = replayed(recorded("v4"), "v4", "moved")
    told = [(d.kind, d.event, d.path) for d in report.differences]
    assert {("member_missing", "order", "ack[0].id"), ("member_unexpected", "order", "ack[0].order")} <= set(told)
    assert ("value", "pay", "ack[0]") in told
    assert {event for _, event, _ in told} == {"order", "pay"}


@pytest.mark.parametrize("transport", ["polling", "websocket", "upgrade"])
def test_another_transport(transport: str, recorded: Any) -> None:
    """The server says the same over all of them."""
    assert replayed(recorded("v4-polling"), "v4-polling", transport=transport).differences == []
    assert replayed(recorded("v2"), "v2", transport=transport).differences == []


def test_another_revision(recorded: Any) -> None:
    """A server that does not speak the capture's revision."""
    for transport in ("captured", "websocket"):
        report = replayed(recorded("v2"), "v4", transport=transport)
        assert (report.status, report.played[0].outcome) == (2, "wrong_revision")


def test_heartbeats_are_live(recorded: Any, tmp_path: Path) -> None:
    """The server pings far more often than the capture's did, and is answered each time."""
    generation, _, parser = KINDS["v4"]
    port, log = launch.free_port(), str(tmp_path / "observed.jsonl")
    with needs.tools("node"), shop(generation, port, parser, "slower", pingInterval=60, pingTimeout=5000):
        report = Job(recorded("v4"), Options(f"http://127.0.0.1:{port}", output=log)).run(lambda each: None)
    assert report.status == 0
    beats = [row.type for block in Log([log]) for row in block if row.type in ("ping", "pong") and row.data != "probe"]
    assert beats.count("pong") >= 3
    assert beats == (["ping", "pong"] * len(beats))[: len(beats)]


def test_recovery(tmp_path: Path) -> None:
    """A client that lost its connection and came back: the second session has the live pid and offset of the first."""
    options, port, path = {"connectionStateRecovery": {}}, launch.free_port(), tmp_path / "capture.pcap"
    with needs.tools("node", "tcpdump"), launch.Recorder(path, [port]) as recorder, shop(4, port, None, **options):
        wish = {"generation": 4, "port": port, "options": {"transports": ["websocket"]}, "recover": True}
        with launch.node("shopper.js", json.dumps(wish)) as client:
            client.wait(20)
        recorder.finish()
    rows = [row for block in Log([str(path)]) for row in block]
    port = launch.free_port()
    with shop(4, port, None, **options):
        report = Job(rows, Options(f"http://127.0.0.1:{port}")).run(lambda each: None)
    first, second = report.played
    assert report.differences == []
    ids = [next(json.loads(said.data or "") for said in p.received if said.kind == "CONNECT") for p in (first, second)]
    assert ids[0] == ids[1], "the session was recovered"


OWN = {"v1-binary": 1, "v2-upgrade": 2, "v4-upgrade": 4, "v4-deflate": 4, "v4-msgpack": 4, "v4-upgrade-refused": 4}
"""Captures of the repository, and the generation of the server that was captured."""


@pytest.mark.parametrize("name", OWN)
def test_what_leaves_is_what_the_client_sent(name: str, tmp_path: Path) -> None:
    """The log of the replay holds the packets of the captured client, each as it was: in the same order but for acks,
    which are given when they are asked for.
    """
    rows = [row for block in Log([str(ROOT / "captures" / name / "capture.pcap")]) for row in block]
    port = launch.free_port()
    wish = {"generation": OWN[name], "port": port, "options": {}, "truth": str(tmp_path / "truth.jsonl")}
    wish |= {"parser": "msgpack"} if "msgpack" in name else {}
    log = str(tmp_path / "observed.jsonl")
    with needs.tools("node"), launch.node("server.js", json.dumps(wish), ready='"ready"'):
        report = Job(rows, Options(f"http://127.0.0.1:{port}", credentials=True, output=log)).run(lambda each: None)
    assert report.differences == []
    live = [row for block in Log([log]) for row in block]
    assert sent(live, acks=False) == sent(rows, acks=False)
    assert sorted(sent(live, acks=True), key=str) == sorted(sent(rows, acks=True), key=str)
    assert [r.type for r in live if r.layer == "engine.io" and r.direction == "c2s" and r.type == "upgrade"] == [
        r.type for r in rows if r.layer == "engine.io" and r.direction == "c2s" and r.type == "upgrade"
    ]


def sent(rows: list[Row], *, acks: bool) -> list[tuple[Any, ...]]:
    """The Socket.IO packets of the client, acks of the server's questions or all others; their ids are the server's."""
    return [
        (row.type, row.namespace, row.event, None if acks else row.ack_id, row.data, row.attachments)
        for row in rows
        if row.layer == "socket.io" and row.direction == "c2s" and ("ACK" in str(row.type)) == acks
    ]


def test_the_worked_example(tmp_path: Path) -> None:
    """The commands of docs/replay.md against the server whose session the repository holds."""
    text = (ROOT / "docs/replay.md").read_text(encoding="utf-8").partition("## In CI")[2].partition("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    port = launch.free_port()
    wish = {"generation": 4, "port": port, "options": {}, "truth": str(tmp_path / "truth.jsonl")}
    environment = os.environ | {
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    (tmp_path / "captures").symlink_to(ROOT / "captures")
    with needs.tools("node"), launch.node("server.js", json.dumps(wish), ready='"ready"'):
        for command in commands:
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "replay.json").read_text())
    assert document["differences"] == []
    assert len(commands) == 2

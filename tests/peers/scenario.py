"""Runs real peers under tcpdump: capture.pcap, truth.jsonl (what the libraries said) and meta.json in a folder.

The three files have the shape that captures/README.md describes.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import launch

Line = dict[str, Any]
ENDING = 30.0  # seconds that a client may take beyond its plan


@dataclass(frozen=True, slots=True)
class Scenario:
    """One server and one client, and what goes wrong between them."""

    name: str
    description: str
    server: int = 4  # generation: socket.io 1 to 4
    client: int = 4
    seconds: float = 3.0  # how long the client talks
    server_options: dict[str, Any] = field(default_factory=dict)
    client_options: dict[str, Any] = field(default_factory=dict)
    parser: str | None = None  # or "msgpack"
    xhr2: bool = False  # the client can take binary answers when it polls
    http2: bool = False  # both speak HTTP/2 without TLS (prior knowledge); the client polls
    no_upgrade: bool = False  # a proxy between them does not forward the Upgrade
    browser: bool = False  # the client is a headless Chromium, whose DevTools write browser.har
    playwright: bool = False  # the same, but Playwright drives the browser and writes browser.har.gz
    mitmproxy: bool = False  # a mitmproxy between them that drops and makes up a message, and writes flows.mitm
    stop_after: float | None = None  # seconds after which the client is stopped (SIGSTOP) until the server gives up
    expected: dict[str, Any] = field(default_factory=dict)  # facts of meta.json that the truth does not tell


def run(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Run it and write its files into `folder`, which is made; returns what is in meta.json."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        meta = _record(scenario, folder, Path(scratch))
        lines = _merge(Path(scratch))
    told = {
        key: scenario.server_options[key] for key in ("pingInterval", "pingTimeout") if key in scenario.server_options
    }
    meta["expected"] = told | scenario.expected | facts(lines)
    with (folder / "truth.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    text = json.dumps(meta, ensure_ascii=False, indent=1) + "\n"
    (folder / "meta.json").write_text(text, encoding="utf-8", newline="\n")
    return meta


def _record(scenario: Scenario, folder: Path, scratch: Path) -> dict[str, Any]:
    front = launch.free_port()
    back = launch.free_port() if scenario.no_upgrade or scenario.mitmproxy else front
    with ExitStack() as stack:
        recorder = stack.enter_context(launch.Recorder(folder / "capture.pcap", [front]))
        server = stack.enter_context(_server(scenario, back, scratch))
        if scenario.no_upgrade:
            wish = json.dumps({"port": front, "back": back})
            stack.enter_context(launch.node("proxy.js", wish, ready="ready"))
        proxy = stack.enter_context(_mitmdump(front, back, folder, scratch)) if scenario.mitmproxy else None
        start = _browser if scenario.browser or scenario.playwright else _client
        client = stack.enter_context(start(scenario, front, folder if start is _browser else scratch))
        if scenario.stop_after is not None:
            _stop_and_go(client, scratch / "server.jsonl", scenario)
        client.wait(scenario.seconds + ENDING)
        recorded = recorder.finish()
        if proxy is not None:
            proxy.stop(signal.SIGINT)  # that is when it writes what it still holds
        said, here = json.loads(server.output().splitlines()[0]), json.loads(client.output().splitlines()[0])
    between = {"mitmproxy": _version_of_mitmdump()} if scenario.mitmproxy else {}
    return {
        "scenario": scenario.name,
        "versions": {"node": said["node"], "server": said["versions"], "client": here["versions"]} | between,
        "options": {"server": scenario.server_options, "client": scenario.client_options},
        "port": front,
        "expected": {},
        "description": scenario.description,
        "capture": {"capture.pcap": {"packets": recorded.packets, "dropped_by_kernel": recorded.dropped}},
        "also": [
            *["browser.har"] * scenario.browser,
            *["browser.har.gz"] * scenario.playwright,
            *["flows.mitm"] * scenario.mitmproxy,
        ],
    }


def _server(scenario: Scenario, port: int, scratch: Path, tls: str = "") -> launch.Process:
    """``tls`` is the path of a certificate with its key: HTTP/2 and 1 inside TLS."""
    wish: dict[str, Any] = {"tls": {"key": tls, "cert": tls}} if tls else {}
    wish |= {"generation": scenario.server, "port": port, "options": scenario.server_options}
    wish |= {
        "http2": scenario.http2,
        "parser": scenario.parser,
        "page": scenario.browser or scenario.playwright,
        "truth": str(scratch / "server.jsonl"),
    }
    return launch.node("server.js", json.dumps(wish), ready='"ready"')


def _client(scenario: Scenario, port: int, scratch: Path, url: str | None = None) -> launch.Process:
    wish: dict[str, Any] = {"url": url, "grace": 1500} if url else {}
    wish |= {"generation": scenario.client, "port": port, "options": scenario.client_options, "number": 0}
    wish |= {"parser": scenario.parser, "xhr2": scenario.xhr2, "http2": scenario.http2, "seconds": scenario.seconds}
    return launch.node("client.js", json.dumps(wish | {"truth": str(scratch / "client.jsonl")}), ready='"ready"')


def _browser(scenario: Scenario, port: int, folder: Path) -> launch.Process:
    launch.need("chromium")
    wish = {"generation": scenario.client, "port": port, "options": scenario.client_options}
    wish |= {"seconds": scenario.seconds, "har": str(folder / "browser.har")}
    return launch.node("playwright.js" if scenario.playwright else "browser.js", json.dumps(wish), ready='"ready"')


def _mitmdump(port: int, back: int, folder: Path, scratch: Path) -> launch.Process:
    flows = folder / "flows.mitm"
    flows.unlink(missing_ok=True)
    listen = ["--listen-host", "127.0.0.1", "--listen-port", str(port), "--mode", f"reverse:http://127.0.0.1:{back}"]
    write = ["-w", str(flows), "-s", str(launch.HERE / "meddle.py"), "--set", f"confdir={scratch}"]
    return launch.Process([_mitmdump_program(), *listen, *write], ready="listening at")


def _mitmdump_program() -> str:
    """The one of the Python that runs this, or of PATH."""
    beside = Path(sys.executable).with_name("mitmdump")
    if not beside.exists():
        launch.need("mitmdump")
    return str(beside) if beside.exists() else "mitmdump"


def _version_of_mitmdump() -> str:
    with launch.Process([_mitmdump_program(), "--version"]) as process:
        process.wait(30.0)
        return process.output().split()[1]


def _stop_and_go(client: launch.Process, truth: Path, scenario: Scenario) -> None:
    time.sleep(scenario.stop_after or 0)
    client.send_signal(signal.SIGSTOP)
    try:
        end = time.monotonic() + ENDING
        while '"session_close"' not in truth.read_text(encoding="utf-8"):
            if time.monotonic() > end:
                raise launch.StuckError("the server did not give up")
            time.sleep(launch.POLL)
        time.sleep(0.5)
    finally:
        client.send_signal(signal.SIGCONT)


def _merge(scratch: Path) -> list[Line]:
    """The lines of both sides in the order of their times; those of one process stay in their own order."""
    lines: list[Line] = []
    for path in (scratch / "server.jsonl", scratch / "client.jsonl"):
        if path.exists():  # a browser has no hooks
            lines += [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    return sorted(lines, key=lambda line: float(line["t_ms"]))


def facts(lines: list[Line]) -> dict[str, Any]:
    """What the truth says in sum: sessions with their transports, packets and endings, and refused requests."""
    opened = [line for line in lines if line["type"] == "session_open"]
    refused = [line for line in lines if line["type"] == "connection_error"]
    result: dict[str, Any] = {"sessions": len(opened), "session_facts": [_session(line, lines) for line in opened]}
    if refused:
        result["rejected_requests"] = [{"code": line["code"], "reason": line["reason"]} for line in refused]
    return result | {"truth_lines": len(lines)}


def _session(opened: Line, lines: list[Line]) -> dict[str, Any]:
    sid, revision = opened["sid"], opened["protocol"]
    own = [line for line in lines if line.get("sid") == sid]
    server = {line["type"]: line for line in own if line["layer"] == "lifecycle" and line["side"] == "server"}
    client = {line["type"]: line for line in own if line["layer"] == "lifecycle" and line["side"] == "client"}
    upgraded = server.get("upgrade")
    return {
        "sid": sid,
        "eio": revision,
        "pinger": "server" if revision == 4 else "client",
        "transports": [opened["transport"], *([upgraded["to"]] if upgraded else [])],
        "upgrade": "completed" if upgraded else "attempted" if "upgrade_attempt" in server else "none",
        "server_close_reason": server.get("session_close", {}).get("reason"),
        "client_close_reason": client.get("session_close", {}).get("reason"),
        "engine_c2s": _count(own, "engine.io", "c2s"),
        "engine_s2c": _count(own, "engine.io", "s2c"),
        "socket_c2s": _count(own, "socket.io", "c2s"),
        "socket_s2c": _count(own, "socket.io", "s2c"),
    }


def _count(lines: list[Line], layer: str, direction: str) -> dict[str, int]:
    """Packets by type as the receiver saw them; as they were sent where the receiver told of none of that type."""
    sent: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for line in lines:
        if line["layer"] == layer and line["dir"] == direction:
            side = received if (line["side"] == "server") == (direction == "c2s") else sent
            side[line["type"]] += 1
    return dict(sorted((dict(sent) | dict(received)).items()))

"""The proxy as people use it: by its command, with a replay, and with peers other than node."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs
import proxied
from proxied import Line
from scenario import Scenario, _client, _server
from terminal import TerminalProcess

pytestmark = pytest.mark.peers


@pytest.mark.parametrize(("transports", "log"), [(["polling", "websocket"], ""), (["websocket"], "/dev/null")])
def test_a_session_is_replayed(
    transports: list[str], log: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against another server, from the log or from the flow alone, while the proxy goes on; and only where it may."""
    scenario = Scenario("a", "", 4, 4, seconds=1.0, client_options={"transports": transports})
    front, back, other = launch.free_ports(3)
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("TARGET", f"http://127.0.0.1:{other}")
    with needs.tools("node"), ExitStack() as stack:
        stack.enter_context(_server(scenario, back, tmp_path))
        stack.enter_context(_server(scenario, other, tmp_path / "other"))
        proxy = stack.enter_context(proxied.proxy(tmp_path, {front: back}, out=log, script="again.py"))
        client = stack.enter_context(_client(scenario, front, tmp_path, f"http://127.0.0.1:{front}"))
        client.wait(30.0)
        proxy.await_text("lateness", 30.0)
    said = proxy.output()

    assert "192.0.2.1:9 is not this machine" in said
    assert f"Replayed against http://127.0.0.1:{other}" in said
    assert "1 of 1 completed" in said
    first, second = (_heard(tmp_path / name / "server.jsonl") for name in ("", "other"))
    assert first == second != []


def _heard(path: Path) -> list[object]:
    """The texts that a server heard."""
    return [line["args"] for line in proxied.lines(path) if line["type"] == "EVENT" and line["event"] == "say"]


@pytest.mark.parametrize("terminal", [False, True])
def test_the_command(terminal: bool, tmp_path: Path) -> None:
    """It says where to go, shows what passes, records, and reports at Ctrl-C, which is no failure."""
    scenario = Scenario("c", "", 4, 4, seconds=2.0)
    front, back = launch.free_ports(2)
    log, where = tmp_path / "log.jsonl", f"http://127.0.0.1:{front}"
    options = ["--listen", f"127.0.0.1:{front}", "--target", f"http://127.0.0.1:{back}", "-o", str(log)]
    options += ["--set", f"confdir={tmp_path / 'conf'}"]
    with needs.tools("node"), ExitStack() as stack:
        stack.enter_context(_server(scenario, back, tmp_path))
        kind = TerminalProcess if terminal else launch.Process
        command = [proxied.program("sioscope"), "proxy", *options]
        proxy = stack.enter_context(kind(command, ready="recording to", timeout=60.0))
        client = stack.enter_context(_client(scenario, front, tmp_path, where))
        client.wait(30.0)
        proxied.await_rows(log, 20)
        proxy.send_signal(signal.SIGINT)
        proxy.wait(60.0)
        said = proxy.output()

    greeting = "".join(said.split())  # a terminal breaks its lines
    assert f"pointclientsat{where}" in greeting
    assert str(tmp_path / "conf" / "mitmproxy-ca-cert.pem") in greeting
    assert f"recordingto{log}" in greeting
    assert ("1 in all" in said) == terminal
    assert ('EVENT welcome [{"room"' in said) == (not terminal)
    assert "Busiest events" in said
    assert "Traceback" not in said
    assert [row["type"] for row in proxied.lines(log)][-1] == "summary"


Start = Callable[[int], launch.Process]
"""Starts a peer that listens on, or talks to, a port."""


def recorded(folder: Path, server: Start, client: Start) -> tuple[list[Line], list[Line]]:
    """What the proxy recorded of one talk, and what a capture of the client's side says."""
    front, back = launch.free_ports(2)
    with ExitStack() as stack:
        recorder = stack.enter_context(launch.Recorder(folder / "capture.pcap", [front]))
        stack.enter_context(server(back))
        proxy = stack.enter_context(proxied.proxy(folder, {front: back}))
        stack.enter_context(client(front)).wait(90.0)
        recorder.finish()
        proxy.stop(signal.SIGINT, timeout=20.0)
    captured = proxied.log(folder / "capture.pcap", keylog=folder / "keys.log")
    return proxied.on_port(proxied.lines(folder / "log.jsonl"), back), proxied.on_port(captured, front)


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ["polling", "websocket"]])
def test_python_peers(transports: list[str], tmp_path: Path) -> None:
    """Both ends python-socketio; the log is that of a capture."""
    script = [sys.executable, launch.HERE / "python_peer.py"]
    with needs.tools("tcpdump"):
        live, captured = recorded(
            tmp_path,
            lambda port: launch.Process([*script, "server", str(port)], ready="ready"),
            lambda port: launch.Process([*script, "client", f"http://127.0.0.1:{port}", *transports]),
        )
    assert proxied.told(live) == proxied.told(captured)
    events = [row["event"] for row in live if row["type"] == "BINARY_EVENT"]
    assert sorted(events) == ["said"] * 5 + ["say"] * 5
    assert [row["issue"] for row in live if row["issue"]] == []


def test_a_browser_over_http2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium polls over HTTP/2 inside TLS and upgrades on a connection of its own; the log is that of a capture."""
    monkeypatch.setenv("MITMPROXY_SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    scenario = Scenario("b", "", 4, 4, seconds=1.5, browser=True)

    def browser(port: int) -> launch.Process:
        wish = {"generation": 4, "port": port, "scheme": "https", "options": {}, "seconds": 1.5}
        wish |= {"har": str(tmp_path / "browser.har")}
        return launch.node("browser.js", json.dumps(wish), ready='"ready"', timeout=60.0)

    with needs.tools("node", "chromium", "tcpdump"):
        live, captured = recorded(tmp_path, lambda port: _server(scenario, port, tmp_path), browser)

    assert proxied.told(live, headless=True) == proxied.told(captured, headless=True)
    assert {row["transport"] for row in live if row["type"] == "EVENT"} == {"polling", "websocket"}
    entries = json.loads((tmp_path / "browser.har").read_text("utf-8"))["log"]["entries"]
    polls = [entry for entry in entries if "transport=polling" in entry["request"]["url"]]
    assert {entry["response"]["httpVersion"] for entry in polls} == {"http/2.0"}

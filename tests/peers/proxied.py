"""Real peers talk through a real mitmproxy with the addon, while tcpdump records the client's side of it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import launch
import needs
from scenario import ENDING, Scenario, _client, _server

from analyzer.log import Log
from analyzer.store import jsonl

ADDON = Path(__file__).resolve().parents[2] / "addons" / "sioscope_addon.py"
OWN = ("time", "frame", "source", "stream", "server", "wire_size", "duration")
"""Columns that depend on where one looks."""
BELOW = ("tcp", "tls", "capture")
"""Layers that a proxy does not see, or that speak of the source."""
Line = dict[str, Any]


def program(name: str = "mitmdump") -> str:
    """mitmproxy's program of the Python that runs this, or of PATH."""
    beside = Path(sys.executable).with_name(name)
    if not beside.exists():
        launch.need(name)
    return str(beside) if beside.exists() else name


@contextmanager
def proxy(
    folder: Path,
    ports: Mapping[int, int],
    *more: str,
    flows: bool = False,
    out: str = "",
    script: str = "",
    scheme: str = "http",
) -> Iterator[launch.Process]:
    """mitmdump with the addon: servers' ports by its own. It records to log.jsonl; `more` are settings."""
    modes = [f"reverse:{scheme}://127.0.0.1:{back}@127.0.0.1:{front}" for front, back in ports.items()]
    settings = [f"sioscope_out={out or folder / 'log.jsonl'}", f"confdir={folder / 'conf'}", "flow_detail=0"]
    settings += ["keep_host_header=true", "termlog_verbosity=info", *more]
    command = [program(), "-s", str(ADDON), *(["-w", str(folder / "flows.mitm")] if flows else [])]
    command += ["-s", str(launch.HERE / script)] if script else []
    command += [part for mode in modes for part in ("--mode", mode)]
    command += [part for setting in settings for part in ("--set", setting)]
    with launch.Process(command, ready="listening at", timeout=60.0) as process:
        for front in ports:
            process.await_text(f":{front}.", 60.0)
        try:
            yield process
        finally:
            process.stop(signal.SIGINT, timeout=20.0)


@dataclass(slots=True)
class Recorded:
    """What was recorded of several talks: the folder has capture.pcap, keys.log, log.jsonl and flows.mitm."""

    folder: Path
    fronts: dict[str, int]
    """The proxy's port for each talk."""
    backs: dict[str, int]
    said: str
    """What the proxy printed."""


def record(scenarios: Mapping[str, Scenario], folder: Path, *more: str) -> Recorded:
    """Let all of them talk at once, to their clients' ends. Those whose names say ``tls`` do so in TLS."""
    ports = launch.free_ports(2 * len(scenarios))
    fronts, backs = (
        dict(zip(scenarios, ports, strict=False)),
        dict(zip(scenarios, ports[len(scenarios) :], strict=True)),
    )
    os.environ["MITMPROXY_SSLKEYLOGFILE"] = str(folder / "keys.log")
    try:
        with ExitStack() as stack:
            recorder = stack.enter_context(launch.Recorder(folder / "capture.pcap", list(fronts.values())))
            for name, scenario in scenarios.items():
                (folder / name).mkdir()
                stack.enter_context(_server(behind(scenario), backs[name], folder / name))
            between = {fronts[name]: backs[name] for name in scenarios}
            process = stack.enter_context(proxy(folder, between, *more, flows=True))
            clients = [stack.enter_context(_one(name, each, fronts, folder)) for name, each in scenarios.items()]
            for client, scenario in zip(clients, scenarios.values(), strict=True):
                client.await_end(scenario.seconds + ENDING)
            recorder.finish()
            process.stop(signal.SIGINT, timeout=20.0)
            return Recorded(folder, fronts, backs, process.output())
    finally:
        del os.environ["MITMPROXY_SSLKEYLOGFILE"]


def behind(scenario: Scenario) -> Scenario:
    """What the server sees of it: mitmproxy speaks HTTP/1 to one without TLS, whatever clients speak."""
    return replace(scenario, http2=False)


def _one(name: str, scenario: Scenario, fronts: Mapping[str, int], folder: Path) -> launch.Process:
    url = f"{'https' if 'tls' in name else 'http'}://127.0.0.1:{fronts[name]}"
    return _client(scenario, fronts[name], folder / name, url)


def log(*paths: Path, keylog: Path | None = None) -> list[Line]:
    """The rows of captures, flow files or logs as they stand in a log."""
    encoder = jsonl.Encoder()
    keys = [str(keylog)] if keylog is not None and keylog.exists() else []
    text = b"".join(
        piece for rows in Log([str(path) for path in paths], keylogs=keys) for piece in encoder.encode(rows)
    )
    return [json.loads(line) for line in text.splitlines()]


def lines(path: Path) -> list[Line]:
    """The whole lines of a log."""
    return [json.loads(line) for line in path.read_bytes().rpartition(b"\n")[0].splitlines()]


def on_port(rows: Sequence[Line], port: int) -> list[Line]:
    """Those of connections to a server's port."""
    return [row for row in rows if str(row["server"]).endswith(f":{port}")]


def told(rows: Sequence[Line], *, headless: bool = False) -> dict[tuple[str, ...], list[str]]:
    """What rows say, without the columns that depend on where one looks, in order for each direction of a transport;
    ``headless`` without header fields too, which are other ones in HTTP/2 than behind the proxy.
    """
    own = (*OWN, "headers") if headless else OWN
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if row["layer"] not in BELOW and not (row["layer"] == "websocket" and row["type"] in ("ping", "pong")):
            method = row["type"] if row["layer"] == "http" else None  # a GET and a POST may be under way at once
            key = (str(row["transport"]), str(row["direction"]), str(row["layer"]), str(method))
            rest = {name: value for name, value in row.items() if name not in own}
            found.setdefault(key, []).append(json.dumps(rest, sort_keys=True, ensure_ascii=False))
    return found


def await_rows(path: Path, count: int) -> list[Line]:
    """The log, once it has so many rows."""
    end = time.monotonic() + 60
    while not path.exists() or len(rows := lines(path)) < count:
        assert time.monotonic() < end
        time.sleep(launch.POLL)
    return rows


class One:
    """One talk through the proxy: the log, and what both peers say. ``tls`` is the certificate for one inside TLS.
    There the proxy asks the server by HTTP/2, too, where the client does.
    """

    def __init__(self, folder: Path, scenario: Scenario, *settings: str, script: str = "", tls: str = "") -> None:
        front, back = launch.free_ports(2)
        scheme = "https" if tls else "http"
        with needs.tools("node"), ExitStack() as stack:
            stack.enter_context(_server(behind(scenario), back, folder, tls))
            more = *settings, "ssl_insecure=true"
            process = stack.enter_context(proxy(folder, {front: back}, *more, script=script, scheme=scheme))
            client = stack.enter_context(_client(scenario, front, folder, f"{scheme}://127.0.0.1:{front}"))
            self.status = client.await_end(60.0)
            process.stop(signal.SIGINT, timeout=20.0)
            self.said = process.output()
        self.log = lines(folder / "log.jsonl")
        self.server, self.client = (lines(folder / f"{side}.jsonl") for side in ("server", "client"))

    def acts(self) -> list[str]:
        """What the proxy did."""
        return [row["detail"] for row in self.log if row["type"] == "act"]

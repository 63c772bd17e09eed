"""HTTP/2 inside TLS between real peers, decrypted with their key logs: what the server says was said is in the log."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

import analyzer
from tests.tlspeers import credentials

pytestmark = pytest.mark.peers
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{front} ssl http2;
    ssl_certificate {certificate}; ssl_certificate_key {certificate};
    location / {{ proxy_pass http://127.0.0.1:{back}; }}
  }}
}}
"""


def server(port: int, folder: Path, **wish: Any) -> launch.Process:
    """A Socket.IO server that writes its truth."""
    wish |= {"generation": 4, "port": port, "options": {"pingInterval": 400}, "truth": str(folder / "server.jsonl")}
    return launch.node("server.js", json.dumps(wish), ready='"ready"')


def packets(folder: Path) -> dict[str, Counter[str]]:
    """Engine.IO packets by direction as the server tells them; texts of messages, binary ones only counted."""
    found: dict[str, Counter[str]] = {"c2s": Counter(), "s2c": Counter()}
    for line in map(json.loads, (folder / "server.jsonl").open(encoding="utf-8")):
        if line["layer"] == "engine.io" and line["type"] not in ("close", "noop"):
            found[line["dir"]][f"{line['transport']} {line['type']}"] += 1
    return found


def logged(log: pd.DataFrame) -> dict[str, Counter[str]]:
    """The same as the log tells them."""
    found: dict[str, Counter[str]] = {"c2s": Counter(), "s2c": Counter()}
    rows = log[log["layer"].isin(["engine.io", "socket.io"])]
    for row in rows.itertuples():
        kind = row.type if row.layer == "engine.io" else "message"
        parts = len(row.attachments) if row.layer == "socket.io" and row.attachments is not None else 0
        if kind not in ("close", "noop"):
            found[row.direction][f"{row.transport} {kind}"] += 1 + parts
    return found


def exchanges(log: pd.DataFrame) -> pd.DataFrame:
    """Rows of HTTP exchanges."""
    return log[log["layer"] == "http"]


def test_chromium_polls_and_upgrades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium polls a node server, then opens a WebSocket by an extended CONNECT (RFC 8441) on the same connection."""
    secrets, certificate = tmp_path / "keys.txt", str(credentials() / "ec.pem")
    port = launch.free_port()
    with needs.tools("node", "tcpdump", "chromium"), ExitStack() as stack:
        recorder = stack.enter_context(launch.Recorder(tmp_path / "capture.pcap", [port]))
        stack.enter_context(server(port, tmp_path, page=True, tls={"key": certificate, "cert": certificate}))
        monkeypatch.setenv("SSLKEYLOGFILE", str(secrets))
        wish = {"generation": 4, "port": port, "scheme": "https", "options": {}, "seconds": 1.2}
        browser = launch.node("browser.js", json.dumps(wish | {"har": str(tmp_path / "browser.har")}), ready='"ready"')
        stack.enter_context(browser)
        browser.wait(60.0)
        recorder.finish()
    log = analyzer.read(str(tmp_path / "capture.pcap"), keylogs=[str(secrets)])
    assert logged(log) == packets(tmp_path)
    (opened,) = log[(log["layer"] == "websocket") & (log["type"] == "open")].itertuples()
    assert json.loads(opened.headers)["request"][":protocol"] == "websocket"
    assert set(exchanges(log)["stream"]) == {opened.stream}
    assert log["issue"][log["layer"] != "capture"].isna().all()
    assert list(analyzer.upgrades(log)["outcome"]) == ["completed"]


def test_nginx_in_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """nginx speaks HTTP/2 with a polling client, HTTP/1 with the server."""
    front, back = launch.free_port(), launch.free_port()
    secrets, config = tmp_path / "keys.txt", tmp_path / "nginx.conf"
    places = {"folder": tmp_path, "front": front, "back": back, "certificate": credentials() / "ec.pem"}
    config.write_text(NGINX.format(**places), encoding="utf-8")
    with needs.tools("node", "tcpdump", "nginx"), ExitStack() as stack:
        recorder = stack.enter_context(launch.Recorder(tmp_path / "capture.pcap", [front]))
        stack.enter_context(server(back, tmp_path))
        stack.enter_context(launch.Process(["nginx", "-p", str(tmp_path), "-e", "stderr", "-c", str(config)]))
        launch.wait_for(front)
        monkeypatch.setenv("NODE_OPTIONS", f"--tls-keylog={secrets}")
        wish = {"generation": 4, "port": front, "scheme": "https", "http2": True, "seconds": 1.0, "number": 0}
        wish |= {"options": {"transports": ["polling"]}, "truth": str(tmp_path / "client.jsonl")}
        client = stack.enter_context(launch.node("client.js", json.dumps(wish), ready='"ready"'))
        client.wait(30.0)
        recorder.finish()
    log = analyzer.read(str(tmp_path / "capture.pcap"), keylogs=[str(secrets)])
    assert logged(log) == packets(tmp_path)
    assert log["session"].dropna().nunique() == 1
    assert log["issue"][log["layer"] != "capture"].isna().all()
    assert exchanges(log)["headers"].str.contains("nginx").all()

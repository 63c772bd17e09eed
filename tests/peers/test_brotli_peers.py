"""Polling whose answers a proxy packs with brotli, read off the wire."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

from tests.recorded import rows

pytestmark = pytest.mark.peers


def test_brotli_over_the_wire(tmp_path: Path) -> None:
    """What fetch unpacked is what the rows say, a packet each, without an issue."""
    port = launch.free_port()
    with needs.tools("node", "tcpdump"):
        recorder = launch.Recorder(tmp_path / "capture.pcap", [port])
    with recorder, launch.node("brotli.js", json.dumps({"port": port})) as client:
        client.wait(30.0)
        recorder.finish()
        polled = [json.loads(line) for line in client.output().splitlines()]
    sent = [packet for answer in polled for packet in answer.split("\x1e")]
    found = rows(tmp_path / "capture.pcap")
    told = [row for row in found if row.layer in ("engine.io", "socket.io") and row.direction == "s2c"]
    assert [row.size for row in told] == [len(packet.encode()) for packet in sent]
    assert [(row.type, row.event) for row in told if row.layer == "socket.io"] == [
        ("CONNECT", None),
        ("EVENT", "echo"),
        ("ACK", None),
    ]
    assert not any(row.issue for row in found)
    assert '"content-encoding":"br"' in str([row.headers for row in found]).replace(" ", "")

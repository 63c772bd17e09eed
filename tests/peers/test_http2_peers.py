"""Node's own HTTP/2 peers talk, and what is read of their bytes is what they say they said."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

import analyzer
from tests import http2frames as h2

pytestmark = pytest.mark.peers
ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = Path(__file__).parent / "http2.js"


@pytest.mark.parametrize(("exchanges", "sockets", "large"), [(60, 8, 70_000), (3, 1, 1_000_000)])
def test_polling_and_websockets(exchanges: int, sockets: int, large: int, tmp_path: Path) -> None:
    """Exchanges side by side, trailers, hints, refusals, aborted streams, large bodies, WebSockets (RFC 8441)."""
    with needs.tools():
        if shutil.which("node") is None:
            raise launch.MissingError("node is not installed")
    command = ["node", SCRIPT, str(exchanges), str(sockets), str(large)]
    log = tmp_path / "talk.jsonl"
    log.write_bytes(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    talk, said = h2.recorded(log)
    assert len(said) > 2 * exchanges
    h2.agree(h2.hear(talk), said)


def test_exchanges_as_tshark_tells_them() -> None:
    """Paths, statuses and sizes of the recorded talk over HTTP/2 are those that tshark finds."""
    folder = ROOT / "captures" / "v4-http2"
    port = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["port"]
    fields = ["http2.headers.path", "http2.headers.status", "http2.type", "http2.length"]
    command = ["tshark", "-n", "-r", folder / "capture.pcap", "-d", f"tcp.port=={port},http2", "-Y", "http2"]
    command += ["-o", "tcp.reassemble_out_of_order:TRUE", "-T", "fields", *[word for f in fields for word in ("-e", f)]]
    with needs.tools("tshark"):
        said = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    lines = [line.split("\t") for line in said.splitlines()]
    log = analyzer.read(str(folder / "capture.pcap"))
    exchanges = log[log["layer"] == "http"]
    assert Counter(exchanges["url"]) == Counter(path for line in lines for path in line[0].split(",") if path)
    statuses = Counter(int(status) for line in lines for status in line[1].split(",") if status)
    assert Counter(exchanges["status"]) == statuses
    frames = [pair for line in lines for pair in zip(line[2].split(","), line[3].split(","), strict=True)]
    assert exchanges["size"].sum() == sum(int(length) for kind, length in frames if kind == "0")  # DATA

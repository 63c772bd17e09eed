"""The load capture inside TLS (here in small): node speaks it on both sides, and every message is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analyzer.log import Log

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "benchmarks"))

import http2
import needs
import tls

pytestmark = pytest.mark.peers


@pytest.mark.parametrize(
    "options", [(), ("--tls-max-v1.2",), ("--tls-max-v1.2", "--tls-cipher-list=ECDHE-ECDSA-AES128-SHA")]
)
def test_every_message(options: tuple[str, ...], tmp_path: Path) -> None:
    """TLS 1.3, 1.2, and 1.2 with CBC: as many packets as the server counted, none of them odd."""
    path = tmp_path / "load.pcap"
    with needs.tools("node", "tcpdump"):
        facts = tls.record(path, 3, 60, options)
    rows = [row for block in Log([str(path)], keylogs=[str(path.with_suffix(".keys"))]) for row in block]
    assert sum(row.layer in ("engine.io", "socket.io") for row in rows) == facts.messages
    assert [row.issue for row in rows if row.issue] == []
    assert facts.bytes == path.stat().st_size


def test_polling_over_http2(tmp_path: Path) -> None:
    """The load of benchmarks/http2.py --tls: what the server counted, and what ends each session."""
    path = tmp_path / "load.pcap"
    with needs.tools("node", "tcpdump"):
        facts = tls.record(path, 3, 60, (), "http2")
    rows = [row for block in Log([str(path)], keylogs=[str(path.with_suffix(".keys"))]) for row in block]
    packets = [row for row in rows if row.layer in ("engine.io", "socket.io")]
    assert len(packets) == facts.messages + http2.ENDING * 3
    assert {row.transport for row in packets} == {"polling"}
    assert [row.issue for row in rows if row.issue] == []

"""The benchmark of the proxy does its work with every variant (here in small)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "benchmarks"))

import needs
import proxied
import proxy

RESULTS = {
    proxy.DIRECT: [proxy.Result(1000, 0.1, 1.0, 2.0, 0.0)],
    proxy.BARE: [proxy.Result(1000, 0.5, 3.0, 6.0, 0.4)],
    proxy.SAVING: [proxy.Result(1000, 0.7, 4.0, 8.0, 0.6)],
    proxy.PLAIN: [proxy.Result(1000, 0.7, 4.0, 8.0, 0.6)],
    proxy.RECORDING: [proxy.Result(1000, 0.6, 3.0, 6.0, 0.5)],
}


def test_the_bars_are_what_the_ratios_say(capsys: pytest.CaptureFixture[str]) -> None:
    """A fifth of the messages fewer by processor time, a quarter of what mitmproxy costs; the same by wall clock."""
    assert proxy.show_throughput(RESULTS) == (pytest.approx(0.2), pytest.approx(0.25))
    said = capsys.readouterr().out
    assert "sioscope: -16.7% messages/s against bare mitmdump, by processor time -20.0%;" in said
    assert said.splitlines()[-1] == "  cost +0.25 of what mitmproxy itself costs, by processor time +0.25"


def test_latency_is_what_a_proxy_adds(capsys: pytest.CaptureFixture[str]) -> None:
    """To the median and to the worst hundredth."""
    proxy.show_latency(RESULTS)
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last == ["sioscope", "3.00", "6.00", "2.00", "4.00", "1.00", "1.00"]


def test_a_log_is_watched(tmp_path: Path) -> None:
    """Every whole line, by the row's own time."""
    line = json.dumps({"schema": 1, "time": "2026-01-02T03:04:05.678901234Z"}, separators=(",", ":"))
    assert proxy._moment(line.encode()) == pytest.approx(1767323045.678901234)


@pytest.mark.peers
@pytest.mark.parametrize("variant", proxy.VARIANTS)
def test_each_variant_carries_the_load(variant: str) -> None:
    """Exchanges are an event and its answer each, and some of both are acknowledged."""
    with needs.tools("node"):
        result = proxy.measure(proxied.program(), variant, proxy.Load(40, 0))
    assert result.messages >= 2 * 40
    assert 0 < result.p50 <= result.p99
    assert (result.processor > 0) == (variant != proxy.DIRECT)


@pytest.mark.peers
def test_rows_are_seen_on_disk() -> None:
    """All of those that are told before the end."""
    with needs.tools("node"):
        found = proxy.delays(proxied.program(), proxy.Load(40, 40))
    assert len(found) > 2 * 40
    assert min(found) > 0

"""The load capture and its longer copies hold what their facts say (here in small)."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "benchmarks"))

import http2
import load
import measure
import needs
import stretch

import analyzer

CLIENTS, EXCHANGES = 3, 60


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, load.Load]:
    """A load capture of three clients."""
    path = tmp_path_factory.mktemp("load") / "load.pcap"
    with needs.tools("node", "tcpdump"):
        return path, load.make(path, CLIENTS, EXCHANGES)


@pytest.mark.peers
def test_facts(small: tuple[Path, load.Load]) -> None:
    """Each exchange is two events, some have acks; each client has an open, two CONNECT and a DISCONNECT packet."""
    path, facts = small
    acks = CLIENTS * (5 + 4)  # of twenty exchanges, one event in four and one answer in five ask for one
    assert facts.messages == 2 * EXCHANGES + acks + CLIENTS * 4
    assert facts.bytes == path.stat().st_size
    load.Load.write(facts, path.with_suffix(".json"))
    assert load.Load.read(path.with_suffix(".json")) == facts


@pytest.mark.peers
def test_stretch(small: tuple[Path, load.Load]) -> None:
    """Copies follow one another in time, on ports and with sids of their own, and keep all else."""
    path, facts = small
    out = path.with_name("long.pcap")
    long = stretch.stretch(path, facts, out, 3)
    assert (long.packets, long.messages, long.clients) == (facts.packets * 3, facts.messages * 3, CLIENTS * 3)
    assert long.bytes == out.stat().st_size == 24 + (facts.bytes - 24) * 3
    data = np.fromfile(out, dtype=np.uint8)
    places = stretch.starts(data)[:-1]
    source, target = (stretch.field(data, places + stretch.PORTS + part, ">u2") for part in (0, 2))
    assert np.all((source == facts.port) ^ (target == facts.port))
    assert len(np.unique(np.where(source == facts.port, target, source))) == CLIENTS * 3
    seconds = stretch.field(data, places, "<u4").reshape(3, -1)
    assert np.all(seconds[:-1].max(axis=1) < seconds[1:].min(axis=1))
    names = {data[place : place + 20].tobytes() for place in stretch.sids(data)}
    assert len(names) == 2 * CLIENTS * 3  # an Engine.IO and a Socket.IO one for each


def test_measure() -> None:
    """A command's time and memory are its own; one that fails ends the measurement with its words."""
    run = measure.run([sys.executable, "-c", "import time; x = b'x' * 90_000_000; time.sleep(0.2)"])
    assert run.seconds >= 0.2
    assert run.peak_mb > 90
    with pytest.raises(SystemExit, match="no good"):
        measure.run([sys.executable, "-c", "raise SystemExit('no good')"])


@pytest.mark.peers
def test_polling_over_http2(tmp_path: Path) -> None:
    """The load of benchmarks/http2.py is read whole: what the server counted, and what ends each session."""
    with needs.tools("node", "tcpdump"):
        facts = load.make(tmp_path / "http2.pcap", CLIENTS, EXCHANGES, "http2")
    log = analyzer.read(str(tmp_path / "http2.pcap"))
    packets = log[log["layer"].isin(["engine.io", "socket.io"])]
    assert len(packets) == facts.messages + http2.ENDING * CLIENTS
    assert set(log["stream"].dropna()) == {0}
    assert packets["session"].nunique() == CLIENTS
    assert packets["issue"].isna().all()

"""How sessions of real peers end, and what the table of sessions says of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import analyzer

sys.path.insert(0, str(Path(__file__).resolve().parent))

import needs
from scenario import Scenario, run

pytestmark = pytest.mark.peers

SMALL = {"maxHttpBufferSize": 100}
"""A limit that the first picture is over, and nothing before it."""
QUICK = {"pingInterval": 400, "pingTimeout": 300}


@pytest.mark.parametrize(
    ("generation", "transport", "by"), [(2, "polling", "server"), (4, "polling", "client"), (4, "websocket", "server")]
)
def test_payload_too_large(generation: int, transport: str, by: str, tmp_path: Path) -> None:
    """A server drops what is too large and the session with it; a later one answers 413, and its client gives up."""
    options = {"transports": [transport]}
    with needs.tools("node", "tcpdump"):
        run(Scenario("large", "", generation, generation, 2.0, SMALL, options), tmp_path)
    table = analyzer.sessions(analyzer.read(str(tmp_path / "capture.pcap")))
    assert [(row.closed_by, row.close_cause) for row in table.itertuples()] == [(by, "payload_too_large")]


@pytest.mark.parametrize("generation", [2, 4])
def test_ping_timeout(generation: int, tmp_path: Path) -> None:
    """A server gives up a client that has stopped; in revision 4 its ping is missed, or answered too late."""
    with needs.tools("node", "tcpdump"):
        run(Scenario("stop", "", generation, generation, 2.0, QUICK, stop_after=0.8), tmp_path)
    log = analyzer.read(str(tmp_path / "capture.pcap"))
    (row,) = analyzer.sessions(log).itertuples()
    assert (row.closed_by, row.close_cause) == ("server", "ping_timeout")
    beats = analyzer.heartbeats(log)
    assert set(beats["pinger"]) == {"server" if generation == 4 else "client"}
    assert (beats["state"].iloc[-1] in ("missed", "late")) == (generation == 4)

"""Servers and clients of every generation talk, and what the one says it sent the other says it received."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs
from scenario import Scenario, run

pytestmark = pytest.mark.peers


def told(folder: Path, side: str, direction: str) -> Counter[str]:
    """The Engine.IO packets of one direction as one side tells them, times and transports left out."""
    lines: list[dict[str, Any]] = [json.loads(text) for text in (folder / "truth.jsonl").open(encoding="utf-8")]
    own = [line for line in lines if (line["layer"], line["side"], line.get("dir")) == ("engine.io", side, direction)]
    return Counter(json.dumps([line["type"], line.get("data")]) for line in own if line["type"] != "close")


@pytest.mark.parametrize("generation", [1, 2, 3, 4])
def test_both_sides_tell_the_same(generation: int, tmp_path: Path) -> None:
    """A short talk of each generation is recorded whole, is upgraded, and both truths agree."""
    with needs.tools("node", "tcpdump"):
        meta = run(Scenario("talk", "", generation, generation, seconds=1.0), tmp_path)
    for direction in ("c2s", "s2c"):
        assert told(tmp_path, "client", direction) == told(tmp_path, "server", direction)
    (session,) = meta["expected"]["session_facts"]
    assert session["transports"] == ["polling", "websocket"]
    assert session["eio"] == (4 if generation > 2 else 3)
    assert session["client_close_reason"] == "forced close"
    assert meta["capture"]["capture.pcap"]["packets"] > 50
    assert meta["capture"]["capture.pcap"]["dropped_by_kernel"] == 0


def test_binary_polling_is_octet_stream(tmp_path: Path) -> None:
    """With the stand-in XMLHttpRequest a generation 2 client polls in binary, not in base64."""
    polling = {"transports": ["polling"]}
    with needs.tools("node", "tcpdump"):
        run(Scenario("poll", "", 2, 2, seconds=1.0, client_options=polling, xhr2=True), tmp_path)
    recorded = (tmp_path / "capture.pcap").read_bytes()
    assert b"application/octet-stream" in recorded
    assert b"b64=1" not in recorded


def test_what_is_not_ready_is_ended() -> None:
    """A process that never says it is ready is ended in bounded time, and its output is in the error."""
    command = [sys.executable, "-c", "import time; print('waiting', flush=True); time.sleep(60)"]
    with pytest.raises(launch.StuckError, match=r"not ready in time.*waiting"):
        launch.Process(command, ready="never", timeout=0.8)


def test_a_failure_is_told() -> None:
    """A process that ends badly raises, with its status and the end of its output."""
    with (
        launch.Process([sys.executable, "-c", "import sys; print('broken'); sys.exit(3)"]) as child,
        pytest.raises(launch.StuckError, match=r"ended with 3.*broken"),
    ):
        child.wait(20)


def test_stop_is_final() -> None:
    """stop() ends a process that ignores SIGTERM, and may be called again."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    child = launch.Process([sys.executable, "-c", code], ready="up")
    child.stop(signal.SIGTERM, timeout=0.3)
    child.stop()
    child.send_signal(signal.SIGTERM)


def test_missing_tool_is_named() -> None:
    """A tool that is not there is named."""
    with pytest.raises(launch.MissingError, match="no-such-tool"):
        launch.need("no-such-tool")

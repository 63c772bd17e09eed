"""Node's own HTTP/2 peers talk, and what is read of their bytes is what they say they said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

from tests import http2frames as h2

pytestmark = pytest.mark.peers
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

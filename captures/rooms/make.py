"""Makes talk.pcap and talk.json anew: real sessions in rooms under tcpdump, and what the server knew of its rooms.

    python captures/rooms/make.py

Needs node, tcpdump with the right to record on the loopback interface, and `npm ci` in tests/peers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "peers"))

import launch  # noqa: E402


def make(folder: Path) -> None:
    """Record the talk; its files go to a folder."""
    os.environ["NODE_PATH"] = str(launch.MODULES)
    port = launch.free_port()
    with launch.Recorder(folder / "talk.pcap", [port]) as recorder, launch.node(HERE / "talk.js", str(port)) as talk:
        talk.wait(30)
        recorder.finish()
        rooms = json.loads(talk.output())
    text = ",\n".join(map(json.dumps, rooms))
    (folder / "talk.json").write_text(f"[{text}]\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(HERE)

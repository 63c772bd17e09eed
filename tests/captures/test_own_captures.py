"""The captures in captures/: complete, small, indexed, and with facts that their truth bears out."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "captures"))

import make
from scenario import facts

import analyzer

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = sorted(path.parent for path in (ROOT / "captures").glob("*/meta.json"))
LARGEST = 60 * 1024  # bytes of a recorded file


def test_every_scenario_has_its_folder() -> None:
    """The script makes the folders that are there, no more and no fewer."""
    assert [folder.name for folder in FOLDERS] == sorted(scenario.name for scenario in make.SCENARIOS)


def test_index_is_up_to_date() -> None:
    """README.md has the table that the script would write."""
    assert make.index() in (ROOT / "captures" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder(folder: Path) -> None:
    """Three files and those that meta.json names, all small; the packets it counts; facts that the truth bears out."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    recorded = ["capture.pcap", *meta.get("also", [])]
    assert sorted(file.name for file in folder.iterdir()) == sorted([*recorded, "meta.json", "truth.jsonl"])
    assert all((folder / name).stat().st_size <= LARGEST for name in recorded)
    lines = [json.loads(text) for text in (folder / "truth.jsonl").open(encoding="utf-8")]
    assert facts(lines).items() <= meta["expected"].items()
    assert [line["t_ms"] for line in lines] == sorted(line["t_ms"] for line in lines)
    capture = (folder / "capture.pcap").read_bytes()
    assert packets(capture) == meta["capture"]["capture.pcap"]["packets"]
    assert meta["capture"]["capture.pcap"]["dropped_by_kernel"] == 0


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_private(folder: Path) -> None:
    """No path of the machine, no user's name, and no address but the loopback one in what was recorded."""
    parts = [(file.suffix, file.read_bytes()) for file in folder.iterdir()]
    text = b"".join(gzip.decompress(data) if suffix == ".gz" else data for suffix, data in parts)
    assert re.search(rb"/(home|root|work|Users|tmp)/", text) is None
    hosts = set(re.findall(rb"\r\nhost: *([^\r:]+)", text, re.IGNORECASE))
    if "http2" in folder.name:  # whose heads are compressed
        heads = [json.loads(head) for head in analyzer.read(str(folder / "capture.pcap"))["headers"].dropna()]
        hosts |= {head["request"]["host"].partition(":")[0].encode() for head in heads}
    assert hosts == {b"127.0.0.1"}


def packets(capture: bytes) -> int:
    """How many packets a little-endian pcap holds; it must end with a whole one."""
    position, count = 24, 0
    while position < len(capture):
        position += 16 + int.from_bytes(capture[position + 8 : position + 12], "little")
        count += 1
    assert position == len(capture)
    return count

"""``analyze --rooms``: in the report, in JSON, as tables and on the page; masked logs tell the same rooms."""

import json
from pathlib import Path

import pandas as pd

from tests.analyzer.cli.inputs import CAPTURE
from tests.analyzer.cli.running import run

TALK = Path(__file__).resolve().parents[3] / "captures" / "rooms" / "talk.pcap"


def test_json_and_report() -> None:
    """Two more keys, only where asked for."""
    plain, found = (json.loads(run("analyze", TALK, "--json", *more).out) for more in ([], ["--rooms"]))
    assert set(found) - set(plain) == {"broadcasts", "rooms"}
    assert len(found["rooms"]) == 5
    assert sorted({row["room"] for row in found["broadcasts"]} - {None}) == [row["room"] for row in found["rooms"]]
    masked = json.loads(run("analyze", TALK, "--json", "--rooms", "--redact").out)
    assert masked["rooms"] == found["rooms"]
    assert "Rooms (inferred)  5 from" in run("analyze", TALK, "--rooms").out.decode()
    assert "Rooms" not in run("analyze", TALK).out.decode()


def test_without_rooms() -> None:
    """One session has none."""
    found = json.loads(run("analyze", CAPTURE, "--json", "--rooms").out)
    assert found["rooms"] == found["broadcasts"] == []


def test_tables_and_page(tmp_path: Path) -> None:
    """CSV, Parquet and a section of the page."""
    done = run("analyze", TALK, "--rooms", "--tables", tmp_path / "t", "--html", tmp_path / "rooms.html")
    assert done.status == 0
    rooms = pd.read_parquet(tmp_path / "t" / "rooms.parquet")
    assert [len(members) for members in rooms["members"]] == [4, 3, 3, 9, 3]
    assert len(pd.read_csv(tmp_path / "t" / "broadcasts.csv")) == rooms["broadcasts"].sum() + 6
    assert 'id="rooms-table"' in (tmp_path / "rooms.html").read_text("utf-8")
    run("analyze", TALK, "--html", tmp_path / "plain.html")
    assert 'id="rooms-table"' not in (tmp_path / "plain.html").read_text("utf-8")

"""Reports as files: whole or not there."""

import csv

import pandas as pd
import pyarrow as pa
import pytest

from analyzer.issues import StoreError
from analyzer.report import files

PICTURES = ["sessions", "upgrades", "heartbeats", "round_trips", "events"]
TABLES = ["sessions", "heartbeats", "upgrades", "acks", "events"]


def test_plots(few, tmp_path):
    """Every picture is there under its name, as PNG and SVG, and nothing else."""
    paths = files.write_plots(few, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [f"{name}.{form}" for name in PICTURES for form in ("png", "svg")]
    assert sorted(tmp_path.glob("new/folder/*")) == sorted(paths)
    for path in paths:
        head = path.read_bytes()[:100]
        assert head.startswith(b"\x89PNG" if path.suffix == ".png" else b"<?xml")


def test_plots_do_not_change(few, tmp_path):
    """The same analysis gives the same bytes."""
    first, second = (files.write_plots(few, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_plots_of_nothing_and_of_evil(empty, hostile, tmp_path):
    """No traffic and hostile names give all pictures too, without a warning."""
    for name, analysis in (("empty", empty), ("hostile", hostile)):
        assert len(files.write_plots(analysis, tmp_path / name)) == 10


def test_tables(few, tmp_path):
    """Each table comes back from Parquet as it was, and from CSV cell by cell."""
    paths = files.write_tables(few, str(tmp_path))
    assert [path.name for path in paths] == [f"{name}.{form}" for name in TABLES for form in ("csv", "parquet")]
    for name in TABLES:
        table = few.tables()[name]
        back = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(back, table, check_dtype=False)
        cells = list(csv.DictReader((tmp_path / f"{name}.csv").open(newline="", encoding="utf-8")))
        assert list(cells[0]) == list(table.columns)
        assert len(cells) == len(table)
    (refused,) = [row for row in csv.DictReader((tmp_path / "upgrades.csv").open()) if row["outcome"] == "refused"]
    assert (refused["probe_sent"], refused["status"]) == ("", "400")
    assert refused["started"].endswith("Z")


def test_csv_runs_nothing(hostile, tmp_path):
    """Text that a spreadsheet would take for a formula has an apostrophe before it; lines stay whole."""
    files.write_tables(hostile, tmp_path)
    rows = list(csv.DictReader((tmp_path / "sessions.csv").open(newline="", encoding="utf-8")))
    assert [row["session"] for row in rows if "calc" in row["session"]] == ["'=cmd|' /C calc'!A0"]
    assert not any(row["session"].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
    assert len(rows) == len(hostile.sessions)


def test_findings_once_there_are_any(few, tmp_path):
    """The table of findings is written when it has rows; lists of frames are JSON in CSV."""
    found = pd.DataFrame([{"code": "x", "frames": [1, 2]}])
    changed = type(few)(**{**few.__dict__, "findings": found})
    files.write_tables(changed, tmp_path)
    assert (tmp_path / "findings.csv").read_text() == "code,frames\n" + 'x,"[1, 2]"\n'


@pytest.mark.parametrize("write", [files.write_plots, files.write_tables])
def test_keeps_what_is_there(write, empty, tmp_path):
    """A file of that name is an error before anything is written, unless forced."""
    last = write(empty, tmp_path / "probe")[-1].name
    (tmp_path / last).write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        write(empty, tmp_path)
    assert (tmp_path / last).read_text() == "mine"
    assert len(list(tmp_path.glob("*.*"))) == 1
    write(empty, tmp_path, force=True)
    assert (tmp_path / last).read_bytes() != b"mine"


@pytest.mark.parametrize("write", [files.write_plots, files.write_tables])
def test_a_file_is_no_folder(write, empty, tmp_path):
    """A file where the folder should be, or on the way to it, is one clear line."""
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(StoreError, match="cannot write") as error:
            write(empty, folder)
        assert "\n" not in str(error.value)


def test_nothing_half_written(few, tmp_path, monkeypatch):
    """Where a table cannot be made, nothing is left of its file."""
    broken = type(few)(**{**few.__dict__, "events": few.events.assign(data=[object()] * len(few.events))})
    with pytest.raises(pa.ArrowInvalid):
        files.write_tables(broken, tmp_path)
    assert not (tmp_path / "events.parquet").exists()
    assert not list(tmp_path.glob(".*"))

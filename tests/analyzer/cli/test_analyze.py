"""``sioscope analyze``: the report, JSON, tables and pictures; from captures and from logs the same."""

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyzer.sources.streams import STDIN
from tests.analyzer.cli.inputs import CAPTURE, OTHER, capture, page, session
from tests.analyzer.cli.running import end, refused, run, start

TABLES = ("sessions", "heartbeats", "upgrades", "acks", "events")
FORMS = ("jsonl", "parquet", "csv")


def document(*arguments: str | Path, stdin: bytes = b"") -> dict[str, Any]:
    """The JSON object that a call prints without a word on stderr."""
    done = run("analyze", "--json", *arguments, stdin=stdin)
    assert (done.status, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """What is said of a capture of ours."""
    return document(CAPTURE)


def test_the_report() -> None:
    """It names the capture, its session and what happened in it, without colour or escapes where nobody sees them."""
    done = run("analyze", CAPTURE)
    assert (done.status, done.err) == (0, "")
    text = done.out.decode()
    (named,) = document(CAPTURE)["sessions"]
    for word in ("capture.pcap", named["session"][:4], "websocket", "completed"):
        assert word in text
    assert "\x1b" not in text


def test_the_json(whole: dict[str, Any]) -> None:
    """One object: schema, sources, and every table as a list of rows keyed by column."""
    assert list(whole) == ["schema", "sources", *TABLES, "findings"]
    assert whole["schema"] == 1
    assert whole["sources"][0]["source"] == "capture.pcap"
    assert (len(whole["sessions"]), len(whole["upgrades"])) == (1, 1)
    assert whole["sessions"][0]["upgrade"] == "completed"
    assert whole["sessions"][0]["opened"].endswith("Z")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_log_says_what_its_capture_says(form: str, packed: bool, whole: dict[str, Any], tmp_path: Path) -> None:
    """In every form, compressed or not, from a file or a pipe."""
    path = tmp_path / f"log.{form}"
    run("records", CAPTURE, "-o", path)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert document(path) == whole
    assert document(STDIN, stdin=path.read_bytes()) == whole
    assert run("analyze", path).out == run("analyze", CAPTURE).out


def test_a_capture_from_a_pipe(whole: dict[str, Any]) -> None:
    """It is called ``-``, and says the same."""
    found = document(STDIN, stdin=CAPTURE.read_bytes())
    assert [source.pop("source") for source in found["sources"]] == ["-"]
    assert found["sessions"] == whole["sessions"]
    assert found["events"] == whole["events"]


def test_several(whole: dict[str, Any]) -> None:
    """All their sessions in one report; a log among them counts like its capture."""
    both = document(CAPTURE, OTHER)
    assert len(both["sources"]) == 1  # both files are called capture.pcap
    assert {row["session"] for row in both["sessions"]} > {row["session"] for row in whole["sessions"]}
    assert len(both["sessions"]) == 2


def test_tables(whole: dict[str, Any], tmp_path: Path) -> None:
    """Each as CSV and Parquet, with the rows of the JSON; the report is printed as well."""
    done = run("analyze", CAPTURE, "--tables", tmp_path / "a" / "b")
    assert done.status == 0
    assert done.out == run("analyze", CAPTURE).out
    assert done.err == f"note: {2 * len(TABLES) + 2} files written to {tmp_path / 'a' / 'b'}\n"
    for name in (*TABLES, "findings"):
        frame = pd.read_parquet(tmp_path / "a" / "b" / f"{name}.parquet")
        assert len(frame) == len(pd.read_csv(tmp_path / "a" / "b" / f"{name}.csv")) == len(whole[name])
        assert not whole[name] or list(frame.columns) == list(whole[name][0])


def test_tables_that_exist_are_kept(tmp_path: Path) -> None:
    """Unless --force is given."""
    assert run("analyze", CAPTURE, "--tables", tmp_path, "--quiet").err == ""
    (tmp_path / "acks.csv").write_bytes(b"mine")
    line = refused(run("analyze", CAPTURE, "--tables", tmp_path))
    assert "exists already" in line
    assert "--force" in line
    assert (tmp_path / "acks.csv").read_bytes() == b"mine"
    assert run("analyze", CAPTURE, "--tables", tmp_path, "--force").status == 0
    assert (tmp_path / "acks.csv").read_bytes() != b"mine"


@pytest.mark.parametrize(("severity", "status"), [("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on(severity: str, status: int) -> None:
    """A capture with a warning fails where warnings or what is less must not be; the report is printed as well."""
    done = run("analyze", CAPTURE, "--fail-on", severity)
    assert done.status == status
    assert b"namespace_refused" in done.out
    assert done.err == ""


def test_findings_lead(whole: dict[str, Any]) -> None:
    """In the report they are the first section, in JSON a list."""
    lines = run("analyze", CAPTURE).out.decode().splitlines()
    assert next(line for line in lines if line).startswith("Findings  1 warning")
    assert [row["code"] for row in whole["findings"]] == ["namespace_refused"]
    assert all(isinstance(number, int) for number in whole["findings"][0]["frames"])


def test_plots(tmp_path: Path) -> None:
    """Pictures that are pictures."""
    done = run("analyze", CAPTURE, "--plots", tmp_path)
    assert done.status == 0
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert done.err == f"note: {len(pictures)} files written to {tmp_path}\n"
    assert {"sessions.png", "heartbeats.png", "upgrades.png", "sessions.svg"} <= set(pictures)
    assert all(path.read_bytes().startswith(b"\x89PNG\r\n") for path in tmp_path.glob("*.png"))
    assert all(b"<svg" in path.read_bytes() for path in tmp_path.glob("*.svg"))


def test_other_traffic(tmp_path: Path) -> None:
    """No sessions, which the note explains; an empty answer is an answer."""
    path = capture(tmp_path / "web.pcap", page())
    done = run("analyze", path)
    assert done.status == 0
    assert done.out
    assert done.err == "note: 1 of 1 connections passed over: 1 HTTP without Engine.IO\n"
    assert json.loads(run("analyze", path, "--json").out)["sessions"] == []
    assert run("analyze", path, "--quiet").err == ""


def test_limits_show_in_the_report(tmp_path: Path) -> None:
    """An oddity that a limit makes is told like any other."""
    path = capture(tmp_path / "x.pcap", session(4001, "S", body="4" + "x" * 300))
    assert "http_body_limit" not in run("analyze", path).out.decode()
    assert "http_body_limit" in run("analyze", path, "--max-message", "250").out.decode()


def test_the_same_from_a_process_of_its_own(whole: dict[str, Any]) -> None:
    """Nothing on stderr: no progress, no warnings of libraries."""
    done = end(start("analyze", CAPTURE, "--json"))
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == whole

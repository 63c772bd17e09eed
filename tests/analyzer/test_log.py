"""Captures and logs, in any mix, as one log: the same rows whatever they come from."""

import gc
import gzip
import shutil
from pathlib import Path

import pytest

import analyzer
from analyzer.issues import CaptureError, StoreError
from analyzer.log import Log, read
from analyzer.records import COLUMNS, Row
from analyzer.store import FORMS, open_writer
from tests.recorded import CAPTURES

CAPTURE = CAPTURES / "v4-upgrade" / "capture.pcap"
OTHER = CAPTURES / "v2-upgrade" / "capture.pcap"


def rows(*paths: Path | str) -> list[Row]:
    """All rows."""
    return [row for block in Log([str(path) for path in paths]) for row in block]


def stored(tmp_path: Path, name: str, found: list[Row]) -> Path:
    """The rows as a log of the form that the name's suffix says."""
    path = tmp_path / name
    with open_writer(str(path)) as writer:
        writer.write(found)
    return path


@pytest.fixture(scope="module")
def log() -> list[Row]:
    """The log of a capture of ours."""
    return rows(CAPTURE)


@pytest.mark.parametrize("form", FORMS)
def test_a_log_reads_back_to_itself(form: str, log: list[Row], tmp_path: Path) -> None:
    """Whatever form it was stored in, and compressed as well."""
    path = stored(tmp_path, f"log.{form}", log)
    assert rows(path) == log
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert rows(packed) == log


def test_captures_and_logs_mix(log: list[Row], tmp_path: Path) -> None:
    """Rows of all come in the order of their times; none is lost, each source keeps its own order."""
    other = rows(OTHER)
    mixed = rows(stored(tmp_path, "log.jsonl", log), OTHER)
    assert [row.time for row in mixed] == sorted(row.time for row in mixed)
    assert [row for row in mixed if row in log] == log
    assert [row for row in mixed if row not in log] == other


def test_two_logs_are_merged(tmp_path: Path) -> None:
    """Row by row, also where they overlap; at equal times the first named comes first."""
    one = stored(tmp_path, "one.jsonl", [Row(1, "a"), Row(3, "a"), Row(5, "a")])
    two = stored(tmp_path, "two.csv", [Row(1, "b"), Row(2, "b"), Row(9, "b")])
    assert [(row.time, row.source) for row in rows(one, two)] == [
        (1, "a"), (1, "b"), (2, "b"), (3, "a"), (5, "a"), (9, "b"),
    ]  # fmt: skip


def test_the_captures_of_a_log() -> None:
    """What was passed over in them is known at the end; a log has none."""
    log = Log([str(CAPTURE)])
    assert log.captures is not None
    assert sum(map(len, log))
    assert log.captures.connections > 0


def test_a_log_alone_has_no_captures(tmp_path: Path) -> None:
    """There is nothing to pass over in it."""
    assert Log([str(stored(tmp_path, "x.jsonl", [Row(1)]))]).captures is None


def test_read_gives_a_frame(log: list[Row]) -> None:
    """The public function: a DataFrame with the log's columns, one row a row."""
    frame = read(str(CAPTURE))
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == len(log)
    assert str(frame["time"].dtype) == "datetime64[ns, UTC]"
    assert frame["event"].dropna().tolist() == [row.event for row in log if row.event is not None]
    assert analyzer.read is read


def test_content_decides_not_the_name(log: list[Row], tmp_path: Path) -> None:
    """A capture named like a log and a log named like a capture."""
    capture = tmp_path / "log.jsonl"
    shutil.copy(CAPTURE, capture)
    as_pcap = tmp_path / "x.pcap"
    stored(tmp_path, "y.csv", log).rename(as_pcap)
    assert [row._replace(source=None) for row in rows(capture)] == [row._replace(source=None) for row in log]
    assert rows(as_pcap) == log


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"\x00" * 40, b"PK\x03\x04", b"<html>", b'{"log":{}}', b'{"a":1}\n', b"a,b\n1,2\n"]
)
def test_what_is_neither(content: bytes, tmp_path: Path) -> None:
    """One exception, whose line names the file."""
    path = tmp_path / "what"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match="what: "):
        Log([str(CAPTURE), str(path)])


def test_a_table_that_is_no_log(tmp_path: Path) -> None:
    """Only its columns tell a Parquet file from a log; the line names it."""
    import pandas as pd

    path = tmp_path / "table.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(StoreError, match=r"table\.parquet"):
        list(Log([str(path)]))


def test_standard_input_is_read_once() -> None:
    """Naming it twice is refused rather than read in halves."""
    with pytest.raises(CaptureError, match="name - once"):
        Log(["-", "-"])


def test_a_torn_last_line(log: list[Row], tmp_path: Path) -> None:
    """A log cut off while it was written is read up to there, with a warning that names it."""
    path = stored(tmp_path, "log.jsonl", log)
    path.write_bytes(path.read_bytes()[:-10])
    said: list[str] = []
    found = [row for block in Log([str(path)], warn=said.append) for row in block]
    assert found == log[:-1]
    (warning,) = said
    assert "log.jsonl" in warning


def test_the_collector_of_cycles_works_again() -> None:
    """It rests while rows are made, also where a reader stops in the middle, and is left alone where it was off."""
    stream = iter(Log([str(CAPTURE)]))
    next(stream)
    assert not gc.isenabled()
    stream.close()  # type: ignore[attr-defined]
    assert gc.isenabled()
    gc.disable()
    try:
        list(Log([str(CAPTURE)]))
        assert not gc.isenabled()
    finally:
        gc.enable()

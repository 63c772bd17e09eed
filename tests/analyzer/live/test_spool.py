"""Rows on their way to the disk."""

import json
import threading
from typing import Any

import pytest

from analyzer.issues import StoreError
from analyzer.live import spool
from analyzer.live.spool import Spool
from analyzer.records import Row

WAIT = 20.0


class File:
    """Takes lines; as often as it is told to it fails."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.rows: list[dict[str, Any]] = []
        self.failed, self.closed = threading.Event(), threading.Event()

    def append(self, lines: bytes) -> None:
        """Whole lines."""
        if self.failures:
            self.failures -= 1
            self.failed.set()
            raise StoreError("cannot write x: disk full: free some space")
        self.rows += [json.loads(line) for line in lines.splitlines()]

    def close(self) -> None:
        """No more."""
        self.closed.set()


def confess(time: int, count: int, why: str) -> Row:
    """The row of what is missing."""
    return Row(time, issue="capture_unwritten", detail=f"{count} missing: {why}")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without long waits."""
    monkeypatch.setattr(spool, "PATIENCE", 0.01)


@pytest.fixture(params=[0, 1 << 20], ids=["late", "at-once"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows become lines on the spool's thread, or where they are put."""
    monkeypatch.setattr(spool, "_FEW", request.param)


@pytest.mark.usefixtures("few")
def test_rows_come_in_their_order() -> None:
    """All of them, before it is closed."""
    file, told = File(), list[str]()
    made = Spool(file, told.append, confess)
    for i in range(0, 100, 2):
        made.put([Row(i), Row(i + 1)])
    made.put([])

    assert made.close() == 0
    assert [row["time"][-4:-1] for row in file.rows] == [f"{i:03}" for i in range(100)]
    assert (made.written, told, file.closed.is_set()) == (100, [], True)


def test_what_failed_is_tried_again() -> None:
    """It is told once that it failed and once that it works again, and a row says so."""
    file, told = File(failures=3), list[str]()
    made = Spool(file, told.append, confess)
    made.put([Row(1)])
    assert file.failed.wait(WAIT)
    made.put([Row(2)])
    while len(file.rows) < 2:
        threading.Event().wait(0.01)

    assert made.close() == 0
    assert [row["time"][-2] for row in file.rows] == ["1", "1", "2"]
    assert file.rows[1]["detail"] == "0 missing: cannot write x: disk full: free some space"
    assert len(told) == 2
    assert "disk full" in told[0]
    assert "traffic goes on" in told[0]
    assert "written again" in told[1]


def test_only_so_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond it is counted, and the log says how much is missing."""
    monkeypatch.setattr(spool, "KEPT", 10)
    file = File(failures=1 << 30)
    made = Spool(file, lambda text: None, confess)
    made.put([Row(1)])
    assert file.failed.wait(WAIT)
    made.put([Row(2), Row(3)])
    assert made.lost == 2
    file.failures = 0

    assert made.close() in (0, 3)
    if file.rows:
        assert [row["detail"] for row in file.rows] == [None, "2 missing: cannot write x: disk full: free some space"]


def test_what_could_not_be_written_in_the_end_is_counted() -> None:
    """And does not keep anyone waiting."""
    file = File(failures=1 << 30)
    made = Spool(file, lambda text: None, confess)
    made.put([Row(1), Row(2)])

    assert made.close() == 2


@pytest.mark.usefixtures("few")
def test_a_row_that_cannot_be_written_down() -> None:
    """Is left out and counted; the others are there."""
    file = File()
    made = Spool(file, lambda text: None, confess)
    made.put([Row(1), Row("no time"), Row(3)])  # type: ignore[arg-type]

    assert made.close() == 0
    assert [row["detail"] for row in file.rows] == [
        None,
        None,
        "1 missing: a row cannot be written down (TypeError)",
    ]

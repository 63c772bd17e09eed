"""A log that grows by whole lines only."""

import errno
import os
import threading
from pathlib import Path

import pytest

from analyzer.issues import StoreError
from analyzer.live import log_file
from analyzer.live.log_file import LogFile
from analyzer.live.rotation import Rotation


def others(path: Path) -> list[bytes]:
    """What was moved aside, oldest first."""
    return [each.read_bytes() for each in sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))]


def test_lines_are_there_at_once(tmp_path: Path) -> None:
    """Without waiting for the end."""
    file = LogFile(str(tmp_path / "a.jsonl"))
    file.append(b"1\n")
    file.append(b"2\n")

    assert (tmp_path / "a.jsonl").read_bytes() == b"1\n2\n"
    file.close()


def test_an_older_log_is_kept(tmp_path: Path) -> None:
    """It is moved aside; with ``replace`` it is not."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")
    file = LogFile(str(path))
    file.append(b"new\n")
    file.close()

    assert (path.read_bytes(), others(path)) == (b"new\n", [b"old\n"])
    again = LogFile(str(path), replace=True)
    again.append(b"newer\n")
    again.close()
    assert (path.read_bytes(), others(path)) == (b"newer\n", [b"old\n"])


def test_a_full_log_gives_way(tmp_path: Path) -> None:
    """Before it would grow beyond the size; lines are never divided."""
    path = tmp_path / "a.jsonl"
    file = LogFile(str(path), Rotation(size=6))
    for line in (b"123\n", b"4\n", b"567890123\n", b"0\n"):
        file.append(line)
    file.close()

    assert sorted([*others(path), path.read_bytes()]) == [b"0\n", b"123\n4\n", b"567890123\n"]


def test_an_old_log_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock, once there is something in it."""
    clock = iter(range(0, 10_000, 5))
    monkeypatch.setattr(log_file.time, "monotonic", lambda: float(next(clock)))
    path = tmp_path / "a.jsonl"
    file = LogFile(str(path), Rotation(seconds=60))
    for i in range(20):
        file.append(b"%d\n" % i)
    file.close()

    assert others(path)
    assert b"".join([*others(path), path.read_bytes()]) == b"".join(b"%d\n" % i for i in range(20))


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full; when there is space again, it goes on behind what was whole."""
    path = tmp_path / "a.jsonl"
    file = LogFile(str(path))
    file.append(b"whole\n")
    write, space = os.write, [3]

    def full(fd: int, data: bytes) -> int:
        if not space[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(fd, bytes(data)[: space[0]])
        space[0] = 0
        return done

    with monkeypatch.context() as patched:
        patched.setattr(log_file.os, "write", full)
        with pytest.raises(StoreError, match="No space left on device: free some space"):
            file.append(b"torn off\n")
    assert path.read_bytes() == b"whole\n"
    file.append(b"next\n")
    file.close()
    assert path.read_bytes() == b"whole\nnext\n"


def test_a_log_that_was_moved_away_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As logrotate does it."""
    monkeypatch.setattr(log_file, "_LOOK", 0.0)
    path = tmp_path / "a.jsonl"
    file = LogFile(str(path))
    file.append(b"1\n")
    path.rename(tmp_path / "b.jsonl")
    file.append(b"2\n")
    file.close()

    assert (path.read_bytes(), (tmp_path / "b.jsonl").read_bytes()) == (b"2\n", b"1\n")


def test_it_can_be_tried_beforehand(tmp_path: Path) -> None:
    """In a folder that is not there it fails, in one line."""
    with pytest.raises(StoreError, match=r"cannot write .*missing/a.jsonl: .*: create the folder first"):
        LogFile(str(tmp_path / "missing" / "a.jsonl")).open()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo(tmp_path: Path) -> None:
    """Its reader may go, and another one come."""
    path = tmp_path / "a.fifo"
    os.mkfifo(path)
    file, got = LogFile(str(path)), list[bytes]()

    def read() -> None:
        with path.open("rb") as reader:
            got.append(reader.readline())

    for number in (b"1\n", b"2\n"):
        reader = threading.Thread(target=read)
        reader.start()
        file.append(number)
        reader.join()
        with pytest.raises(StoreError, match="its reader has gone"):
            file.append(b"lost\n")
    file.close()
    assert got == [b"1\n", b"2\n"]

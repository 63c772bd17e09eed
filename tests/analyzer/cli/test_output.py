"""Where output goes: whole under its name or not there, never over something else, and a pipe may close at any time."""

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analyzer.cli.inputs import CAPTURE, pcap_header, record, session
from tests.analyzer.cli.running import end, refused, run, start
from tests.recorded import CAPTURES, SCENARIOS

POSIX = sys.platform != "win32"
ALL = [CAPTURES / scenario / "capture.pcap" for scenario in SCENARIOS] * 2


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet", "log.csv"])
def test_an_output_that_exists(name: str, tmp_path: Path) -> None:
    """It is kept, and the line says how to replace it; --force does."""
    path = tmp_path / name
    path.write_bytes(b"mine")
    line = refused(run("records", CAPTURE, "-o", path))
    assert (
        line == f"sioscope: {path} exists already: choose another name, remove it, or force to overwrite it (--force)"
    )
    assert path.read_bytes() == b"mine"
    assert run("records", CAPTURE, "-o", path, "--force").status == 0
    assert path.stat().st_size > 1000
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none/log.jsonl", "No such file or directory: create the folder first"),
        ("file/log.jsonl", "Not a directory: a part of the path is no folder"),
        (".", "end its name in .jsonl, .parquet or .csv"),
        ("log", "cannot tell the form of .*log: end its name in .jsonl, .parquet or .csv"),
        ("log.xlsx", "cannot tell the form of .*log.xlsx: end its name in .jsonl, .parquet or .csv"),
        ("log.jsonl.gz", "cannot tell the form"),
    ],
)
@pytest.mark.skipif(not POSIX, reason="the system's words")
def test_outputs_that_cannot_be(name: str, said: str, tmp_path: Path) -> None:
    """What cannot be made, and where to write instead."""
    (tmp_path / "file").touch()
    line = refused(run("records", CAPTURE, "-o", tmp_path / name))
    assert re.search(said, line), line
    assert names(tmp_path) == ["file"]


def test_output_to_a_directory(tmp_path: Path) -> None:
    """Also where the format is given."""
    assert "name a file in it" in refused(run("records", CAPTURE, "-o", tmp_path, "--format", "jsonl"))
    assert names(tmp_path) == []


@pytest.mark.parametrize("option", ["--tables", "--plots"])
def test_folders_that_cannot_be(option: str, tmp_path: Path) -> None:
    """A file where the folder should be stays; nothing is drawn."""
    path = tmp_path / "file"
    path.write_bytes(b"mine")
    assert "no folder" in refused(run("analyze", CAPTURE, option, path))
    assert path.read_bytes() == b"mine"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv"])
def test_a_full_device(form: str) -> None:
    """It shows while writing, or at the end."""
    assert "No space left on device: free some space" in refused(
        run("records", CAPTURE, "-o", "/dev/full", "--format", form)
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if not sys.platform.startswith("linux") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(tiny: Path) -> None:
    """Nothing half-written is left of a log; of several tables, those are left that are whole."""
    for name in ("log.jsonl", "log.parquet", "log.csv"):
        assert "No space left on device: free some space" in refused(run("records", *ALL, "-o", tiny / name))
        assert names(tiny) == []
    assert "No space left" in refused(run("analyze", CAPTURE, "--tables", tiny / "t"))
    assert all(path.stat().st_size for path in (tiny / "t").iterdir())
    assert not any(path.name.startswith(".") for path in (tiny / "t").iterdir())


def test_a_capture_that_ends_badly_leaves_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while reading, after rows were written."""
    told = iter([True])

    def failing(self: object, limit: int) -> bytes:
        if next(told, False):
            return CAPTURE.read_bytes()[:5000]
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("analyzer.sources.streams.FileStream._read", failing)
    monkeypatch.setattr("analyzer.sources.streams.FileStream.give_back", lambda *_: False)
    refused(run("records", CAPTURE, "-o", tmp_path / "log.jsonl"))
    assert names(tmp_path) == []


@pytest.mark.skipif(not POSIX, reason="signals of POSIX")
@pytest.mark.parametrize("packets", [0, 6], ids=["waiting", "reading"])
@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_ctrl_c_leaves_no_file(name: str, packets: int, tmp_path: Path) -> None:
    """With a pipe that is still open: one line, status 130, nothing left, what existed kept."""
    path = tmp_path / name
    path.write_bytes(b"mine")
    process = start("records", "-", "-o", path, "--force")
    assert process.stdin is not None
    process.stdin.write(pcap_header() + b"".join(map(record, session(4001, "S")[:packets])))
    process.stdin.flush()
    while len(names(tmp_path)) < 2:  # the file it writes to has another name yet
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):  # Python may miss one just before it waits for the pipe
        process.wait(timeout=10)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert end(process).err.strip() == "sioscope: interrupted"
    assert names(tmp_path) == [name]
    assert path.read_bytes() == b"mine"


def test_a_reader_that_has_enough() -> None:
    """`| head -1`: the first row, then silence and status 0."""
    process = start("records", *ALL)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b'{"schema":1,')
    process.stdout.close()
    process.stdout = None
    done = end(process)
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_has_gone(options: tuple[str, ...], tmp_path: Path) -> None:
    """Before a word of the report: files are written all the same, and nothing is said of the pipe."""
    process = start("analyze", CAPTURE, *options, "--tables", tmp_path / "t", "--quiet")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    done = end(process)
    assert (done.status, done.err) == (0, "")
    assert "sessions.csv" in names(tmp_path / "t")

"""Whatever a user gives a command by mistake: one line that says what, where and what to do, status 2, no output."""

import builtins
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.analyzer.cli.inputs import BAD, CAPTURE, bad
from tests.analyzer.cli.running import Done, end, refused, run, start

COMMANDS = ("records", "analyze")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
DEEP = ("broken.jsonl", "future.jsonl", "broken.parquet")
"""Those that look like a log; what is wrong shows only when they are read."""


def with_output(command: str, folder: Path) -> tuple[str, ...]:
    """Options that would write files."""
    return ("-o", str(folder / "out.parquet")) if command == "records" else ("--tables", str(folder / "out"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", BAD)
def test_bad_files(command: str, name: str, tmp_path: Path) -> None:
    """What the file is, by its name, and what to give instead; nothing is written."""
    path = bad(tmp_path, name)
    line = refused(run(command, path, *with_output(command, tmp_path)))
    assert name in line
    assert re.search(BAD[name][1], line), line
    assert [left.name for left in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", [name for name in BAD if name not in DEEP])
def test_a_good_capture_beside_a_bad_file(command: str, name: str, tmp_path: Path) -> None:
    """It is told before anything is read: not a row is printed."""
    assert name in refused(run(command, CAPTURE, bad(tmp_path, name)))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["empty", "notes.txt", "short.pcap", "usb.pcap", "empty.gz", "program.bin"])
def test_bad_files_on_standard_input(command: str, name: str) -> None:
    """The same words, about standard input."""
    line = refused(run(command, "-", stdin=BAD[name][0]))
    assert line.startswith("sioscope: standard input: ")
    assert re.search(BAD[name][1], line), line


@pytest.mark.parametrize("command", COMMANDS)
def test_a_directory(command: str, tmp_path: Path) -> None:
    """Captures are named one by one."""
    assert refused(run(command, tmp_path)) == f"sioscope: {tmp_path}: is a directory; name the capture files in it"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file(command: str, tmp_path: Path) -> None:
    """Also beside one that is there."""
    path = tmp_path / "none.pcap"
    assert refused(run(command, CAPTURE, path)) == f"sioscope: {path}: there is no such file; check the path"


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreadable_file(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its permissions are the user's to change."""
    path, really = tmp_path / "secret.pcap", builtins.open
    path.write_bytes(CAPTURE.read_bytes())

    def forbidden(file: Any, *args: Any, **how: Any) -> Any:
        if str(file) == str(path):
            raise PermissionError(13, "Permission denied")
        return really(file, *args, **how)

    monkeypatch.setattr(builtins, "open", forbidden)
    assert refused(run(command, path)) == f"sioscope: {path}: may not be read; check its permissions"


@pytest.mark.skipif(ROOT or sys.platform == "win32", reason="root may read anything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    """The same with a real one."""
    path = tmp_path / "secret.pcap"
    path.write_bytes(CAPTURE.read_bytes())
    path.chmod(0)
    assert "may not be read; check its permissions" in refused(run("records", path))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_fails(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read error in the middle of a file is told like any other."""

    def failing(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("analyzer.sources.streams.FileStream._read", failing)
    assert "cannot be read (Input/output error); check the path and the disk" in refused(run(command, CAPTURE))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000])
def test_paths_that_are_none(command: str, path: str) -> None:
    """No system has such a file."""
    refused(run(command, path))


@pytest.mark.parametrize("command", COMMANDS)
def test_standard_input_twice(command: str) -> None:
    """It can be read only once."""
    assert "name - once" in refused(run(command, "-", "-", stdin=CAPTURE.read_bytes()))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell of POSIX")
def test_standard_input_that_is_closed() -> None:
    """There is nothing to read."""
    command = '"$0" -m analyzer records - <&-'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, check=False)
    line = refused(Done(done.returncode, done.stdout, done.stderr.decode()))
    assert line == "sioscope: standard input: is closed; name a file"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "option", ["--max-message", "--max-inflated", "--max-connections", "--max-sessions", "--max-attachments"]
)
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_limits_are_whole_and_positive(command: str, option: str, value: str) -> None:
    """A limit of nothing, or less, is a mistake."""
    line = refused(run(command, CAPTURE, option, value))
    assert f"invalid value for '{option}'" in line
    assert f"see sioscope {command} --help" in line


def test_no_traceback_from_a_process_of_its_own(tmp_path: Path) -> None:
    """What the tests above see in this process is what a user sees."""
    assert "short.pcap" in refused(end(start("records", bad(tmp_path, "short.pcap"))))
    assert "broken.jsonl" in refused(end(start("analyze", bad(tmp_path, "broken.jsonl"))))

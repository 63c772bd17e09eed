"""Output files are whole or not there, and what goes wrong is told in one line."""

import errno
import gc
import os
import stat
import subprocess
import sys
import threading

import pytest

from analyzer.issues import StoreError
from analyzer.store import files
from analyzer.store.files import Output

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
LINUX = sys.platform.startswith("linux")


def test_whole(tmp_path):
    """A file has its name when it is whole, not before, and is an ordinary one."""
    path = tmp_path / "x.bin"
    with Output(str(path)) as output:
        output.write(b"one")
        output.flush()
        assert not path.exists()
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["x.bin"]
    if os.name == "posix":
        (tmp_path / "plain").touch()
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_after_an_error(tmp_path, error):
    """An error or Ctrl-C leaves nothing, not even under another name; what was there stays."""
    (tmp_path / "old").write_bytes(b"old")
    for name in ("new", "old"):
        with pytest.raises(error), Output(str(tmp_path / name), force=True) as output:  # noqa: PT012
            output.write(b"half")
            raise error
    assert os.listdir(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


def test_nothing_after_an_interrupt_while_it_is_made(tmp_path, monkeypatch):
    """Ctrl-C between the file's appearance and the block that would discard it."""

    def made_and_interrupted(path, mode):
        open(path, mode).close()
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "open", made_and_interrupted, raising=False)
    with pytest.raises(KeyboardInterrupt):
        Output(str(tmp_path / "log.jsonl"))
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_existing(tmp_path):
    """What exists is kept unless asked to be replaced."""
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(StoreError, match=r"x exists already: choose another name, remove it, or force"):
        Output(str(path))
    with Output(str(path), force=True) as output:
        output.write(b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["x"]


def test_appeared_meanwhile(tmp_path):
    """A file that came while ours was written is kept."""
    output = Output(str(tmp_path / "x"))
    (tmp_path / "x").write_bytes(b"theirs")
    with pytest.raises(StoreError, match="exists already"):
        output.commit()
    assert (tmp_path / "x").read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["x"]


def test_no_hard_links(tmp_path, monkeypatch):
    """A file system without hard links gets the file by renaming."""

    def refused(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    with Output(str(tmp_path / "x")) as output:
        output.write(b"data")
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Is a directory: name a file in it"),
        ("none/x", "No such file or directory: create the folder first"),
        ("file/x", "Not a directory: a part of the path is no folder"),
        ("x" * 300, "File name too long: choose a shorter name"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="the system's words")
def test_impossible_places(tmp_path, name, said):
    """Where no file can be made: one line with what, where and what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=said) as caught:
        Output(str(tmp_path / name) if name else str(tmp_path))
    assert str(caught.value).startswith("cannot write ")
    assert "\n" not in str(caught.value)


def test_bad_path():
    """A path that no system takes."""
    with pytest.raises(StoreError, match="cannot write"):
        Output("x\0y")


@pytest.mark.skipif(ROOT or os.name != "posix", reason="root may write anywhere")
def test_no_permission(tmp_path):
    """A folder that is not ours to write."""
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="choose a place you may write to"):
        Output(str(tmp_path / "x"))


def test_symbolic_link(tmp_path):
    """A link stays a link, and what it leads to is replaced."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with Output(str(tmp_path / "link"), force=True) as output:
        output.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.skipif(not LINUX, reason="has /dev/full")
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_full_device(size):
    """A device that is full is told, whether it shows at once or at the end."""
    with (
        pytest.raises(StoreError, match="cannot write /dev/full: No space left on device: free some space"),
        Output("/dev/full") as output,
    ):
        output.write(b"x" * size)


def test_full_disk(tmp_path, monkeypatch):
    """A disk that is full in the middle leaves nothing."""
    output = Output(str(tmp_path / "x"))

    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        close = flush = lambda self: self.write(b"")

    output._file.close()
    output._file = Full()
    with pytest.raises(StoreError, match="free some space"), output:
        output.write(b"data")
    assert os.listdir(tmp_path) == []


def test_full_at_the_end(tmp_path):
    """So does one that is full when the file is closed."""
    output = Output(str(tmp_path / "x"))
    real = output._file.close

    def close():
        real()
        raise OSError(errno.ENOSPC, "No space left on device")

    output._file = type("Closing", (), {"close": staticmethod(close), "write": staticmethod(len)})()
    with pytest.raises(StoreError, match="free some space"):
        output.commit()
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs")
def test_fifo(tmp_path):
    """A FIFO is written directly and stays one; a reader that goes away is the caller's to know."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    found = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    with Output(str(path)) as output:
        output.write(b"through")
    reader.join()
    assert found == [b"through"]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_live(tmp_path):
    """A live file is there from the start, and stays when something goes wrong."""
    path = tmp_path / "x"
    with pytest.raises(ValueError), Output(str(path), live=True) as output:  # noqa: PT012
        output.write(b"line\n")
        output.flush()
        assert path.read_bytes() == b"line\n"
        raise ValueError
    assert path.read_bytes() == b"line\n"
    with pytest.raises(StoreError, match="exists already"):
        Output(str(path), live=True)


def test_standard_output():
    """``-`` is standard output, which stays open; a reader that has gone is a BrokenPipeError."""
    code = (
        "import sys; from analyzer.store.files import Output\n"
        "with Output('-') as output: output.write(b'one ')\n"
        "with Output('-') as output: output.write(b'two')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"one two"


@pytest.mark.skipif(not LINUX, reason="has /dev/stdout")
def test_device_of_standard_output(tmp_path):
    """/dev/stdout is written directly, be it a pipe or a file."""
    code = "from analyzer.store.files import Output\nwith Output('/dev/stdout') as output: output.write(b'one')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"one"
    with open(tmp_path / "x", "wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert (tmp_path / "x").read_bytes() == b"one"


def test_explained():
    """Reading has advice of its own; other exceptions pass."""
    with (
        pytest.raises(StoreError, match="cannot read x: Permission denied: check its permissions"),
        files.explained("x", "read"),
    ):
        raise PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(BrokenPipeError), files.explained("x"):
        raise BrokenPipeError
    with pytest.raises(ZeroDivisionError), files.explained("x"):
        raise ZeroDivisionError

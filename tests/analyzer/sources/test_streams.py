"""Files and pipes as streams of bytes."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer.issues import CaptureError
from analyzer.sources.streams import FileStream, Peeked, as_file, fill, open_file


class Pipe:
    """A pipe whose writing end the test holds."""

    def __init__(self) -> None:
        descriptor, self._writer = os.pipe()
        self.stream = Peeked(FileStream("-", os.fdopen(descriptor, "rb", buffering=0), None))

    def write(self, data: bytes) -> None:
        os.write(self._writer, data)

    def end(self) -> None:
        os.close(self._writer)


def test_a_pipe_gives_what_it_has_without_waiting() -> None:
    """A full buffer is not waited for; the end is told by no bytes."""
    pipe = Pipe()
    pipe.write(b"abc")
    assert fill(pipe.stream, 1000) == b"abc"
    pipe.write(b"de")
    pipe.write(b"f")
    assert fill(pipe.stream, 1000) == b"def"
    pipe.end()
    assert fill(pipe.stream, 1000) == b""
    assert (pipe.stream.position, pipe.stream.size) == (6, None)


def test_peeking_waits_for_the_least_only() -> None:
    """And what was looked at is still to be read."""
    pipe = Pipe()
    pipe.write(b"abcdef")
    assert pipe.stream.peek(4, 100) == b"abcdef"
    assert pipe.stream.read(2) == b"ab"
    assert fill(pipe.stream, 100) == b"cdef"
    pipe.end()
    assert pipe.stream.peek(4, 100) == b""


def test_a_file_knows_its_size_and_position(tmp_path: Path) -> None:
    """In bytes as stored; reading ahead and giving back count."""
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(100)))
    stream = open_file(str(path))
    assert stream.read(40) == bytes(range(40))
    assert stream.give_back(10)
    assert (stream.position, stream.size, stream.name) == (30, 100, "a.bin")
    assert stream.read(100) == bytes(range(30, 100))
    stream.close()


def test_a_pipe_cannot_give_back() -> None:
    """Its reader keeps the bytes."""
    pipe = Pipe()
    pipe.write(b"abc")
    pipe.stream.read(3)
    assert not pipe.stream.give_back(1)
    pipe.end()


def test_a_stream_can_be_an_ordinary_file(tmp_path: Path) -> None:
    """A file that can be sought in where it is one, from its first byte on though it was looked at."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\n")
    peeked = Peeked(open_file(str(path)))
    peeked.peek(4, 100)
    with as_file(peeked) as file:
        assert file.seekable()
        assert file.read() == b"one\ntwo\n"
    pipe = Pipe()
    pipe.write(b"one\ntwo")
    pipe.stream.peek(4, 100)
    pipe.end()
    with as_file(pipe.stream) as file:
        assert list(file) == [b"one\n", b"two"]


def test_standard_input_may_be_an_object_without_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test runners replace it."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abcdef")))
    stream = open_file("-")
    assert (stream.name, stream.where) == ("-", "standard input")
    assert fill(stream, 100) == b"abcdef"
    assert fill(stream, 100) == b""


def test_a_closed_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CaptureError, match="standard input"):
        open_file("-")


def test_a_read_error_is_one_line() -> None:
    """A disk may fail in the middle."""

    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(CaptureError, match=r"cannot be read \(Input/output error\)"):
        FileStream("x.pcap", Failing(), 10).read(5)


def test_ready() -> None:
    """A pipe is once there is something, or its end; what was looked at already is ready as well."""
    pipe = Pipe()
    assert not pipe.stream.ready(0.01)
    pipe.write(b"abc")
    assert pipe.stream.ready(0.01)
    pipe.stream.peek(3, 3)
    assert pipe.stream.ready(0)
    pipe.stream.read(3)
    assert not pipe.stream.ready(0)
    pipe.end()
    assert pipe.stream.ready(0)


def test_a_file_is_always_ready(tmp_path: Path) -> None:
    """It need not be asked, nor need a pipe that cannot be."""
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert open_file(str(path)).ready(0)
    assert FileStream("-", io.BytesIO(b""), None).ready(0)


def test_a_file_that_is_replaced_or_cut(tmp_path: Path) -> None:
    """Is noticed; one that is gone, or merely grew, is still the same."""
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"abc")
    stream = open_file(str(path))
    assert stream.read(3) == b"abc"
    path.write_bytes(b"abcd")
    assert not stream.replaced()
    path.write_bytes(b"ab")
    assert stream.replaced()
    path.unlink()
    assert not stream.replaced()
    other.write_bytes(b"abcd")
    other.replace(path)
    assert stream.replaced()
    stream.close()

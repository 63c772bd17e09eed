"""Key log files, and secrets inside pcapng files."""

import gzip
import io
import os
from pathlib import Path

import pytest

from analyzer.issues import CaptureError
from analyzer.log import Log
from analyzer.sources.keylogs import KeyLogs, inside
from tests.builders import Packet, enhanced, frame, interface, pcap, pcapng, secrets, section

RANDOM, OTHER, MASTER = b"1" * 64, b"2" * 64, b"3" * 96
LINE, MORE = b"CLIENT_RANDOM %s %s\n" % (RANDOM, MASTER), b"CLIENT_RANDOM %s %s\n" % (OTHER, MASTER)
PACKET = Packet(frame(b"hello"))


def written(folder: Path, *texts: bytes) -> list[str]:
    """Files with these bytes."""
    paths = [folder / f"keys{i}.txt" for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text)
    return [str(path) for path in paths]


@pytest.mark.parametrize(
    "texts",
    [
        (LINE + MORE,),
        (LINE, MORE),
        (b"", LINE + MORE),
        (LINE.replace(b"\n", b"\r\n"), MORE.rstrip()),
        (b"# comment\n\n\x00\xff rubbish\nCLIENT_RANDOM 12\n" + LINE, MORE),
        (gzip.compress(LINE), MORE + b"CLIENT_RAN"),
    ],
)
def test_several_files(texts: tuple[bytes, ...], tmp_path: Path) -> None:
    """All secrets in all of them, whatever else stands there."""
    assert len(KeyLogs(written(tmp_path, *texts)).keys) == 2


def test_one_that_grows(tmp_path: Path) -> None:
    """Is read on, a line at a time; nothing in it at first is no error."""
    (path,) = written(tmp_path, b"")
    logs = KeyLogs([path], growing=True)
    assert (len(logs.keys), logs.keys.growing) == (0, True)
    with open(path, "ab") as file:
        for part, known in ((LINE[:70], 0), (LINE[70:] + MORE[:9], 1), (MORE[9:-1], 1)):
            file.write(part)
            file.flush()
            logs.poll()
            assert len(logs.keys) == known
    logs.close()
    assert len(logs.keys) == 2


def test_none() -> None:
    """Without files nothing is expected to grow."""
    logs = KeyLogs((), growing=True)
    assert (len(logs.keys), logs.keys.growing) == (0, False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no TLS secret; give the file that SSLKEYLOGFILE or node --tls-keylog names"),
        (b"hello\n", "holds no TLS secret"),
        (pcap([PACKET]), "is no TLS key log but looks like a pcap capture; give it as a capture"),
        (pcapng([PACKET]), "is no TLS key log but looks like a pcapng capture; give it as a capture"),
        (b'{"log": {"version": "1.2"}}', "is no TLS key log but looks like a HAR file; give the file"),
        (b"PK\x03\x04" + bytes(40), "is no TLS key log but looks like a zip archive"),
    ],
)
def test_files_that_are_none(data: bytes, said: str, tmp_path: Path) -> None:
    """One line that says what it looks like, and what to give."""
    (path,) = written(tmp_path, data)
    with pytest.raises(CaptureError) as error:
        KeyLogs([path])
    assert str(error.value).startswith(f"{path}: {said}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Is named."""
    with pytest.raises(CaptureError, match=r"no\.txt: there is no such file"):
        KeyLogs([str(tmp_path / "no.txt")])


def test_inside_a_pcapng(tmp_path: Path) -> None:
    """Wherever they are, in whatever byte order; other kinds of secrets are none of TLS."""
    packets = enhanced(PACKET) * 3
    other = section(">") + interface(">") + enhanced(PACKET, ">") + secrets(MORE, ">")
    path = tmp_path / "a.pcapng"
    data = section() + interface() + packets + secrets(LINE) + secrets(b"x", kind=1) + packets + other
    path.write_bytes(data)
    assert inside(str(path)) == [LINE, MORE]
    path.write_bytes(gzip.compress(data))
    assert inside(str(path)) == [LINE, MORE]


def test_inside_a_damaged_pcapng(tmp_path: Path) -> None:
    """Behind damage they are found as packets are, and in any other file there are none."""
    path = tmp_path / "a.pcapng"
    path.write_bytes(section() + interface() + enhanced(PACKET) + bytes(77) + secrets(LINE) + enhanced(PACKET)[:20])
    assert inside(str(path)) == [LINE]
    path.write_bytes(pcap([PACKET]))
    assert inside(str(path)) == []


def secret_line(number: int) -> bytes:
    """A line of a key log."""
    return f"CLIENT_RANDOM {number:064x} {number:096x}\n".encode()


def following(paths: list[str]) -> KeyLogs:
    """Key logs that are being written."""
    return KeyLogs(paths, growing=True)


def known(growing: KeyLogs) -> set[int]:
    """The secrets there are by now."""
    return {number for number in range(1, 9) if growing.keys.find(number.to_bytes(32, "big"))}


def test_lines_come_bit_by_bit(tmp_path: Path) -> None:
    """A line counts once it is whole."""
    path = tmp_path / "keys.log"
    path.write_bytes(secret_line(1) + secret_line(2)[:30])
    growing = following([str(path)])
    assert growing.keys.growing
    assert known(growing) == {1}
    with path.open("ab") as file:
        file.write(secret_line(2)[30:] + secret_line(3)[:-1])
    growing.poll()
    assert known(growing) == {1, 2}
    growing.close()
    assert known(growing) == {1, 2, 3}


def test_a_file_that_comes_late(tmp_path: Path) -> None:
    """Is read once it is there; until then it is said to be missing."""
    path = tmp_path / "keys.log"
    growing = following([str(path)])
    assert growing.missing == [f"{path} is not there yet; it will be read once it is"]
    path.write_bytes(secret_line(1))
    growing.poll()
    assert (known(growing), growing.missing) == ({1}, [])


def test_a_file_that_is_replaced_or_cut(tmp_path: Path) -> None:
    """Is read from its beginning; what it held before stays known."""
    path, other = tmp_path / "keys.log", tmp_path / "new"
    path.write_bytes(secret_line(1) + secret_line(2))
    growing = following([str(path)])
    path.write_bytes(secret_line(3))
    growing.poll()
    assert known(growing) == {1, 2, 3}
    with path.open("ab") as file:
        file.write(secret_line(6))
    other.write_bytes(secret_line(4) + secret_line(5))
    other.replace(path)
    growing.poll()
    assert known(growing) == {1, 2, 3, 4, 5, 6}
    path.unlink()
    growing.poll()
    growing.close()
    assert known(growing) == {1, 2, 3, 4, 5, 6}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe gives what is in it by now."""
    path = tmp_path / "keys.fifo"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    growing = following([str(path)])
    assert known(growing) == set()
    os.write(descriptor, secret_line(1))
    growing.poll()
    assert known(growing) == {1}
    os.close(descriptor)


def test_one_that_may_not_be_there_yet_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a capture comes through a pipe its key log may come later; a file has to have it."""
    path, said = tmp_path / "keys.txt", list[str]()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pcap([PACKET]))))
    Log(["-"], warn=said.append, keylogs=[str(path)])
    assert said == [f"{path} is not there yet; it will be read once it is"]
    (tmp_path / "a.pcap").write_bytes(pcap([PACKET]))
    with pytest.raises(CaptureError, match="there is no such file"):
        Log([str(tmp_path / "a.pcap")], keylogs=[str(path)])


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_file(name: str, tmp_path: Path) -> None:
    """A directory and a path that cannot be are told in one line."""
    with pytest.raises(CaptureError):
        following([(name and f"{tmp_path}/{name}") or str(tmp_path)])

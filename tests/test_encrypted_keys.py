"""Where the secrets come from, and what of them is missing or wrong: the log says it, and never makes anything up."""

import io
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import analyzer
from analyzer.log import Log
from analyzer.records import Row
from tests import builders as build
from tests.analyzer.cli.running import run
from tests.recorded import Piece, content, packet, rows
from tests.test_encrypted import CAPTURES, TALK, encrypted, plain, read, told, without_frames
from tests.tlspeers import NAME

FOUND, LOG = encrypted(TALK, "1.3")
LINES = LOG.splitlines()
HALF = len(FOUND) // 2
PACKETS = [packet(piece) for piece in FOUND]


def mangled(lines: list[bytes]) -> bytes:
    """Lines as editors, shells and several writers leave them."""
    odd = [b"", b"# note", b"CLIENT_RANDOM 12", b"\x00\xff\x00", b"EXPORTER_SECRET " + b"0" * 64 + b" 00", b"x" * 9000]
    chance = random.Random(1)
    mixed = [line for each in lines for line in (each, chance.choice(odd))]
    return b"\xef\xbb\xbf" + b"\r\n".join(mixed) + b"\r\nCLIENT_TRAFFIC_SECRET_0 ab"


@pytest.mark.parametrize("logs", [(mangled(LINES),), (b"\r".join(LINES),), (b"\n".join(LINES[::-1]),), (LOG, LOG)])
def test_key_logs_that_were_damaged(logs: tuple[bytes, ...], tmp_path: Path) -> None:
    """All secrets that are whole count."""
    assert without_frames(read(tmp_path, FOUND, *logs)) == plain(TALK)


def test_several_key_logs(tmp_path: Path) -> None:
    """Each holds some of the lines."""
    logs = [b"\n".join(LINES[i::3]) for i in range(3)]
    assert without_frames(read(tmp_path, FOUND, *logs)) == plain(TALK)
    path, keys = str(tmp_path / "capture.pcap"), [str(tmp_path / f"keys{i}.txt") for i in range(3)]
    frame = analyzer.read(path, keylogs=keys)
    assert len(frame) == len(plain(TALK)) + 1
    done = run("records", path, *(word for key in keys for word in ("--keylog", key)))
    assert (done.status, done.out.count(b"\n"), done.err) == (0, len(frame), "")


def test_part_of_the_secrets(tmp_path: Path) -> None:
    """Connections whose secrets are missing are counted by name; the others are read."""
    names = Counter(line.split()[1] for line in LINES if line.startswith(b"CLIENT_TRAFFIC"))
    gone = next(iter(names))
    log = b"\n".join(line for line in LINES if gone not in line)
    got = [row for block in _log(tmp_path, log) for row in block]
    assert not told(got) - told(plain(TALK))
    assert told(got) != told(plain(TALK))
    (odd,) = [row for row in got if row.issue and row.layer == "capture"]
    assert odd.issue == "capture_encrypted"
    assert odd.detail == f"1 TLS connections could not be read (1 to {NAME}): no key log holds their secrets"
    assert json.loads(got[-1].data or "")["passed_over_kinds"] == {"tls": 1}


def test_secrets_that_are_wrong(tmp_path: Path) -> None:
    """Nothing of it is told but that the secrets do not fit."""
    chance = random.Random(2)
    log = re.sub(rb"[0-9a-f]+$", lambda m: chance.randbytes(len(m[0]) // 2).hex().encode(), LOG, flags=re.MULTILINE)
    got = [row for block in _log(tmp_path, log) for row in block]
    assert {row.layer for row in got} == {"capture"}
    (odd,) = [row for row in got if row.issue]
    assert odd.issue == "capture_encrypted"
    assert (odd.detail or "").endswith("nothing authenticates with the secrets that the key log holds for them")


def test_secrets_of_another_run(tmp_path: Path) -> None:
    """Say nothing of these connections: they are named and counted, and the report tells how to get a key log."""
    path = _saved(tmp_path, encrypted(TALK, "1.2")[1])
    done = run("analyze", path, "--keylog", tmp_path / "keys.txt")
    report = " ".join(done.out.decode().split())
    assert done.status == 0
    assert f"6 TLS connections could not be read (6 to {NAME}): no key log holds their secrets" in report
    for how in ("SSLKEYLOGFILE=FILE", "node --tls-keylog=FILE", "MITMPROXY_SSLKEYLOGFILE=FILE", "--keylog FILE"):
        assert how in report
    assert done.err == "note: 6 of 6 connections passed over: 6 TLS (--keylog opens it)\n"


class Drip(io.RawIOBase):
    """What comes through a pipe, a little at a time; something else happens at one moment."""

    def __init__(self, data: bytes, at: int, what: Callable[[], object]) -> None:
        self._data, self._pos, self._at, self._what = data, 0, at, what

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if self._pos <= self._at < self._pos + 500:
            self._what()
        part = self._data[self._pos : self._pos + 500]
        buffer[: len(part)] = part
        self._pos += len(part)
        return len(part)


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes, at: int = -1, what: Callable[[], object] = list) -> None:
    """Standard input gives these bytes."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Drip(data, at, what), 1)))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_key_log_that_is_still_growing(share: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While a capture comes through a pipe, its key log is read on; what was held is told once it can be read."""
    keys, data = tmp_path / "keys.txt", build.pcap(PACKETS, nanoseconds=True)
    keys.write_bytes(b"")
    piped(monkeypatch, data, int(share * (len(data) - 1)), lambda: keys.write_bytes(LOG))
    got = [row for block in Log(["-"], keylogs=[str(keys)]) for row in block if row.layer != "capture"]
    assert [row.time for row in got] == sorted(row.time for row in got)
    assert content(got) == content(rows(CAPTURES / TALK / "capture.pcap"))


def test_a_key_log_that_never_grew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is held for ever."""
    keys = tmp_path / "keys.txt"
    keys.write_bytes(b"")
    piped(monkeypatch, build.pcap(PACKETS, nanoseconds=True))
    got = [row for block in Log(["-"], keylogs=[str(keys)]) for row in block]
    assert [row.issue for row in got if row.issue] == ["capture_encrypted"]


def test_what_is_held_has_a_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All connections together hold no more than so much; those silent longest are given up first."""
    keys = tmp_path / "keys.txt"
    keys.write_bytes(b"")
    size = sum(len(piece[7]) for piece in FOUND)
    monkeypatch.setattr("analyzer.pipeline.connections._HELD", size // 2)
    data = build.pcap(PACKETS, nanoseconds=True)
    piped(monkeypatch, data, len(data) - 1, lambda: keys.write_bytes(LOG))
    got = [row for block in Log(["-"], keylogs=[str(keys)]) for row in block]
    assert not told(got) - told(plain(TALK))
    assert 1 <= json.loads(got[-1].data or "")["passed_over_kinds"]["tls"] <= 5
    assert [row.issue for row in got if row.layer == "capture" and row.issue] == ["capture_encrypted"]


def _blocks(*parts: list[build.Packet] | bytes) -> bytes:
    """A pcapng of packets (their times in ns) and blocks."""
    resolution = build.option(9, b"\x09") + build.END_OF_OPTIONS
    found = [build.section(), build.interface(options=resolution)]
    for part in parts:
        found += [part] if isinstance(part, bytes) else [build.enhanced(each, stamp=each.time) for each in part]
    return b"".join(found)


SAID = b"".join(piece[7] for piece in FOUND)
RANDOMS = sorted(
    {line.split()[1] for line in LINES if line[:1] != b"#"}, key=lambda name: SAID.index(bytes.fromhex(name.decode()))
)
"""Of the ClientHellos, in their order."""
HEAD, TAIL = (
    build.secrets(b"\n".join(line for line in LINES if line.split()[1] in some)) for some in (RANDOMS[:3], RANDOMS[3:])
)
WHOLE = build.secrets(LOG)
PLACES = {
    "before": _blocks(WHOLE, PACKETS),
    "between": _blocks(PACKETS[:HALF], WHOLE, PACKETS[HALF:]),
    "after": _blocks(PACKETS, WHOLE),
    "several": _blocks(PACKETS[:9], HEAD, PACKETS[9:], TAIL),
    "another section": _blocks(PACKETS) + build.section(">") + build.secrets(LOG, ">"),
}


@pytest.mark.parametrize("place", PLACES)
def test_secrets_inside_a_pcapng(place: str, tmp_path: Path) -> None:
    """Count wherever they are in a file: rows have the times of their packets."""
    path = tmp_path / "capture.pcapng"
    path.write_bytes(PLACES[place])
    got = [row for block in Log([str(path)]) for row in block if row.layer != "capture"]
    assert without_frames(got) == plain(TALK)


@pytest.mark.parametrize("place", PLACES)
def test_secrets_inside_a_pcapng_through_a_pipe(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count from then on, and for what was held until then (connections whose secrets come later are told later)."""
    piped(monkeypatch, PLACES[place])
    got = [row for block in Log(["-"]) for row in block if row.layer != "capture"]
    assert [row.time for row in got] == sorted(row.time for row in got)
    assert told(got) == told(plain(TALK))
    if place != "several":
        assert content(got) == content(rows(CAPTURES / TALK / "capture.pcap"))


def test_secrets_of_one_file_for_another(tmp_path: Path) -> None:
    """Files of one call are one run."""
    packets, keys = tmp_path / "a.pcapng", tmp_path / "b.pcapng"
    packets.write_bytes(_blocks(PACKETS))
    keys.write_bytes(_blocks(WHOLE))
    got = [row for block in Log([str(packets), str(keys)]) for row in block if row.layer != "capture"]
    assert without_frames(got) == plain(TALK)


def _saved(folder: Path, log: bytes, found: list[Piece] = FOUND) -> Path:
    path = folder / "capture.pcap"
    path.write_bytes(build.pcap([packet(piece) for piece in found], nanoseconds=True))
    (folder / "keys.txt").write_bytes(log)
    return path


def _log(folder: Path, log: bytes) -> "list[list[Row]]":
    return list(Log([str(_saved(folder, log))], keylogs=[str(folder / "keys.txt")]))

"""Captures as one run: rows, then what there is to say about each file."""

import io
import json
from pathlib import Path

import pytest

from analyzer.issues import CaptureError
from analyzer.limits import Limits
from analyzer.pipeline.captures import Captures
from analyzer.records import Row
from analyzer.sources import sniff
from analyzer.sources.streams import FileStream, Peeked
from tests.analyzer.pipeline.blocks import answer, open_packet, poll
from tests.builders import START, Conversation, Packet, ethernet, pcap
from tests.recorded import CAPTURES

CAPTURE = CAPTURES / "v4-upgrade" / "capture.pcap"


def talk(port: int, sid: str | None, *, time: int = START, close: bool = True) -> list[Packet]:
    """A connection: a handshake by polling, or (without a sid) a page."""
    wire = Conversation(("10.0.0.1", port), time=time)
    wire.open()
    wire.send(0, poll() if sid else b"GET / HTTP/1.1\r\n\r\n")
    wire.send(1, answer(open_packet(sid) if sid else "page"))
    if close:
        wire.close()
    return wire.packets


def written(path: Path, packets: list[Packet]) -> str:
    """A capture file."""
    path.write_bytes(pcap(packets, nanoseconds=True))
    return str(path)


def rows(captures: Captures) -> list[Row]:
    """All of them."""
    return [row for block in captures for row in block]


def counters(row: Row) -> dict[str, object]:
    """A summary row's."""
    assert (row.layer, row.type) == ("capture", "summary")
    told: dict[str, object] = json.loads(row.data or "")
    return told


def test_a_capture_and_its_summary() -> None:
    """Rows are named after the file without its folder; the last one counts what was in it."""
    captures = Captures([str(CAPTURE)])
    found = rows(captures)
    assert {row.source for row in found} == {"capture.pcap"}
    assert [row.time for row in found] == sorted(row.time for row in found)
    told = counters(found[-1])
    meta = json.loads(CAPTURE.with_name("meta.json").read_text())
    assert told["packets"] == meta["capture"]["capture.pcap"]["packets"]
    assert told["connections"] == captures.connections
    assert told["passed_over"] == captures.passed_over.total()


def test_several_are_one_run(tmp_path: Path) -> None:
    """Stream numbers go on from file to file, in the order of time; each has its summary."""
    second = written(tmp_path / "second.pcap", talk(4002, "B", time=START + 10**12))
    first = written(tmp_path / "first.pcap", talk(4001, "A"))
    captures = Captures([second, first])
    found = rows(captures)
    opened = [(row.source, row.stream, row.session) for row in found if row.type == "open"]
    assert opened == [("first.pcap", 0, "A"), ("second.pcap", 1, "B")]
    summaries = [row for row in found if row.type == "summary"]
    assert [row.source for row in summaries] == ["second.pcap", "first.pcap"]
    assert [counters(row)["connections"] for row in summaries] == [1, 1]
    assert summaries == found[-2:]
    assert captures.connections == 2


def test_connections_passed_over_are_counted(tmp_path: Path) -> None:
    """Other traffic leaves no rows but the summary, and what it was."""
    captures = Captures([written(tmp_path / "x.pcap", talk(4001, None))])
    (row,) = rows(captures)
    assert counters(row)["passed_over_kinds"] == {"http": 1} == dict(captures.passed_over)
    assert captures.connections == 1


def test_missing_bytes_and_where(tmp_path: Path) -> None:
    """A lost segment of a session is a row, and counted in the summary of its source."""
    wire = Conversation(("10.0.0.1", 4001))
    wire.open()
    wire.send(0, poll())
    wire.send(1, answer(open_packet("A")))
    wire.seqs[1] += 70
    wire.send(1, answer("2"))
    wire.close()
    found = rows(Captures([written(tmp_path / "x.pcap", wire.packets)]))
    gaps = [row for row in found if row.issue == "tcp_gap"]
    assert [(row.size, row.session) for row in gaps] == [(70, "A")]
    assert counters(found[-1])["missing_bytes"] == 70


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    """Of all files together, growing, up to their size."""
    paths = [written(tmp_path / f"{i}.pcap", talk(4000 + i, "A", time=START + i * 10**12)) for i in range(3)]
    told: list[int] = []
    rows(Captures(paths, progress=told.append))
    assert told == sorted(told)
    assert told[-1] == sum(Path(path).stat().st_size for path in paths)


def test_a_pipe_among_files(tmp_path: Path) -> None:
    """What is open already is read once, named ``-``, and not looked into before its time."""
    pipe = FileStream("-", io.BytesIO(pcap(talk(4001, "A"))), None)
    stream = Peeked(pipe)
    opened = sniff.Opened(sniff.classify(stream.peek(24, 24)), stream)
    later = written(tmp_path / "later.pcap", talk(4002, "B", time=START + 10**12))
    found = rows(Captures([opened, later]))
    assert [(row.source, row.session) for row in found if row.type == "open"] == [("-", "A"), ("later.pcap", "B")]


def test_a_bad_one_among_several_is_told_at_once(tmp_path: Path) -> None:
    """Before anything is read of the others."""
    bad = tmp_path / "bad.pcap"
    bad.write_bytes(CAPTURE.read_bytes()[:20])
    with pytest.raises(CaptureError, match=r"bad\.pcap"):
        Captures([str(CAPTURE), str(bad)])


def test_limits_on_connections_and_sessions(tmp_path: Path) -> None:
    """Each hit is told by a row of the first source that names the option."""
    packets = [p for i in range(3) for p in talk(4000 + i, f"S{i}", time=START + i, close=False)]
    path = written(tmp_path / "x.pcap", sorted(packets, key=lambda packet: packet.time))
    found = rows(Captures([path], Limits(connections=1, sessions=1)))
    told = [row.detail for row in found if row.issue == "capture_limit"]
    assert told == [
        "2 open connections were given up to make room for others (--max-connections)",
        "2 sessions were forgotten to make room for others (--max-sessions)",
    ]


def test_a_capture_without_packets(tmp_path: Path) -> None:
    """Only its summary, at the beginning of time, without times."""
    (row,) = rows(Captures([written(tmp_path / "none.pcap", [])]))
    assert (row.time, counters(row)["packets"], counters(row)["first_time"]) == (0, 0, None)


def test_a_capture_without_tcp(tmp_path: Path) -> None:
    """Its packets are counted, and the summary is at the time of the last one."""
    packets = [Packet(ethernet(b"\x00\x01", 0x0806), START + i) for i in range(3)]
    (row,) = rows(Captures([written(tmp_path / "arp.pcap", packets)]))
    assert (row.time, counters(row)["not_tcp"]) == (START + 2, 3)

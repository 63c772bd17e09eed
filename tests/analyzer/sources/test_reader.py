"""Capture files and pipes, opened and read."""

import os
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path
from struct import pack

import pytest
import zstandard

from analyzer.issues import CaptureError
from analyzer.sources.reader import CaptureReader, open_capture
from analyzer.sources.sniff import Opened, look, open_any
from analyzer.sources.streams import FileStream, Peeked
from tests import builders as build

PACKETS = [build.Packet(build.frame(bytes([i % 256]) * (i % 900), i), build.START + i * 1000) for i in range(3000)]


def everything(reader: CaptureReader) -> list[tuple[int, int, bytes, int, int]]:
    """Number, time, bytes, length on the wire and link type of every packet."""
    found = []
    with reader:
        for block in reader:
            columns = (block.number, block.time, block.start, block.captured, block.original, block.link)
            for number, time, start, size, wire, link in zip(*(c.tolist() for c in columns), strict=True):
                found.append((number, time, block.buffer[start : start + size], wire, link))
    return found


EXPECTED = [(i, packet.time, packet.data, len(packet.data), 1) for i, packet in enumerate(PACKETS, 1)]


def save(folder: Path, data: bytes, name: str = "a.pcap") -> str:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


FORMS = {
    "pcap": build.pcap(PACKETS),
    "pcap, big-endian": build.pcap(PACKETS, ">"),
    "pcap, nanoseconds": build.pcap(PACKETS, nanoseconds=True),
    "pcapng": build.pcapng(PACKETS),
    "pcapng, big-endian": build.pcapng(PACKETS, ">"),
    "gzip": build.gzipped(build.pcap(PACKETS)),
    "zstd": zstandard.compress(build.pcapng(PACKETS)),
    "two sections": build.pcapng(PACKETS[:1000]) + build.pcapng(PACKETS[1000:], ">"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_packets(form: str, tmp_path: Path) -> None:
    """Whatever the file is called."""
    reader = open_capture(save(tmp_path, FORMS[form], "capture.bin"))
    assert everything(reader) == EXPECTED
    assert (reader.name, reader.position, reader.size) == ("capture.bin", len(FORMS[form]), len(FORMS[form]))
    summary = reader.summary
    assert (summary.packets, summary.first_time, summary.last_time) == (3000, PACKETS[0].time, PACKETS[-1].time)
    assert (summary.links, summary.backwards, summary.cut, summary.trouble) == ({1: 3000}, 0, False, None)


@pytest.mark.parametrize("form", FORMS)
def test_small_blocks_give_the_same_packets(form: str, tmp_path: Path) -> None:
    """Many blocks, each within its bound."""
    reader = open_capture(save(tmp_path, FORMS[form]), block=1 << 20)
    assert everything(reader) == EXPECTED


def live(data: bytes, size: int) -> Opened:
    """A pipe that another thread writes the data to."""
    descriptor, writer = os.pipe()

    def write() -> None:
        for at in range(0, len(data), size):
            os.write(writer, data[at : at + size])
        os.close(writer)

    threading.Thread(target=write, daemon=True).start()
    stream = Peeked(FileStream("-", os.fdopen(descriptor, "rb", buffering=0), None))
    return look(stream)


@pytest.mark.parametrize("form", FORMS)
def test_a_pipe_gives_the_same_packets(form: str) -> None:
    """Without a name and a size."""
    reader = open_capture(live(FORMS[form], 5000))
    assert (reader.name, reader.size) == ("-", None)
    assert everything(reader) == EXPECTED
    assert reader.position == len(FORMS[form])


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are other things there")
def test_a_named_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    """As shells make them for <(...)."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(FORMS["pcap"]), daemon=True).start()
    assert everything(open_capture(str(path))) == EXPECTED


def test_packets_from_a_pipe_come_as_they_are_written() -> None:
    """None is held back for a block to fill."""
    descriptor, writer = os.pipe()
    os.write(writer, build.pcap([]))
    stream = Peeked(FileStream("-", os.fdopen(descriptor, "rb", buffering=0), None))
    with open_capture(look(stream)) as reader:
        blocks = iter(reader)
        for i, packet in enumerate(PACKETS[:5], 1):
            os.write(writer, build.pcap_record(packet))
            assert next(blocks).number.tolist() == [i]
        record = build.pcap_record(PACKETS[5])
        os.write(writer, record[:30])
        threading.Timer(0.05, lambda: (os.write(writer, record[30:]), os.close(writer))).start()
        assert next(blocks).number.tolist() == [6]
        assert next(blocks, None) is None


def test_standard_input_is_read_through_the_command_line() -> None:
    """In a process of its own."""
    code = "from analyzer.sources.reader import open_capture\nprint(sum(len(b) for b in open_capture('-')))"
    done = subprocess.run([sys.executable, "-c", code], input=FORMS["gzip"], capture_output=True, check=True)
    assert done.stdout.strip() == b"3000"


def test_the_summary_counts_oddities(tmp_path: Path) -> None:
    """Snapshot length, time running backwards, the cut at the end."""
    packets = [build.Packet(bytes(50), build.START + time, 90) for time in (5000, 3000, 4000, 1000)]
    reader = open_capture(save(tmp_path, build.pcap(packets) + bytes(7)))
    everything(reader)
    summary = reader.summary
    assert (summary.truncated, summary.bytes, summary.backwards, summary.cut) == (4, 360, 2, True)
    assert (summary.first_time, summary.last_time) == (build.START + 1000, build.START + 5000)


def test_a_capture_without_packets_is_no_error(tmp_path: Path) -> None:
    """tcpdump leaves one where nothing came."""
    for data in (build.pcap([]), build.pcapng([]), build.section()):
        reader = open_capture(save(tmp_path, data))
        assert everything(reader) == []
        assert (reader.summary.packets, reader.summary.first_time) == (0, None)


@pytest.mark.parametrize("size", [4, 10, 23])
def test_a_header_cut_off_is_refused(size: int, tmp_path: Path) -> None:
    """There is nothing to go on from."""
    with pytest.raises(CaptureError, match=r"a\.pcap: ends within its header"):
        open_capture(save(tmp_path, build.pcap([])[:size]))


def test_a_pcapng_header_cut_off_is_refused(tmp_path: Path) -> None:
    """The same for the other format."""
    for size in (4, 11, 27):
        reader = open_capture(save(tmp_path, build.section()[:size]))
        with pytest.raises(CaptureError, match="ends within its header"):
            everything(reader)


def test_link_types_without_tcp_are_refused(tmp_path: Path) -> None:
    """By name where there is one; a pcapng file where none of its interfaces is a network's."""
    with pytest.raises(CaptureError, match=r"link type 189 \(USB_LINUX\)"):
        open_capture(save(tmp_path, build.pcap([], link=189)))
    with pytest.raises(CaptureError, match="link type 299, "):
        open_capture(save(tmp_path, build.pcap([], link=299)))
    usb = build.section() + build.interface(link=249) + build.enhanced(PACKETS[0])
    with pytest.raises(CaptureError, match="USBPCAP"):
        everything(open_capture(save(tmp_path, usb)))
    both = usb + build.interface() + build.enhanced(PACKETS[1], number=1)
    assert len(everything(open_capture(save(tmp_path, both)))) == 2


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    """The file is closed, and the line says what it looks like."""
    with pytest.raises(CaptureError, match="looks like a text file"):
        open_capture(save(tmp_path, b"12:00:00 IP 10.0.0.1.40000 > 10.0.0.2.3000: Flags [S]\n"))


def test_a_cut_or_damaged_gzip_file_gives_what_it_has(tmp_path: Path) -> None:
    """And says so."""
    data = FORMS["gzip"]
    for bad in (data[: len(data) // 2], data[: len(data) // 2] + b"\xff" * 500):
        reader = open_capture(save(tmp_path, bad))
        found = everything(reader)
        assert found[:100] == EXPECTED[:100]
        assert reader.summary.trouble is not None


def test_a_packet_that_claims_200_mb_takes_no_memory(tmp_path: Path) -> None:
    """Nothing is allocated on the word of a header."""
    data = build.pcap(PACKETS[:3]) + pack("<IIII", 1_700_000_000, 0, 200_000_000, 200_000_000) + bytes(5_000_000)
    path = save(tmp_path, data)
    tracemalloc.start()
    found = everything(open_capture(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == EXPECTED[:3]
    assert peak < 60_000_000


def test_an_opened_file_can_be_handed_over(tmp_path: Path) -> None:
    """Whoever looked at it first need not open it twice."""
    assert everything(open_capture(open_any(save(tmp_path, FORMS["zstd"])))) == EXPECTED

"""HTTP/2 from captures to the log: starts that are missing, other traffic, WebSockets side by side, hostile peers."""

import resource
import zlib
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from analyzer.limits import DEFAULT, Limits
from analyzer.log import Log
from analyzer.records import C2S, S2C, Row
from tests import http2frames as h2
from tests.builders import pcap
from tests.http2frames import POLL, PREFACE, Said, Side, data, frame
from tests.recorded import Piece, content, packet, pieces, rows
from tests.streams import KEY
from tests.streams import frame as ws

START: list[Said] = [(C2S, PREFACE + frame(h2.SETTINGS)), (S2C, frame(h2.SETTINGS))]
ENDS = {C2S: ("10.0.0.1", "10.0.0.2", (50000, 3000)), S2C: ("10.0.0.2", "10.0.0.1", (3000, 50000))}
OPEN = b'0{"sid":"S%d","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'


def written(path: Path, talk: list[Said], syn: bool = True) -> Path:
    """A capture of the talk, a segment of 1448 bytes at most each a millisecond."""
    at = {C2S: 1000, S2C: 5000}
    ticks = count(10**18, 10**6)
    packets = []
    if syn:
        packets = [
            packet((next(ticks), *ENDS[side], at[side] - 1, 0, flags, b"")) for side, flags in ((C2S, 2), (S2C, 18))
        ]
    for side, what in talk:
        for begin in range(0, len(what), 1448):
            part = what[begin : begin + 1448]
            packets.append(packet((next(ticks), *ENDS[side], at[side] % (1 << 32), 0, 24, part)))
            at[side] += len(part)
    path.write_bytes(pcap(packets, nanoseconds=True))
    return path


def read(path: Path, limits: Limits = DEFAULT) -> tuple[list[Row], Counter[str]]:
    """All rows but those about the capture, and what was passed over."""
    log = Log([str(path)], limits)
    found = [row for block in log for row in block if row.layer != "capture"]
    assert log.captures is not None
    return found, log.captures.passed_over


def sockets(number: int) -> list[Said]:
    """So many sessions side by side, each a WebSocket in a stream of one connection."""
    c, s = Side(), Side()
    talk = [*START]
    for i in range(number):
        talk += [(C2S, c.connect(2 * i + 1)), (S2C, s.answer(2 * i + 1) + data(2 * i + 1, ws(OPEN % i)))]
    for i in range(number):
        talk += [(C2S, data(2 * i + 1, ws(b"40", key=KEY))), (S2C, data(2 * i + 1, ws(b'40{"sid":"x"}')))]
        talk += [(S2C, data(2 * i + 1, ws(b'42["news",%d]' % i)))]
    return [
        *talk,
        (C2S, data(1, ws(b"\x03\xe8", 0x88, KEY), end=True)),
        (S2C, data(1, ws(b"\x03\xe8", 0x88), end=True)),
    ]


def test_websockets_side_by_side(tmp_path: Path) -> None:
    """Each is a session of its own on the one connection, which is recognised by them alone."""
    found, passed_over = read(written(tmp_path / "a.pcap", sockets(3)))
    events = {(row.session, row.data) for row in found if row.type == "EVENT"}
    assert events == {(f"S{i}", f"[{i}]") for i in range(3)}
    assert {row.stream for row in found} == {0}
    assert {(row.client, row.server) for row in found} == {("10.0.0.1:50000", "10.0.0.2:3000")}
    assert not passed_over
    ends = [(row.session, row.layer, row.type) for row in found if row.type in ("close", "fin")]
    assert ends == [("S0", "websocket", "close"), ("S0", "tcp", "fin"), ("S0", "tcp", "fin")]
    assert not any(row.issue for row in found)


def test_websockets_without_their_start(tmp_path: Path) -> None:
    """Recognised by their frames: one session each, without a name."""
    late = [said for said in sockets(2) if b"sid" not in said[1]][5:]
    talk = [(S2C, data(1, ws(b'42["news",%d]' % i)) + data(3, ws(b'42["other",%d]' % i))) for i in range(5)]
    found, passed_over = read(written(tmp_path / "a.pcap", [*talk, *late], syn=False))
    assert {row.data for row in found if row.event == "news"} >= {f"[{i}]" for i in range(1, 5)}
    assert not passed_over


def test_other_http2_is_passed_over(tmp_path: Path) -> None:
    """No rows, counted by its kind."""
    c, s = Side(), Side()
    talk = [*START, (C2S, c.ask(1, "/index.html")), (S2C, s.answer(1) + data(1, b"4<html>", end=True))]
    assert read(written(tmp_path / "a.pcap", talk)) == ([], Counter(http2=1))


@pytest.mark.parametrize("skipped", [20, 60, 101])
def test_a_start_anywhere(skipped: int, tmp_path: Path) -> None:
    """What follows is told as it is: sids stand in the requests, header names that are gone are no hindrance."""
    whole = pieces("v4-http2")
    path = tmp_path / "late.pcap"
    path.write_bytes(pcap([packet(piece) for piece in whole[skipped:]], nanoseconds=True))
    late, all_of_it = content(rows(path)), content(rows(_capture()))
    asked_before = [told for (session, _), told in late.items() if session == "?0"]
    named = {key: told for key, told in late.items() if key[0] != "?0"}
    assert sum(map(len, asked_before)) < 4
    assert named.keys() == all_of_it.keys()
    for key, told in named.items():
        assert _plain(told)[-10:] == _plain(all_of_it[key])[-10:]


def test_a_hole(tmp_path: Path) -> None:
    """A packet is missing: a row says so, and all but a few packets are told."""
    found: list[Piece] = pieces("v4-http2")
    sizes = [i for i, piece in enumerate(found) if piece[7] and i > 30]
    path = tmp_path / "hole.pcap"
    for gone in sizes[::20]:
        path.write_bytes(pcap([packet(piece) for piece in found[:gone] + found[gone + 1 :]], nanoseconds=True))
        log = rows(path)
        assert [row.type for row in log if row.issue == "tcp_gap"]
        told = sum(len(each) for each in content(log).values())
        assert told > sum(len(each) for each in content(rows(_capture())).values()) * 0.9


def _capture() -> Path:
    return Path(__file__).parent.parent / "captures" / "v4-http2" / "capture.pcap"


def _plain(told: list[tuple[object, ...]]) -> list[object]:
    return [(row.type, row.event, row.data) for row in told]  # type: ignore[attr-defined]


def hostile() -> dict[str, list[Said]]:
    """Talks that ask for much memory or time, each with an honest exchange at its end."""
    flood = frame(h2.HEADERS, b"\x82", 3) + frame(h2.CONTINUATION, b"\x40\x01a\x02bc" * 2000, 3) * 100
    bomb = frame(h2.HEADERS, b"\x40\x01a\x7f\x81\x1e" + b"b" * 4000 + b"\xbe" * 12_000, 3, 5)
    c = Side()
    streams = b"".join(c.ask(2 * i + 5, f"{POLL}&t={i}", "POST", end=False) for i in range(3000))
    padding = frame(h2.DATA, b"\xff" + b"x" * 20, 3, 8) * 500
    return {
        "continuations": [(C2S, flood + frame(h2.CONTINUATION, b"", 3, 4))],
        "fields": [(C2S, bomb * 20)],
        "streams": [(C2S, streams)],
        "padding": [(C2S, c.ask(3, POLL, "POST", end=False) + padding)],
        "window": [(C2S, frame(h2.WINDOW, b"\x7f\xff\xff\xff") * 5000)],
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_hostile_peers(name: str, tmp_path: Path) -> None:
    """Whatever a client sends, memory stays bounded and nothing raises; a session that is there is told."""
    c, s = Side(), Side()
    polled = (S2C, s.answer(1, content_type="text/plain") + data(1, OPEN % 7, end=True))
    talk = [*START, (C2S, c.ask(1, "/?EIO=4&transport=polling")), polled, *hostile()[name]]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, _ = read(written(tmp_path / "a.pcap", talk))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert ("S7", "open") in {(row.session, row.type) for row in found}
    if name in ("continuations", "fields", "padding"):
        assert "http_bad_message" in {row.issue for row in found}


def test_a_body_that_inflates(tmp_path: Path) -> None:
    """A compressed body is inflated up to the limit."""
    c, s = Side(), Side()
    body = zlib.compress(b"4" + b"0" * 30_000_000)
    talk = [*START, (C2S, c.ask(1, POLL)), (S2C, s.answer(1, content_encoding="deflate") + data(1, body[:16000]))]
    talk += [(S2C, data(1, body[16000:], end=True))]
    found, _ = read(written(tmp_path / "a.pcap", talk), Limits(inflated=100_000))
    assert "http_body_limit" in {row.issue for row in found}


def test_a_frame_that_is_cut(tmp_path: Path) -> None:
    """The capture ends inside a body: what was asked has no answer, which is no oddity of the peers."""
    c, s = Side(), Side()
    talk = [*START, (C2S, c.ask(1, POLL)), (S2C, s.answer(1) + data(1, b"4" * 900, end=True)[:-100])]
    found, _ = read(written(tmp_path / "a.pcap", talk))
    assert [(row.layer, row.type, row.status) for row in found] == [("http", "GET", None)]

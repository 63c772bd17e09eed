"""HAR and flow files as one run."""

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from analyzer.issues import CaptureError, Issue
from analyzer.log import Log
from analyzer.pipeline.exchanges import Exchanges
from analyzer.records import Row
from tests.hars import EPOCH, SECOND, URL, at, document, entry, log, message, rows, saved, socket, talk
from tests.recorded import CAPTURES

SID = f"{URL}&sid=S"


def packets(found: list[Row]) -> list[Row]:
    """Rows of packets."""
    return [row for row in found if row.layer in ("engine.io", "socket.io")]


def test_rows_are_in_time_order_and_complete(tmp_path: Path) -> None:
    """A POST's packets when it was sent, an answer's when it had come; no frames, no clients."""
    found = rows(tmp_path, talk())
    assert [row.time for row in found] == sorted(row.time for row in found)
    assert {row.frame for row in found} == {None}
    post = next(row for row in found if row.type == "CONNECT" and row.direction == "c2s")
    answer = next(row for row in found if row.layer == "http" and row.type == "POST")
    assert (post.time - EPOCH, answer.time - EPOCH) == (21_500_000, 23_750_000)
    assert answer.duration == pytest.approx(0.00275)
    assert (post.source, post.server, post.session, post.transport, post.engine) == (
        "a.har",
        "127.0.0.1:3000",
        "S",
        "polling",
        4,
    )
    opened = next(row for row in found if row.layer == "websocket")
    assert (opened.type, opened.status, opened.url) == ("open", 101, "/socket.io/?EIO=4&transport=websocket&sid=S")
    assert opened.headers == '{"request": {}, "response": {}}'


def test_a_summary_tells_what_was_read(tmp_path: Path) -> None:
    """And what was passed over."""
    summary = json.loads(rows(tmp_path, talk())[-1].data or "")
    assert summary["exchanges"] == 6
    assert summary["websocket_messages"] == 6
    assert (summary["connections"], summary["passed_over"], summary["passed_over_kinds"]) == (6, 1, {"http": 1})
    assert (summary["first_time"], summary["last_time"]) == (
        "2026-01-02T03:04:05.001000000Z",
        "2026-01-02T03:04:05.150000000Z",
    )


def test_a_refused_post(tmp_path: Path) -> None:
    """Its packets were sent, never delivered."""
    found = rows(tmp_path, [entry(SID, method="POST", status=400, sent='42["x"]', got='{"code":1}')])
    assert [(r.event, r.issue) for r in packets(found)] == [("x", Issue.HTTP_REFUSED)]
    assert found[1].data == '{"code":1}'


def test_requests_without_an_answer(tmp_path: Path) -> None:
    """One that failed says so, one that was open at the recording's end does not; one never sent has no packets."""
    failed, pending, unsent = (entry(SID, at(i), "POST", sent="42[1]") for i in range(3))
    failed["response"] = {"status": 0, "_error": "net::ERR_CONNECTION_RESET"}
    pending["response"] = {"status": 0, "_error": None}
    unsent["response"] = {"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}
    found = rows(tmp_path, [failed, pending, unsent])
    assert [r.issue for r in found if r.layer == "http"] == [Issue.HTTP_NO_RESPONSE, None, Issue.HTTP_NO_RESPONSE]
    assert len(packets(found)) == 2


def test_a_websocket_from_the_start(tmp_path: Path) -> None:
    """Its session is named by its first message."""
    opening = '0{"sid":"W","upgrades":[],"pingInterval":1,"pingTimeout":1}'
    found = rows(tmp_path, [socket(message("receive", 0.2, opening), message("send", 0.3, "40"), sid="")])
    assert {row.session for row in found[:-1]} == {"W"}
    assert [row.type for row in found] == ["open", "open", "CONNECT", "summary"]


def test_rounded_starts_do_not_make_a_session_plain(tmp_path: Path) -> None:
    """The answer to CONNECT may seem to come before it, by less than the clock can tell."""
    none = {"blocked": 0, "send": 0.9, "wait": 0, "receive": 0}
    early = [entry(got=OPENING), entry(SID, at(10), "POST", sent="40", got="ok", timings=none)]
    early.append(entry(SID, at(10), got='40{"sid":"x"}', timings=none | {"send": 0.2, "wait": 0.3}))
    assert [r.type for r in packets(rows(tmp_path, early))] == ["open", "CONNECT", "CONNECT"]


OPENING = talk()[0]["response"]["content"]["text"]


def test_a_session_over_two_files(tmp_path: Path) -> None:
    """They are one run: connections are numbered through, each file has its summary."""
    parts = [saved(tmp_path, document(talk()[:3]), "a.har"), saved(tmp_path, document(talk()[3:]), "b.har")]
    found = log(*reversed(parts))
    whole = rows(tmp_path, talk())
    assert [r[6:] for r in packets(found)] == [r[6:] for r in packets(whole)]
    assert {r.stream for r in found if r.layer == "http"} == {0, 1, 2, 5}
    assert [(r.source, r.type) for r in found[-2:]] == [("b.har", "summary"), ("a.har", "summary")]


def test_several_kinds_in_one_call(tmp_path: Path) -> None:
    """A capture, a HAR and a log give one log in time order."""
    capture = str(CAPTURES / "v4-upgrade" / "capture.pcap")
    har = saved(tmp_path, document(talk()))
    from analyzer.store import open_writer

    with open_writer(str(tmp_path / "log.jsonl"), None) as writer:
        for block in Log([str(CAPTURES / "v2-upgrade" / "capture.pcap")]):
            writer.write(block)
    sources = [capture, har, str(tmp_path / "log.jsonl")]
    found = log(*sources)
    assert [row.time for row in found] == sorted(row.time for row in found)
    alone = [row for source in sources for row in log(source)]
    assert len(found) == len(alone)
    assert len({row.source for row in found}) == 2
    streams = [{row.stream for row in found if row.source == name} - {None} for name in ("capture.pcap", "a.har")]
    assert streams[1]
    assert not (streams[1] & {row.stream for row in log(capture)})
    both = Log(sources)
    assert (both.captures is not None, both.exchanges is not None) == (True, True)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A HAR may come through a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document(talk()))))
    assert [row.source for row in log("-")][-1] == "-"


def test_progress_counts_all_sources(tmp_path: Path) -> None:
    """In bytes as stored."""
    told: list[int] = []
    paths = [saved(tmp_path, document(talk()), f"{i}.har") for i in range(2)]
    list(Exchanges(paths, progress=told.append))
    size = (tmp_path / "0.har").stat().st_size
    assert told == [size, 2 * size]
    mixed: list[int] = []
    capture = CAPTURES / "v4-upgrade" / "capture.pcap"
    list(Log([*paths, str(capture)], progress=mixed.append))
    assert max(mixed) == 2 * size + capture.stat().st_size


def test_passed_over_is_known_afterwards(tmp_path: Path) -> None:
    """For the note on stderr."""
    picture = entry("http://h/x.png", _connectionId=5)
    shared = entry(SID, got="6", _connectionId=5)
    chat = socket(message("send", 1, "x"), sid="")
    chat["request"]["url"] = "ws://h/chat"
    run = Exchanges([saved(tmp_path, document([picture, shared, chat, entry("http://h/y.png")]))])
    list(run)
    assert (run.connections, dict(run.passed_over)) == (3, {"http": 1, "websocket": 1})


def test_a_file_that_becomes_another(tmp_path: Path) -> None:
    """Between the first look and reading."""
    path = saved(tmp_path, document(talk()))
    run = Log([path])
    shutil.copy(CAPTURES / "v4-upgrade" / "capture.pcap", path)
    with pytest.raises(CaptureError, match="has become a pcap capture while it was read"):
        list(run)


def test_a_browsers_har_agrees_with_the_packets() -> None:
    """What DevTools exported of a talk is, packet for packet, what tcpdump recorded of it: per transport and direction
    in
    the same order, at times that differ by what lies between a browser and its network.

    A HAR has no close of the WebSocket, no TCP, no client address.
    """
    folder = CAPTURES / "v4-browser"
    recorded, exported = log(str(folder / "capture.pcap")), log(str(folder / "browser.har"))
    for transport in ("polling", "websocket"):
        for direction in ("c2s", "s2c"):
            pairs = list(zip(_said(recorded, transport, direction), _said(exported, transport, direction), strict=True))
            assert pairs
            assert all(one[1:] == other[1:] for one, other in pairs)
            assert max(abs(one[0] - other[0]) for one, other in pairs) < SECOND // 5
    kinds = [
        sorted((r.layer, r.type, r.url) for r in part if r.layer in ("http", "websocket"))
        for part in (recorded, exported)
    ]
    assert [kind for kind in kinds[0] if kind[:2] != ("websocket", "close")] == kinds[1]


def test_playwrights_har_agrees_with_the_packets() -> None:
    """The same for what Playwright recorded of a talk over polling, with binary answers.

    It lacks what a HAR of a browser cannot hold: bodies that were sent as bytes. Their exchanges say so, and nothing
    else is missing.
    """
    folder = CAPTURES / "v2-playwright"
    recorded, exported = log(str(folder / "capture.pcap")), log(str(folder / "browser.har.gz"))
    for direction in ("c2s", "s2c"):
        one, other = (_said(part, "polling", direction) for part in (recorded, exported))
        left_out = [said for said in one if said[1:] not in [found[1:] for found in other]]
        assert [(said[2], said[4], said[7]) for said in left_out] == {
            "c2s": [("BINARY_EVENT", "file", [bytes(i * 7 % 256 for i in range(101))])],
            "s2c": [],
        }[direction]
        pairs = list(zip([said for said in one if said not in left_out], other, strict=True))
        assert len(pairs) > 12
        assert all(mine[1:] == theirs[1:] for mine, theirs in pairs)
        assert max(abs(mine[0] - theirs[0]) for mine, theirs in pairs) < SECOND // 5
    assert [(r.type, r.issue, r.detail) for r in exported if r.issue] == [
        ("POST", Issue.HTTP_BODY_CUT, "the HAR does not hold what was sent")
    ]
    kinds = [
        sorted((r.layer, r.type, r.url, r.status) for r in part if r.layer == "http") for part in (recorded, exported)
    ]
    assert kinds[0] == kinds[1]
    assert any(r.attachments for r in exported if r.direction == "s2c")


def _said(found: list[Row], transport: str, direction: str) -> list[Any]:
    mine = [r for r in packets(found) if (r.transport, r.direction) == (transport, direction)]
    return [
        (r.time, r.session, r.type, r.namespace, r.event, r.ack_id, r.data, r.attachments, r.size, r.issue)
        for r in mine
    ]

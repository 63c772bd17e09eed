"""Flow files of mitmproxy."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.issues import CaptureError, Issue
from analyzer.limits import DEFAULT
from analyzer.records import Row
from analyzer.sources import flows, sniff
from analyzer.sources.seen import Account, Terms
from tests import flowfiles
from tests.flowfiles import POLL, START, flow, request, response, said, socket
from tests.hars import EPOCH, SECOND, log, read_or_refused, saved
from tests.recorded import CAPTURES

RECORDED = CAPTURES / "v4-mitmproxy" / "flows.mitm"


def read(path: Path, monkeypatch: pytest.MonkeyPatch, made: list[Any]) -> Account:
    """What is made of these flows, whatever the file holds."""

    class Given:
        def __init__(self, file: Any) -> None: ...

        def stream(self) -> Iterator[Any]:
            return iter(made)

    monkeypatch.setattr(flows, "_mitmproxy", lambda where: Given)
    opened = sniff.open_any(str(path))
    return flows.read(opened.stream, Terms(0, lambda head: True, DEFAULT))


def test_flows_saved_several_times_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they were when most of it was there; other kinds are counted."""
    path = tmp_path / "a.mitm"
    path.write_bytes(flowfiles.state("a"))
    open_socket, closed = socket(said(b"2", 1)), socket(said(b"2", 1), said(b"3", 2))
    tcp = flow(type="tcp", id="t")
    account = read(
        path, monkeypatch, [open_socket, flow(id="b"), closed, open_socket, tcp, flow(SimpleStrange, id="c")]
    )
    assert [len(seen.messages) for seen in account.seen] == [2, 0]
    assert dict(account.others) == {"tcp": 1}
    assert account.oddities == [(Issue.CAPTURE_DAMAGED, "1 flows hold values that mitmproxy does not write")]


SimpleStrange = object()


def test_without_mitmproxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One line says how to get it."""
    monkeypatch.setitem(sys.modules, "mitmproxy.io", None)
    path = saved(tmp_path, flowfiles.state("a"), "a.mitm")
    with pytest.raises(CaptureError) as caught:
        log(path)
    assert str(caught.value) == f"{path}: reading mitmproxy flow files needs mitmproxy; pip install 'sioscope[proxy]'"


# ---- with mitmproxy's own reader -------------------------------------------------------------------------------------


def packets(found: list[Row]) -> list[Row]:
    """Rows of packets."""
    return [row for row in found if row.layer in ("engine.io", "socket.io")]


def test_a_recorded_file_agrees_with_the_packets() -> None:
    """What mitmproxy saved is, packet for packet, what tcpdump recorded between it and the client.

    But for the message that it kept from the client's server, which the packets show like any other. It has no pings of
    the WebSocket itself, no TCP.
    """
    flowfiles.mitmproxy()
    recorded, saved_flows = log(str(RECORDED.with_name("capture.pcap"))), log(str(RECORDED))
    for transport in ("polling", "websocket"):
        for direction in ("c2s", "s2c"):
            ours, theirs = (_said(found, transport, direction) for found in (saved_flows, recorded))
            assert [one[1:] for one in ours] == [other[1:] for other in theirs]
            assert max(abs(one[0] - other[0]) for one, other in zip(ours, theirs, strict=True)) < SECOND // 10
    closes = [
        [(r.status, r.direction) for r in found if (r.layer, r.type) == ("websocket", "close")]
        for found in (saved_flows, recorded)
    ]
    assert closes[0] == closes[1] != []


def _said(found: list[Row], transport: str, direction: str) -> list[Any]:
    mine = [r for r in packets(found) if (r.transport, r.direction) == (transport, direction)]
    return [(r.time, r.session, r.type, r.namespace, r.event, r.ack_id, r.data, r.attachments, r.size) for r in mine]


def test_what_the_proxy_did_is_marked() -> None:
    """One message was dropped, one made up."""
    flowfiles.mitmproxy()
    found = packets(log(str(RECORDED)))
    assert [(r.issue, r.event, r.direction) for r in found if r.issue] == [
        (Issue.MITM_DROPPED, "say", "c2s"),
        (Issue.MITM_INJECTED, "notice", "s2c"),
    ]


def test_connections_of_a_recorded_file() -> None:
    """Both ends are known; there are no frames."""
    flowfiles.mitmproxy()
    found = [row for row in log(str(RECORDED)) if row.layer != "capture"]
    assert all(row.client and row.server for row in found)
    assert {row.frame for row in found} == {None}
    assert {row.source for row in found} == {"flows.mitm"}
    assert sorted({row.stream for row in found}) == list(range(len({row.client for row in found})))


def test_a_file_appended_and_cut_off(tmp_path: Path) -> None:
    """What is there is read once, and the cut is told."""
    flowfiles.mitmproxy()
    data, whole = RECORDED.read_bytes(), packets(log(str(RECORDED)))
    twice = tmp_path / "flows.mitm"
    twice.write_bytes(data + data)
    assert packets(log(str(twice))) == whole
    twice.write_bytes(data + data[:-10])
    found = log(str(twice))
    assert packets(found) == whole
    assert [(r.issue, r.detail) for r in found if r.layer == "capture" and r.issue] == [
        (Issue.CAPTURE_CUT, "the file ends in the middle of a flow")
    ]
    twice.write_bytes(data[:2000] + data)
    found = log(str(twice))
    assert packets(found) == whole
    assert [r.issue for r in found if r.layer == "capture" and r.issue] == [Issue.CAPTURE_DAMAGED]


def test_a_file_with_nothing_readable(tmp_path: Path) -> None:
    """One line."""
    flowfiles.mitmproxy()
    deep = b"0:~"
    for _ in range(3000):
        deep = b"%d:%b]" % (len(deep), deep)
    cases = {
        flowfiles.dumps({"websocket": None, "version": 99, "type": "http"}): "version 99",
        b"99:9:websocket;0:~": "Invalid data format",
        b"8:3:abc;0:~,": "holds no flow",
        b"%d:9:websocket;%b}" % (12 + len(deep), deep): "recursion",
    }
    for data, reason in cases.items():
        path = saved(tmp_path, data, "a.mitm")
        with pytest.raises(CaptureError, match=reason) as caught:
            log(path)
        assert "holds no flow that can be read" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_damage_anywhere_in_a_flow(tmp_path: Path) -> None:
    """A byte changed here and there: a log, or one line."""
    flowfiles.mitmproxy()
    data = RECORDED.read_bytes()
    for place in range(0, len(data), len(data) // 150):
        path = saved(tmp_path, data[:place] + bytes([data[place] ^ 0x15]) + data[place + 1 :], "a.mitm")
        assert read_or_refused(path)


def test_what_mitmproxy_writes_is_read(tmp_path: Path) -> None:
    """Its own writer, its own flows: an error, a killed WebSocket, other protocols."""
    own = flowfiles.mitmproxy()
    http = own.tflow.tflow(resp=True)
    http.request.path, http.request.method = POLL.decode(), "GET"
    http.response.content = b'42["news",1]'
    http.request.timestamp_start = http.request.timestamp_end = START
    http.response.timestamp_start = http.response.timestamp_end = START + 1
    failed = own.tflow.tflow(err=True)
    failed.request.path = POLL.decode()
    ws = own.tflow.twebsocketflow(close_code=1006, close_reason="")
    ws.request.path = flowfiles.SOCKET.decode()
    with (tmp_path / "own.mitm").open("wb") as file:
        for each in (http, failed, ws, own.tflow.ttcpflow(), own.tflow.tdnsflow()):
            own.io.FlowWriter(file).add(each)
    found = log(str(tmp_path / "own.mitm"))
    assert [(r.event, r.data, r.time) for r in found if r.event] == [("news", "[1]", EPOCH + SECOND)]
    assert [(r.issue, r.status) for r in found if r.layer == "http"] == [(Issue.HTTP_NO_RESPONSE, None), (None, 200)]
    closed = [(r.layer, r.type, r.status, r.detail) for r in found if r.type in ("close", "fin")]
    assert closed == [
        ("websocket", "close", 1006, "the connection ended without a close frame"),
        ("tcp", "fin", None, None),
    ]
    summary = json.loads(found[-1].data or "")
    assert summary["passed_over_kinds"] == {"tcp": 1, "dns": 1}


def test_the_same_talk_as_har(tmp_path: Path) -> None:
    """mitmproxy's own export agrees with its flows, but for what it leaves out: closes, marks, sizes on the wire."""
    own = flowfiles.mitmproxy()
    from mitmproxy.addons.savehar import SaveHar

    with RECORDED.open("rb") as file:
        made = SaveHar().make_har(list(own.io.FlowReader(file).stream()))
    (tmp_path / "flows.har").write_text(json.dumps(made))
    exported, ours = packets(log(str(tmp_path / "flows.har"))), packets(log(str(RECORDED)))
    for transport in ("polling", "websocket"):
        pairs = list(zip(*([r for r in part if r.transport == transport] for part in (ours, exported)), strict=True))
        assert all(one.time - other.time in range(-2000, 2001) for one, other in pairs)
        assert all(one[8:19] == other[8:19] for one, other in pairs)
    assert {r.issue for r in exported} == {None}


def test_the_kind_is_read_from_the_content(tmp_path: Path) -> None:
    """Never from the name."""
    shutil.copy(RECORDED, tmp_path / "flows.pcap")
    assert sniff.identify(str(tmp_path / "flows.pcap")) is sniff.Kind.FLOWS
    assert sniff.Kind.FLOWS.is_exchanges
    assert not sniff.Kind.FLOWS.is_capture


def test_requests_and_responses_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of flows that the reader gives without a file behind them."""
    path = tmp_path / "a.mitm"
    path.write_bytes(flowfiles.state("a"))
    (seen,) = read(path, monkeypatch, [flow(request(content=b"40", method=b"POST"), response())]).seen
    assert seen.exchange.request is not None
    assert seen.exchange.request.body == b"40"

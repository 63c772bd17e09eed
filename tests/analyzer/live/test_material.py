"""What there is of sessions to replay."""

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.issues import ReplayError
from analyzer.live import material
from analyzer.log import Log
from tests.flowfiles import mitmproxy

OPEN = b'0{"sid":"W","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs are settled here."""
    monkeypatch.setattr(material, "SETTLING", 0.0)


def socket(path: str = "/x/?EIO=4&transport=websocket") -> Any:
    """A WebSocket with its open packet."""
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.frame_protocol import Opcode

    flow = mitmproxy().tflow.twebsocketflow(messages=False)
    flow.request.path = path
    flow.websocket.messages[:] = [
        WebSocketMessage(Opcode.TEXT, False, OPEN),
        WebSocketMessage(Opcode.TEXT, True, b"40"),
    ]
    return flow


def polled(path: str, content: bytes) -> Any:
    """A GET and its answer."""
    flow = mitmproxy().tflow.tflow(resp=True)
    flow.request.method, flow.request.path, flow.response.content = "GET", path, content
    return flow


def test_the_session_of_a_flow() -> None:
    """By its query, by the open packet, or as it was noted when that is gone; none of what is no Engine.IO."""
    flow = socket()
    assert material.sid_of(flow) == "W"
    assert material.sid_of(socket("/x/?EIO=4&transport=websocket&sid=Q")) == "Q"
    flow.websocket.messages.clear()
    assert material.sid_of(flow) is None
    flow.metadata[material.SID] = "W"
    assert material.sid_of(flow) == "W"
    poll = "/x/?EIO=4&transport=polling"
    assert material.sid_of(polled(poll, OPEN)) == "W"
    assert material.sid_of(polled(poll, b"40")) is None
    assert material.sid_of(polled(poll, b"")) is None
    assert material.sid_of(polled("/index.html", OPEN)) is None


def test_flows_of_sessions() -> None:
    """Each once."""
    first, second = socket(), socket("/x/?EIO=4&transport=websocket&sid=Q")
    assert material.of_sessions([first, second, first], ["W"]) == [first]


def test_files_of_a_log(tmp_path: Path) -> None:
    """Those rotated before it, in order."""
    for name in ("a.jsonl", "a-20260102T030405Z.jsonl", "a-20260101T000000Z.jsonl", "b.jsonl"):
        (tmp_path / name).touch()
    names = ["a-20260101T000000Z.jsonl", "a-20260102T030405Z.jsonl", "a.jsonl"]
    assert material.logs_of(str(tmp_path / "a.jsonl")) == [str(tmp_path / name) for name in names]
    assert material.logs_of("/dev/null") == material.logs_of("") == []


def line(sid: str | None) -> str:
    """A line of a log as it is written."""
    return f'{{"schema":1,"session":{json.dumps(sid)},"x":1}}\n'


def test_lines_of_a_log(tmp_path: Path) -> None:
    """Those of the sessions alone, and no torn one."""
    log = tmp_path / "a.jsonl"
    log.write_text(line("W") + line("other") + line(None) + line("W") + line("W").rstrip())
    flow = socket()
    flow.timestamp_created = 0.0
    path = material.collected(["W"], [str(log), str(tmp_path / "gone.jsonl")], [flow], tmp_path)
    assert path.read_text() == 2 * line("W")


def test_flows_where_there_is_no_log(tmp_path: Path) -> None:
    """Saved as mitmproxy does it."""
    path = material.collected(["W"], [], [socket()], tmp_path)
    rows = [row for rows in Log([str(path)]) for row in rows]
    assert [(row.session, row.type) for row in rows if row.layer in ("engine.io", "socket.io")] == [
        ("W", "open"), ("W", "CONNECT"),
    ]  # fmt: skip


def test_nothing_at_all(tmp_path: Path) -> None:
    """Says what to do."""
    with pytest.raises(ReplayError, match="W: neither recorded nor kept"):
        material.collected(["W"], [], [], tmp_path)

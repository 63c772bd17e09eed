"""HARs made by hand: one talk of Engine.IO 4 as a browser writes it, and ways to read it back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.issues import CaptureError
from analyzer.limits import DEFAULT, Limits
from analyzer.log import Log
from analyzer.pipeline.connections import wanted
from analyzer.records import Row
from analyzer.sources import har, sniff
from analyzer.sources.seen import Account, Terms

Json = Any
START = "2026-01-02T03:04:05.000Z"
SECOND = 1_000_000_000
EPOCH = 1_767_323_045 * SECOND
"""`START` in ns."""
URL = "http://127.0.0.1:3000/socket.io/?EIO=4&transport=polling"
OPEN = '0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'


def at(milliseconds: float) -> str:
    """The moment so long after `START`, as browsers write it."""
    return f"2026-01-02T03:04:{5 + int(milliseconds) // 1000:02}.{int(milliseconds) % 1000:03}Z"


def entry(url: str = URL, started: str = START, method: str = "GET", status: int = 200, **more: Json) -> Json:
    """An entry: ``sent`` and ``got`` are the bodies as text, everything else replaces a member."""
    sent, got = more.pop("sent", None), more.pop("got", None)
    request: Json = {"method": method, "url": url, "httpVersion": "HTTP/1.1", "headers": [], "bodySize": 0}
    if sent is not None:
        request["postData"] = {"mimeType": "text/plain;charset=UTF-8", "text": sent}
    content: Json = {"size": len(got or ""), "mimeType": "text/plain; charset=UTF-8"} | ({"text": got} if got else {})
    response = {"status": status, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "content": content}
    timings = {"blocked": 1, "dns": -1, "connect": -1, "ssl": -1, "send": 0.5, "wait": 2, "receive": 0.25}
    whole = {"startedDateTime": started, "time": 3.75, "request": request, "response": response, "timings": timings}
    return whole | {"serverIPAddress": "127.0.0.1"} | more


def message(kind: str, seconds: float, data: str, opcode: int = 1) -> Json:
    """A WebSocket message, so long after `START`."""
    return {"type": kind, "time": EPOCH / SECOND + seconds, "opcode": opcode, "data": data}


def socket(*messages: Json, sid: str = "S", started: str = at(100), **more: Json) -> Json:
    """The entry of a WebSocket, as Chrome writes it: all its life is one wait."""
    url = "ws://127.0.0.1:3000/socket.io/?EIO=4&transport=websocket" + (f"&sid={sid}" if sid else "")
    made = entry(url, started, status=101, _resourceType="websocket", _webSocketMessages=list(messages), **more)
    made["timings"] = {"blocked": -1, "send": 0, "wait": 5000, "receive": 1}
    made["serverIPAddress"] = ""
    return made


def talk() -> list[Json]:
    """Entries of a whole session: handshake, a POST and two polls, the upgrade, and a picture that is none of it."""
    sid = f"{URL}&sid=S"
    return [
        entry(got=OPEN),
        entry(sid, at(20), "POST", sent="40", got="ok"),
        entry(sid, at(21), got='40{"sid":"x"}'),
        entry("http://127.0.0.1:3000/logo.png", at(22), got="no"),
        socket(
            message("send", 0.110, "2probe"),
            message("receive", 0.111, "3probe"),
            message("send", 0.130, "5"),
            message("receive", 0.140, '42["news",1]'),
            message("send", 0.150, '451-["file",{"_placeholder":true,"num":0}]'),
            message("send", 0.150, "AQID", 2),
        ),
        entry(sid, at(105), got="6"),
    ]


def document(entries: Json, creator: str = "WebInspector", **more: Json) -> bytes:
    """A HAR file."""
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": [], "entries": entries}
    return json.dumps({"log": log | more}).encode()


def saved(folder: Path, data: bytes, name: str = "a.har") -> str:
    """The path of a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


def account(folder: Path, data: bytes, limits: Limits = DEFAULT, keep: Callable[[Any], bool] = wanted) -> Account:
    """What the reader of HARs makes of a file."""
    opened = sniff.open_any(saved(folder, data))
    try:
        return har.read(opened.stream, Terms(0, keep, limits))
    finally:
        opened.stream.close()


def log(*paths: str, limits: Limits = DEFAULT) -> list[Row]:
    """All rows of some files."""
    return [row for rows in Log(paths, limits) for row in rows]


def read_or_refused(path: str) -> bool:
    """Whether a file gives a log that ends as it should, or an error of one line."""
    try:
        return log(path)[-1].layer == "capture"
    except CaptureError as error:
        return "\n" not in str(error)


def rows(folder: Path, entries: Json, creator: str = "WebInspector") -> list[Row]:
    """The log of a HAR with these entries."""
    return log(saved(folder, document(entries, creator)))


def said(found: list[Row]) -> list[tuple[Any, ...]]:
    """Packets in short."""
    packets = [row for row in found if row.layer in ("engine.io", "socket.io")]
    return [(r.direction, r.transport, r.type, r.event, r.data, r.attachments, r.issue) for r in packets]

"""A browser's HAR as other writers would have put it: the same packets."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.records import Row
from tests.hars import log, saved
from tests.recorded import CAPTURES

HAR = CAPTURES / "v4-browser" / "browser.har"


def _in_milliseconds(entry: Any) -> None:
    for message in entry.get("_webSocketMessages", []):
        message["time"] *= 1000


def _as_firefox(entry: Any) -> None:
    """No members of its own but the messages; the port stands for the connection, ssl beside connect."""
    for name in [name for name in entry if name.startswith("_") and name != "_webSocketMessages"]:
        del entry[name]
    entry["connection"] = "3000"
    entry["timings"] = {name: max(0, time) for name, time in entry["timings"].items() if not name.startswith("_")}
    for side in ("request", "response"):
        for header in entry[side]["headers"]:
            header["name"] = header["name"].title()
    _in_milliseconds(entry)


def _bare(entry: Any) -> None:
    """Nothing that HAR 1.2 lets out, and no phases."""
    for name in ("timings", "cache", "pageref", "serverIPAddress", "connection", "_connectionId", "_resourceType"):
        entry.pop(name, None)
    for side in ("request", "response"):
        for name in ("cookies", "headersSize", "httpVersion", "queryString", "redirectURL", "statusText"):
            entry[side].pop(name, None)


def _in_base64(entry: Any) -> None:
    content = entry["response"]["content"]
    if content.get("text") and "encoding" not in content:
        content |= {"text": base64.b64encode(content["text"].encode()).decode(), "encoding": "base64"}


SHAPES: dict[str, tuple[str, Callable[[Any], None], Callable[[bytes], bytes]]] = {
    "milliseconds": ("WebInspector", _in_milliseconds, bytes),
    "Firefox": ("Firefox", _as_firefox, bytes),
    "bare": ("someone", _bare, bytes),
    "base64": ("WebInspector", _in_base64, bytes),
    "packed": ("WebInspector", lambda entry: None, gzip.compress),
}


def _said(found: list[Row]) -> dict[tuple[str | None, str | None], list[Any]]:
    told: dict[tuple[str | None, str | None], list[Any]] = {}
    for r in found:
        if r.layer in ("engine.io", "socket.io"):
            what = (r.session, r.type, r.namespace, r.event, r.ack_id, r.data, r.attachments, r.issue)
            told.setdefault((r.transport, r.direction), []).append(what)
    return told


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_talk_in_another_shape(shape: str, tmp_path: Path) -> None:
    """Packet for packet, and nothing odd."""
    writer, change, pack = SHAPES[shape]
    har = json.loads(HAR.read_bytes())
    har["log"]["creator"] = {"name": writer, "version": "1"}
    for entry in har["log"]["entries"]:
        change(entry)
    found = log(saved(tmp_path, pack(json.dumps(har).encode())))
    assert _said(found) == _said(log(str(HAR)))
    assert [row.issue for row in found if row.issue] == []
    assert [row.time for row in found] == sorted(row.time for row in found)

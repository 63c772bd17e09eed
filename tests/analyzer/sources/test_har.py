"""HAR files."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.issues import CaptureError, Issue
from tests.anything import JSON
from tests.hars import (
    EPOCH,
    SECOND,
    URL,
    account,
    at,
    document,
    entry,
    log,
    message,
    read_or_refused,
    rows,
    said,
    saved,
    socket,
    talk,
)

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


def test_a_whole_session(tmp_path: Path) -> None:
    """Polling, upgrade, WebSocket; a binary event with its attachment."""
    assert said(rows(tmp_path, talk())) == [
        ("s2c", "polling", "open", None, '{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,'
         '"maxPayload":1000000}', None, None),
        ("c2s", "polling", "CONNECT", None, None, None, None),
        ("s2c", "polling", "CONNECT", None, '{"sid":"x"}', None, None),
        ("s2c", "polling", "noop", None, None, None, None),
        ("c2s", "websocket", "ping", None, "probe", None, None),
        ("s2c", "websocket", "pong", None, "probe", None, None),
        ("c2s", "websocket", "upgrade", None, None, None, None),
        ("s2c", "websocket", "EVENT", "news", "[1]", None, None),
        ("c2s", "websocket", "BINARY_EVENT", "file", '[{"_placeholder":true,"num":0}]', [b"\1\2\3"], None),
    ]  # fmt: skip


@given(st.randoms(use_true_random=False))
@quick
def test_the_order_of_entries_does_not_matter(tmp_path: Path, chance: random.Random) -> None:
    """Any order gives the same log, also where times are equal."""
    entries = [*talk(), entry(f"{URL}&sid=S", at(21), got='42["a"]'), entry(f"{URL}&sid=S", at(21), got='42["b"]')]
    expected = rows(tmp_path, entries)
    chance.shuffle(entries)
    assert rows(tmp_path, entries) == expected


@given(JSON, st.sampled_from(["entries", "entry", "log", "file"]))
@quick
def test_anything_may_stand_anywhere(tmp_path: Path, value: Any, where: str) -> None:
    """Types may be wrong everywhere: a log, or one line that says what is wrong."""
    made = {"entries": {"log": {"entries": value}}, "entry": {"log": {"entries": [value]}}, "log": {"log": value}}
    data = json.dumps(made.get(where, value), default=str).encode() if where != "file" else repr(value).encode()
    assert read_or_refused(saved(tmp_path, data))


@given(JSON, st.data())
@quick
def test_any_member_of_an_entry_may_be_anything(tmp_path: Path, value: Any, data: st.DataObject) -> None:
    """Also of a talk that is otherwise in order."""
    entries = json.loads(json.dumps(talk()))
    target: Any = data.draw(st.sampled_from(entries))
    while True:
        name = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        inner = target[name]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        target = inner
    target[name] = json.loads(json.dumps(value, default=str))
    assert rows(tmp_path, entries)[-1].type == "summary"


def test_packed_and_marked(tmp_path: Path) -> None:
    """gzip, a byte order mark, other orders of members."""
    expected = [row._replace(source=None) for row in rows(tmp_path, talk())]
    plain = document(talk())
    turned = json.dumps({"comment": "x", "log": dict(reversed(json.loads(plain)["log"].items()))}).encode()
    for data in (
        gzip.compress(plain),
        b"\xef\xbb\xbf" + plain,
        b" \n" + json.dumps(json.loads(plain), indent=2).encode(),
        turned,
    ):
        found = [row._replace(source=None) for row in log(saved(tmp_path, data))]
        assert [r for r in found if r.layer != "capture"] == [r for r in expected if r.layer != "capture"]


def test_where_it_was(tmp_path: Path) -> None:
    """The server's address also where only another entry has it; connections by their ids, or one an entry."""
    entries = talk()
    for made, number in zip(entries, (7, 7, 8, None, None, 7), strict=True):
        made |= {"connection": "3000"} | ({"_connectionId": str(number)} if number else {})
    found = [row for row in rows(tmp_path, entries) if row.layer in ("http", "websocket")]
    assert {row.server for row in found} == {"127.0.0.1:3000"}
    assert {row.client for row in found} == {None}
    assert [row.stream for row in found] == [0, 0, 1, 0, 3]
    assert {row.frame for row in found} == {None}
    firefox = [made | {"connection": "3000"} for made in talk()]
    for made in firefox:
        made.pop("_connectionId", None)
    assert [row.stream for row in rows(tmp_path, firefox) if row.layer == "http"] == [0, 1, 2, 5]


def test_a_server_by_name_only(tmp_path: Path) -> None:
    """As the address of the request has it."""
    made = entry("https://example.org/socket.io/?EIO=4&transport=polling&sid=S", got="6")
    del made["serverIPAddress"]
    assert rows(tmp_path, [made])[0].server == "example.org:443"
    assert rows(tmp_path, [made | {"serverIPAddress": "::1", "_serverPort": 8443}])[0].server == "[::1]:8443"


def test_entries_without_a_time(tmp_path: Path) -> None:
    """They go with the one before them, in the file's order; a WebSocket has its first message's."""
    sid = f"{URL}&sid=S"
    entries = [entry(got="0{}"), entry(sid, got='42["b"]'), entry(sid, got='42["a"]'), socket(message("send", 5, "2"))]
    for made in entries[1:]:
        del made["startedDateTime"]
    found = rows(tmp_path, entries)
    assert [r.event for r in found if r.event] == ["b", "a"]
    assert [r.time for r in found if r.type == "ping"] == [EPOCH + 5 * SECOND]
    odd = [(r.issue, r.detail) for r in found if r.layer == "capture" and r.issue]
    assert odd == [(Issue.CAPTURE_DAMAGED, "2 entries do not say when: they go with the one before")]


def test_oddities_of_a_file(tmp_path: Path) -> None:
    """Each kind is counted."""
    bad = socket(
        message("send", 2, "2"), message("send", 1, "3"), message("send", 1, "x", 9), {"type": "send", "data": "4"}
    )
    found = account(tmp_path, document([bad, {}, None, {"request": {"url": "http://["}}]))
    assert [detail for _, detail in found.oddities] == [
        "3 entries do not say what was asked for",
        "1 messages do not say when: they go with the one before",
        "1 records of WebSockets are neither text nor binary",
        "1 messages carry an earlier time than others before",
    ]
    assert found.writer == "WebInspector 1"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'{"log": {"version": "1.2"}}', r"is no HAR \(it has no entries\); give one that"),
        (b'{"log": {"version": "1.2", "entries": {}}}', r"is no HAR"),
        (b'{"log": {"version": "1.2", "entries": [' + b"[" * 100_000, "is nested too deeply"),
        (document(talk())[:-500], "ends early"),
        (document(talk()).replace(b'"method"', b"method", 1), "is damaged at character"),
        (gzip.compress(document(talk() * 50))[:-99], "the gzip data end early"),
    ],
)
def test_a_damaged_har_is_one_line(data: bytes, what: str, tmp_path: Path) -> None:
    """What, where, and what to do; nothing of it is told."""
    path = saved(tmp_path, data)
    with pytest.raises(CaptureError, match=what) as caught:
        log(path)
    assert str(caught.value).startswith(path)
    assert "\n" not in str(caught.value)


def test_a_whole_har_in_a_cut_file_is_read(tmp_path: Path) -> None:
    """Where only the end of the compressed data is missing."""
    found = account(tmp_path, gzip.compress(document(talk()))[:-4])
    assert (len(found.seen), found.oddities) == (6, [(Issue.CAPTURE_CUT, "the gzip data end early")])


def test_only_what_is_wanted_is_kept(tmp_path: Path) -> None:
    """A picture's bytes are not."""
    picture = entry("http://h/x.png", got="x" * 100_000)
    found = account(tmp_path, document([picture] * 20 + talk()))
    assert len(found.seen) == 26
    assert found.kept < 20_000

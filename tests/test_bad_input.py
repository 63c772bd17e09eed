"""What the protocol does not allow, through a real mitmproxy: traffic as without sioscope, the log says what is odd."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from tests import wired
from tests.flowfiles import mitmproxy

OPEN = '0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'
RULES = '[[rule]]\ndo = "drop"\nmatch = "~e ^never$"\n[[rule]]\ndo = "limit"\nbytes = 1_000_000_000\n'
MEGA = 1 << 20


class Heard(NamedTuple):
    """All bytes that arrived at either side, and the log."""

    server: bytes
    client: bytes
    log: list[dict[str, Any]]

    def issues(self) -> set[str]:
        """Codes in the log."""
        return {row["issue"] for row in self.log if row["issue"] is not None}


@pytest.fixture(autouse=True)
def unmasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames are masked the same way each time, so that bytes can be compared."""
    mitmproxy()
    from wsproto import frame_protocol

    monkeypatch.setattr(frame_protocol, "os", SimpleNamespace(urandom=lambda count: b"\1\2\3\4"[:count]))


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """A frame of a client, legal or not; its mask is all zeros."""
    size = len(payload)
    short = size if size < 126 else 126 if size < 1 << 16 else 127
    extended = b"" if size < 126 else size.to_bytes(2 if size < 1 << 16 else 8, "big")
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | short]) + extended
    return head + (b"\0\0\0\0" if masked else b"") + payload


def text(*messages: str) -> bytes:
    """Messages of text."""
    return b"".join(frame(1, message.encode()) for message in messages)


BYE = frame(8, (1000).to_bytes(2, "big"))


async def _talk(client: bytes, server: bytes, deflate: bool, settings: dict[str, Any] | None) -> tuple[bytes, bytes]:
    heard, done = bytearray(), asyncio.Event()

    async def serve(end: wired.End) -> None:
        await wired.accept(end, deflate)
        end.send(server)
        heard.extend(await end.drained())
        done.set()

    async with wired.proxied(serve, settings) as proxy:
        end = await proxy.websocket(deflate=deflate)
        came = await asyncio.wait_for(end.reader.read(65536), wired.WAIT)  # else what a close overtakes were chance
        end.send(client)
        came += await end.drained()
        await asyncio.wait_for(done.wait(), wired.WAIT)
        return bytes(heard), came


def both(folder: Path, client: bytes, server: bytes = b"", *, deflate: bool = False, rules: bool = True) -> Heard:
    """A WebSocket without sioscope, and with it: no byte may be another one. Also with rules that meet nothing."""
    (folder / "rules.toml").write_text(RULES)
    said = frame(1, OPEN.encode(), masked=False) + server
    bare = asyncio.run(_talk(client, said, deflate, None))
    log = folder / "log.jsonl"
    assert asyncio.run(_talk(client, said, deflate, {"sioscope_out": str(log)})) == bare
    if rules:
        assert asyncio.run(_talk(client, said, deflate, {"sioscope_rules": str(folder / "rules.toml")})) == bare
    return Heard(*bare, [json.loads(line) for line in log.read_text().splitlines()])


JOINED = text("40")
MESSAGES = {
    "unknown types": (text("7", "9x", "a", "", "4", "48", '49["a"]'), {"eio_bad_packet", "sio_bad_packet"}),
    "bad JSON": (text("42{", '42["a"', '42["a"]x', '42[1,', '44{', "42" + "[" * 5000), {"sio_bad_json"}),
    "stray binary": (frame(2) + frame(2, b"\0\1\2"), {"sio_attachment_surplus"}),
    "a missing attachment": (text('451-["a",{"_placeholder":true,"num":0}]', '42["b"]'), {
        "sio_attachment_missing", "sio_after_error",
    }),
    "attachment counts": (text('45["a"]', '451["a"]', '4599999999999-["a"]'), {
        "sio_bad_attachments", "sio_attachment_missing",
    }),
    "a wrong placeholder": (text('451-["a",{"_placeholder":true,"num":7}]') + frame(2, b"\1"), {"sio_bad_attachments"}),
    "an ack id": (text('42' + "9" * 400 + '["a"]'), {"sio_bad_ack_id"}),
    "no base64": (text("b!!", "bA\x1e"), {"sio_attachment_surplus"}),
    "lone surrogates": (text('42["a","\\ud800"]', '42["\\udfff"]'), set()),
    "many namespaces": (b"".join(text(f"40/n{i},", f'42/n{i},["a"]') for i in range(1000)), set()),
    "long names": (text('42/' + "n" * 100_000 + ',["' + "e" * 100_000 + '"]'), set()),
    "controls": (text('42["\x1b[31m\\u0000","\x07\x9b"]', "40/\x1b]0;x\x07,"), {"sio_bad_json"}),
    "fragments": (frame(1, b"4", fin=False) + frame(0, fin=False) * 500 + frame(9, b"p") + frame(0, b'2["a"]'), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name: str, tmp_path: Path) -> None:
    """Pass, and are rows."""
    said, issues = MESSAGES[name]
    found = both(tmp_path, JOINED + said + BYE)
    assert found.issues() == issues
    assert found.server.endswith(BYE[:2] + b"\1\2\3\4\2\xea")  # masked


ILLEGAL = {
    "a reserved opcode": (frame(3, b"x"), "ws_bad_frame"),
    "a reserved control opcode": (frame(11, b"x"), "ws_bad_frame"),
    "reserved bits": (frame(1, b"2", rsv=2), "ws_bad_frame"),
    "compressed, which was not agreed": (frame(1, b"2", rsv=4), "ws_bad_frame"),
    "a long ping": (frame(9, b"x" * 126), "ws_bad_frame"),
    "a ping in pieces": (frame(9, b"x", fin=False), "ws_bad_frame"),
    "no mask": (frame(1, b"2", masked=False), "ws_bad_frame"),
    "a continuation of nothing": (frame(0, b"2"), "ws_bad_frame"),
    "a message within a message": (frame(1, b"4", fin=False) + frame(1, b"2"), "ws_bad_frame"),
    "no UTF-8": (frame(1, b'42["\xff"]'), "ws_bad_text"),
    "a raw surrogate": (frame(1, b'42["\xed\xa0\x80"]'), "ws_bad_text"),
    "a close of one byte": (frame(8, b"\3"), "ws_bad_frame"),
    "a close code that may not be sent": (frame(8, (1005).to_bytes(2, "big")), "ws_bad_frame"),
}  # fmt: skip


@pytest.mark.parametrize("name", ILLEGAL)
def test_illegal_frames(name: str, tmp_path: Path) -> None:
    """mitmproxy closes the WebSocket, and the log says why."""
    said, issue = ILLEGAL[name]
    found = both(tmp_path, JOINED + said + text("2"))
    (close,) = [row for row in found.log if row["type"] == "close"]
    assert (close["issue"], close["direction"]) == (issue, "c2s")
    assert close["status"] in (1002, 1007)


def test_servers_too(tmp_path: Path) -> None:
    """May say what is not allowed, at last in a frame that is not."""
    said = [frame(1, text.encode(), masked=False) for text in ("9x", "42{", "bb")]
    found = both(tmp_path, b"", b"".join([*said, frame(2, b"\1", masked=False), frame(5, masked=False)]))
    (close,) = [row for row in found.log if row["type"] == "close"]
    assert (close["issue"], close["direction"], close["status"]) == ("ws_bad_frame", "s2c", 1002)
    assert found.issues() == {"ws_bad_frame", "eio_bad_packet"}


def deflated(data: bytes) -> bytes:
    """The payload of a compressed message (RFC 7692 section 7.2.1)."""
    packer = zlib.compressobj(9, wbits=-15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def test_what_cannot_be_decompressed(tmp_path: Path) -> None:
    """Ends the WebSocket; what was compressed well before that passes."""
    said = frame(1, deflated(b'42["a"]'), rsv=4) + frame(1, b"\xff\xff\xff", rsv=4)
    found = both(tmp_path, frame(1, deflated(b"40"), rsv=4) + said, deflate=True)
    assert [row["type"] for row in found.log if row["direction"] == "c2s"] == ["open", "CONNECT", "EVENT", "close"]
    assert found.issues() == {"ws_bad_deflate"}


def test_a_bomb_and_a_large_message(tmp_path: Path) -> None:
    """Both pass whole; no more than the limit is kept of them."""
    bomb = frame(1, deflated(b"4" + b"\0" * (65 * MEGA)), rsv=4)
    parts = [frame(2 if not i else 0, b"x" * MEGA, fin=i == 99) for i in range(100)]
    found = both(tmp_path, b"".join([bomb, *parts, BYE]), deflate=True, rules=False)
    limited = [row["detail"].split(" ")[0] for row in found.log if row["issue"] == "ws_message_limit"]
    assert limited == [str(1 + 65 * MEGA), str(100 * MEGA)]


class Poll(NamedTuple):
    """A request and what answers it, as bytes."""

    request: bytes
    response: bytes


def posted(body: bytes, query: str = "EIO=4&transport=polling&sid=S", fields: str = "") -> Poll:
    """A POST that is taken as if nothing was wrong with it."""
    head = f"POST /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    return Poll(head.encode() + body, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def polled(body: bytes, query: str = "EIO=4&transport=polling&sid=S", fields: str = "") -> Poll:
    """The answer to a poll."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    return Poll(f"GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), head.encode() + body)


OLD = "EIO=3&transport=polling&sid=S"
GZIP = "Content-Encoding: gzip\r\n"
OCTETS, FORM = "Content-Type: application/octet-stream\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"
BOMB = gzip.compress(b"4" * (65 * MEGA), 9)
BODIES = {
    "nothing": (posted(b""), {"eio_bad_packet"}),
    "separators": (posted(b"\x1e\x1e4a\x1e"), {"eio_bad_packet", "eio_after_error"}),
    "an unknown type": (polled(b"4a\x1e7x\x1e4c"), {"eio_bad_packet", "eio_after_error"}),
    "no UTF-8": (posted(b"4\xff\xfe"), {"eio_bad_packet"}),
    "a raw surrogate": (posted(b'42["\xed\xa0\x80"]'), set()),
    "no base64": (polled(b"b!!"), {"sio_attachment_surplus"}),
    "short of its length": (posted(b"6:4hello6:4wor", OLD), {"eio_bad_payload"}),
    "no length": (polled(b"x:4abc", OLD), {"eio_bad_payload"}),
    "a huge length": (posted(b"99999999999999999999:4", OLD), {"eio_bad_payload"}),
    "packed, broken": (polled(b"\x01\x09\x09\x09\xff\x04", OLD, OCTETS), {"eio_bad_payload"}),
    "a form without payload": (posted(b"x=1", OLD + "&j=0", FORM), {"eio_bad_payload"}),
    "no JSONP": (polled(b"alert(1)", OLD + "&j=0"), {"eio_bad_payload"}),
    "no gzip": (polled(b"4a", fields=GZIP), {"http_bad_encoding"}),
    "an unknown encoding": (polled(b"4a", fields="Content-Encoding: x\r\n"), {"http_bad_encoding", "eio_bad_payload"}),
    "gzip cut": (polled(gzip.compress(b"4a")[:-9], fields=GZIP), {"http_bad_encoding", "eio_bad_payload"}),
    "a bomb": (polled(BOMB, fields=GZIP), {"http_body_limit"}),
    "a handshake of another kind": (polled(b"0[]", "EIO=4&transport=polling"), {"eio_bad_handshake"}),
    "a handshake that is a bomb": (polled(BOMB, "EIO=4&transport=polling", GZIP), {"http_body_limit"}),
    "many packets": (posted(b"\x1e".join([b"2"] * 20_000)), set()),
    "a strange query": (posted(b"4a", "EIO=4&transport=polling&sid=%ff%00%1b[31m" + "&t" * 900), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies(name: str, tmp_path: Path) -> None:
    """Pass, and are rows."""
    (request, response), issues = BODIES[name]
    (tmp_path / "rules.toml").write_text(RULES)
    log = tmp_path / "log.jsonl"
    settings = [None, {"sioscope_out": str(log)}, {"sioscope_rules": str(tmp_path / "rules.toml")}]
    bare, recorded, ruled = (asyncio.run(_exchange(request, response, each)) for each in settings)
    assert bare == recorded == ruled
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    found = {row["issue"] for row in rows if row["issue"]}
    assert issues <= found if "bomb" in name else found == issues  # whether a row of 64 MiB finds a place is chance
    assert [row["status"] for row in rows if row["layer"] == "http"] == [200]


async def _exchange(request: bytes, response: bytes, settings: dict[str, Any] | None) -> tuple[bytes, bytes]:
    async def serve(end: wired.End) -> None:
        await end.body(await end.line())
        end.send(response)
        heard.extend(end.heard)

    heard = bytearray()
    async with wired.proxied(serve, settings) as proxy:
        end = await proxy.connect()
        end.send(request)
        await end.body(await end.line())
        end.writer.close()
        return bytes(heard), bytes(end.heard)

"""Rules on polling, through a real mitmproxy."""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgpack
import pytest

from tests import wired
from tests.flowfiles import mitmproxy
from tests.talks import event

THREE = '42["a"]\x1e451-["b",{"_placeholder":true,"num":0}]\x1ebAQID\x1e42["c"]'
ASK, ACK = '427["ask"]', '461-7["yes",{"_placeholder":true,"num":0}]\x1ebAQ=='
ANSWER = 'do="answer"\nmatch="~e ask"\ndata=["yes", { "$binary" = "AQ==" }]'
Steps = Callable[[wired.Wired], Coroutine[Any, Any, None]]


class Server:
    """Gives each poll the next of some bodies (an empty one: the open packet), and keeps what is posted."""

    def __init__(self, *bodies: str) -> None:
        self.bodies, self.posted = list(bodies), []

    async def __call__(self, end: wired.End) -> None:
        """One connection."""
        while head := await end.line():
            said = await end.body(head)
            if head.startswith(b"POST"):
                self.posted.append(said.decode())
            body = "ok" if head.startswith(b"POST") else self.bodies.pop(0)
            end.send(
                f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
            )


def run(folder: Path, rules: str, server: Any, steps: Steps) -> list[dict[str, Any]]:
    """Steps with a proxy under rules; its log."""
    mitmproxy()
    (folder / "rules.toml").write_text("\n".join(f"[[rule]]\n{rule}\n" for rule in rules.split(";;")))

    async def main() -> None:
        settings = {"sioscope_rules": str(folder / "rules.toml"), "sioscope_out": str(folder / "log.jsonl")}
        async with wired.proxied(server, settings) as proxy:
            await steps(proxy)

    asyncio.run(main())
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def acts(log: list[dict[str, Any]]) -> list[str]:
    """What rules did."""
    return [str(row["detail"]).removeprefix("rule 'rule 1': ") for row in log if row["type"] == "act"]


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ('do="reorder"\nmatch="~e b"', THREE, '42["a"]\x1e42["c"]\x1e451-["b",{"_placeholder":true,"num":0}]\x1ebAQID'),
        ('do="throttle"\nbytes_per_second=2000', THREE, THREE),
        ('do="delay"\nseconds=0.05', THREE, THREE),
        ('do="drop"\nmatch="~e b"', THREE, '42["a"]\x1e42["c"]'),
    ],
)
def test_bodies(rule: str, body: str, expected: str, tmp_path: Path) -> None:
    """Of both directions."""
    server = Server(body)

    async def steps(proxy: wired.Wired) -> None:
        assert await proxy.post(body.encode()) == (200, b"ok")
        assert await proxy.poll() == (200, expected.encode())

    log = run(tmp_path, rule, server, steps)
    assert server.posted == [expected]
    assert acts(log)


def test_revision_3(tmp_path: Path) -> None:
    """Lengths are written anew."""
    server = Server()

    async def steps(proxy: wired.Wired) -> None:
        assert await proxy.post(b'7:42["a"]7:42["b"]', "EIO=3&transport=polling&sid=S") == (200, b"ok")

    run(tmp_path, 'do="reorder"\nmatch="~e a"', server, steps)
    assert server.posted == ['7:42["b"]7:42["a"]']


def test_too_large_a_request(tmp_path: Path) -> None:
    """Is refused, and the session lives on; an answer may be as large as it likes."""
    server = Server("4" + "x" * 100)

    async def steps(proxy: wired.Wired) -> None:
        assert await proxy.post(b"4" + b"x" * 100) == (413, b"")
        assert await proxy.post(b"42") == (200, b"ok")
        assert (await proxy.poll())[0] == 200

    log = run(tmp_path, 'do="limit"\nbytes=100', server, steps)
    assert server.posted == ["42"]
    assert [row["status"] for row in log if row["layer"] == "http"] == [413, 200, 200]
    assert [row["issue"] for row in log if row["layer"] == "engine.io"][:1] == ["http_refused"]


def test_the_client_is_answered(tmp_path: Path) -> None:
    """With the next answer to a poll; the server gets the rest."""
    server = Server("2")

    async def steps(proxy: wired.Wired) -> None:
        await proxy.post(f"{ASK}\x1e3".encode())
        assert await proxy.poll() == (200, f"2\x1e{ACK}".encode())

    log = run(tmp_path, ANSWER, server, steps)
    assert server.posted == ["3"]
    assert acts(log) == ["answer EVENT ask", "answer EVENT ask, with this packet"]


def test_the_server_is_answered(tmp_path: Path) -> None:
    """With the next POST; the client is left a noop."""
    server = Server(ASK)

    async def steps(proxy: wired.Wired) -> None:
        assert await proxy.poll() == (200, b"6")
        await proxy.post(b"3")

    run(tmp_path, ANSWER, server, steps)
    assert server.posted == [f"3\x1e{ACK}"]


FILE = '451-["file",{"_placeholder":true,"num":0}]'


def test_an_answer_does_not_part_a_packet_from_its_attachments(tmp_path: Path) -> None:
    """It goes before the packet, or behind the last attachment."""
    server = Server(ASK, ASK.replace("7", "8"))

    async def steps(proxy: wired.Wired) -> None:
        await proxy.poll()
        await proxy.post(f"3\x1e{FILE}".encode())
        await proxy.poll()
        await proxy.post(b"3")
        await proxy.post(b"bAQID\x1e3")

    run(tmp_path, ANSWER, server, steps)
    assert server.posted == [f"3\x1e{ACK}\x1e{FILE}", "3", f"bAQID\x1e3\x1e{ACK.replace('7', '8')}"]


@pytest.mark.parametrize("revision", [3, 4])
def test_msgpack_is_answered_in_msgpack(revision: int, tmp_path: Path) -> None:
    """In base64 where the body is text."""
    head = "b4" if revision == 3 else "b"
    packed = head + base64.b64encode(msgpack.packb({"type": 2, "data": ["ask"], "id": 7, "nsp": "/n"})).decode()
    members = {"type": 6 if revision == 3 else 3, "data": ["yes", b"\1"], "id": 7, "nsp": "/n"}
    made = head + base64.b64encode(msgpack.packb(members)).decode()
    server = Server("1:2" if revision == 3 else "2")
    query = f"EIO={revision}&transport=polling&sid=S"

    async def steps(proxy: wired.Wired) -> None:
        await proxy.post((f"{len(packed)}:{packed}" if revision == 3 else packed).encode(), query)
        expected = f"1:2{len(made)}:{made}" if revision == 3 else f"2\x1e{made}"
        assert await proxy.poll(query) == (200, expected.encode())

    run(tmp_path, ANSWER, server, steps)
    assert server.posted == ["1:6" if revision == 3 else "6"]


def test_an_answer_that_goes_on(tmp_path: Path) -> None:
    """The peer's own ack is taken out."""
    server = Server('437["late"]', '437["another"]')

    async def steps(proxy: wired.Wired) -> None:
        await proxy.post(ASK.encode())
        assert await proxy.poll() == (200, b'6\x1e437["yes"]')
        assert await proxy.poll() == (200, b'437["another"]')

    run(tmp_path, 'do="answer"\ndata="yes"\nforward=true\ncount=1', server, steps)
    assert server.posted == [ASK]


async def upgrading(end: wired.End, polled: str, heard: list[wired.Said]) -> None:
    """A server's connection: polls get that body, and what is said on a WebSocket is heard."""
    while b"websocket" not in (head := await end.line()):
        await end.body(head)
        body = "ok" if head.startswith(b"POST") else polled
        end.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    end.send(f"{upgrade}Sec-WebSocket-Accept: {wired.ACCEPT}\r\n\r\n".encode())
    end.upgraded(client=False)
    heard.extend(await end.rest())


def test_an_answer_follows_the_session_to_its_websocket(tmp_path: Path) -> None:
    """Where no poll took it."""
    heard: list[wired.Said] = []

    async def serve(end: wired.End) -> None:
        await upgrading(end, "", heard)

    async def steps(proxy: wired.Wired) -> None:
        await proxy.post(ASK.encode())
        end = await proxy.websocket("EIO=4&transport=websocket&sid=S")
        end.say("2probe", "5")
        assert await end.next(2) == [ACK.partition("\x1e")[0], b"\1"]

    run(tmp_path, ANSWER, serve, steps)


def test_an_answer_at_the_upgrade_does_not_part_a_packet_from_its_attachments(tmp_path: Path) -> None:
    """The packet was posted, its attachments come over WebSocket."""
    heard: list[wired.Said] = []

    async def serve(end: wired.End) -> None:
        await upgrading(end, ASK, heard)

    async def steps(proxy: wired.Wired) -> None:
        await proxy.post(FILE.encode())
        await proxy.poll()
        end = await proxy.websocket("EIO=4&transport=websocket&sid=S")
        end.say("2probe", "5", b"\1\2", event("last"))
        end.close()
        await end.rest()

    run(tmp_path, ANSWER, serve, steps)
    text, attachment = ACK.partition("\x1e")[0], b"\1"
    assert heard[:3] == ["2probe", "5", b"\1\2"]
    assert [heard.index(text) + 1, heard.count(attachment)] == [heard.index(attachment), 1]


def test_a_poll_is_cut(tmp_path: Path) -> None:
    """There is no answer."""

    async def steps(proxy: wired.Wired) -> None:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await proxy.poll()

    log = run(tmp_path, 'do="cut"', Server("2"), steps)
    assert acts(log) == ["cut ping"]


def test_a_session_is_known_from_its_handshake_on(tmp_path: Path) -> None:
    """What comes with the open packet belongs to it."""
    opened = '0{"sid":"S"}\x1e42["a"]'

    async def steps(proxy: wired.Wired) -> None:
        assert await proxy.poll("EIO=4&transport=polling") == (200, b'0{"sid":"S"}')

    run(tmp_path, 'do="drop"\nmatch="~s S & ~e a"', Server(opened), steps)

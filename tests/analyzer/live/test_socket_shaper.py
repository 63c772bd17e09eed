"""Rules on WebSockets that a real mitmproxy relays: in what order what arrives, and who answers."""

import asyncio
from pathlib import Path

import msgpack
import pytest

from tests import wired
from tests.flowfiles import mitmproxy
from tests.talks import CLOSED, FILE, LETTERS, OPEN, event, saying, talk


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('do="drop"\nmatch="~e [bd]"', "acef"),
        ('do="duplicate"\nmatch="~e b"', "abbcdef"),
        ('do="reorder"\nmatch="~e b"', "acbdef"),
        ('do="reorder"\nmatch="~e b"\nby=3', "acdebf"),
        ('do="reorder"\nmatch="~e f"', "abcdef"),
        ('do="reorder"\nmatch="~e [ab]"', "cabdef"),
        ('do="delay"\nseconds=30\nmatch="~e b"', "acdefb"),
        ('do="delay"\nseconds=30\nkeep_order=true\nmatch="~e b"', "abcdef"),
        ('do="delay"\nseconds=30\njitter=30\nmatch="~e [bde]"', "acfbde"),
        ('do="throttle"\nbytes_per_second=1', "abcdef"),
        (
            'do="throttle"\nbytes_per_second=1\nmatch="~e c";;do="drop"\nmatch="~e d";;do="duplicate"\nmatch="~e e"',
            "abceef",
        ),
    ],
)
def test_what_is_said_arrives_before_the_close(rule: str, expected: str, tmp_path: Path) -> None:
    """In the order that the rules make; nothing that is held back is lost."""
    found = talk(tmp_path, rule, saying(*LETTERS))
    assert found.server == [*(event(name) for name in expected), CLOSED]
    assert found.acts()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('do="delay"\nseconds=0.1\nmatch="~e b"', "acdefb"),
        ('do="delay"\nseconds=0.1\nkeep_order=true\nmatch="~e b"', "abcdef"),
        ('do="delay"\nseconds=0.05\njitter=0.1\nmatch="~e [a-f]"', "abcdef"),
        ('do="reorder"\nseconds=0.1\nmatch="~e f"', "abcdef"),
        ('do="throttle"\nbytes_per_second=1000', "abcdef"),
    ],
)
def test_what_is_held_back_comes_in_time(rule: str, expected: str, tmp_path: Path) -> None:
    """The other side ends it once all of it is there."""

    async def client(end: wired.End) -> None:
        end.say(*LETTERS, together=True)
        while len(found) < len(expected):
            await asyncio.sleep(0.01)
        end.close()

    found: list[wired.Said] = []
    mitmproxy()

    async def serve(end: wired.End) -> None:
        await wired.accept(end)
        async for said in end.said():
            found.append(said)  # noqa: PERF401  (others look at it meanwhile)

    async def main() -> None:
        (tmp_path / "rules.toml").write_text(f"[[rule]]\n{rule}\n")
        async with wired.proxied(serve, {"sioscope_rules": str(tmp_path / "rules.toml")}) as proxy:
            await asyncio.wait_for(client(await proxy.websocket()), wired.WAIT)

    asyncio.run(main())
    assert [said for said in found if said != CLOSED] == [event(name) for name in expected]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('do="reorder"\nmatch="~e file"', [LETTERS[0], *FILE, LETTERS[1]]),
        ('do="duplicate"\nmatch="~e file"', [*FILE, *FILE, *LETTERS[:2]]),
        ('do="throttle"\nbytes_per_second=1\nmatch="~e file"', [*FILE, *LETTERS[:2]]),
        ('do="reorder"\nmatch="~e a"', [*FILE, LETTERS[1], LETTERS[0]]),
        ('do="drop"\nmatch="~t binary"', [*FILE, *LETTERS[:2]]),
    ],
)
def test_attachments_stay_with_their_packet(rule: str, expected: list[wired.Said], tmp_path: Path) -> None:
    """In whatever is done; they are no packets of their own."""
    found = talk(tmp_path, rule, saying(*FILE, *LETTERS[:2]))
    assert found.server == [*expected, CLOSED]


def test_a_header_whose_attachments_do_not_come(tmp_path: Path) -> None:
    """Is not lost, either."""
    found = talk(tmp_path, 'do="delay"\nseconds=30\nmatch="~e file"', saying(FILE[0], *FILE, FILE[0]))
    assert found.server == [FILE[0], *FILE, FILE[0], CLOSED]


PACKED = msgpack.packb({"type": 2, "data": ["ask", 1], "id": 3, "nsp": "/n"})
ANSWERED = {"type": 3, "data": ["yes", b"\1"], "id": 3, "nsp": "/n"}
ANSWER = 'do="answer"\nmatch="~e ask"\ndata=["yes", { "$binary" = "AQ==" }]'
ACK = ['461-7["yes",{"_placeholder":true,"num":0}]', b"\1"]


@pytest.mark.parametrize(
    ("revision", "asked", "expected"),
    [
        (4, ['427["ask"]'], ACK),
        (3, ['427["ask"]'], [ACK[0], b"\4\1"]),
        (4, ['451-7["ask",{"_placeholder":true,"num":0}]', b"\0"], ACK),
        (4, [PACKED], [msgpack.packb(ANSWERED)]),
        (3, [b"\4" + PACKED], [b"\4" + msgpack.packb(ANSWERED | {"type": 6})]),
    ],
)
def test_the_proxy_answers_the_client(
    revision: int, asked: list[str | bytes], expected: list[wired.Said], tmp_path: Path
) -> None:
    """In the parser and revision of the event, which the server never sees."""
    query = f"EIO={revision}&transport=websocket"
    found = talk(tmp_path, ANSWER, saying(*asked, LETTERS[0], heard=1 + len(expected)), query=query)
    assert found.client == [OPEN, *expected, CLOSED]
    assert found.server == [LETTERS[0], CLOSED]


def test_the_proxy_answers_the_server(tmp_path: Path) -> None:
    """The other way round."""

    async def server(end: wired.End) -> None:
        end.say('427["ask"]', LETTERS[0])

    found = talk(tmp_path, ANSWER, saying('42["go"]', heard=2), server)
    assert found.client == [OPEN, LETTERS[0], CLOSED]
    assert found.server == ['42["go"]', *ACK, CLOSED]


def test_an_answer_that_goes_on(tmp_path: Path) -> None:
    """The peer's own ack does not arrive, another one with that id does."""

    async def client(end: wired.End) -> None:
        end.say('42["go"]', '427["ask"]', together=True)
        await end.until(3)
        end.say('42["go"]')
        await end.until(6)
        end.close()

    async def server(end: wired.End) -> None:
        await asyncio.sleep(0.1)
        end.say(*ACK, '438["other"]')

    rule = 'do="answer"\nmatch="~e ask"\ndata=1\nforward=true\ncount=1'
    found = talk(tmp_path, rule, client, server)
    assert found.client == [OPEN, "437[1]", '438["other"]', *ACK, '438["other"]', CLOSED]
    assert found.server == ['42["go"]', '427["ask"]', '42["go"]', CLOSED]
    assert found.acts() == ["answer EVENT ask", "answer BINARY_ACK, its own ack comes after the proxy's"]


def test_the_second_example_of_the_manual(tmp_path: Path) -> None:
    """What is out of stock is not ordered."""
    text = (Path(__file__).parents[3] / "docs" / "proxy.md").read_text("utf-8")
    rule = text.split("```toml\n[[rule]]\n")[2].partition("```")[0]
    found = talk(tmp_path, rule, saying('421["order",{"sku":7}]', LETTERS[0], heard=2))
    assert found.client == [OPEN, '431[{"ok":false,"reason":"out of stock"}]', CLOSED]
    assert found.server == [LETTERS[0], CLOSED]
    assert [row["detail"] for row in found.log if row["type"] == "act"] == ["rule 'out of stock': answer EVENT order"]


def test_rules_that_come_while_it_is_open(tmp_path: Path) -> None:
    """They hold from the next message on, and what they make up goes right behind it."""
    mitmproxy()
    heard: list[wired.Said] = []
    done = asyncio.Event()

    async def serve(end: wired.End) -> None:
        await wired.accept(end)
        end.say(OPEN)
        heard.extend(await end.rest())
        done.set()

    async def main() -> None:
        async with wired.proxied(serve, {}) as proxy:
            end = await proxy.websocket()
            await end.next(1)
            end.say(event("a"))
            await asyncio.sleep(0.1)
            (tmp_path / "rules.toml").write_text('[[rule]]\ndo="duplicate"\nmatch="~e a"\n')
            proxy.master.options.update(sioscope_rules=str(tmp_path / "rules.toml"))
            end.say(event("a"), event("b"), together=True)
            end.close()
            await asyncio.wait_for(done.wait(), wired.WAIT)

    asyncio.run(main())
    assert heard == [*(event(name) for name in "aaab"), CLOSED]

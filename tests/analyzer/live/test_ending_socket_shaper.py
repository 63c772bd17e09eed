"""Rules on WebSockets that a real mitmproxy relays: how they end, and when rules are due."""

import asyncio
import json
from pathlib import Path

import pytest

from tests import wired
from tests.flowfiles import mitmproxy
from tests.talks import CLOSED, FILE, LETTERS, Steps, Talk, event, saying, talk

UPGRADE = "EIO=4&transport=websocket&sid=S"


@pytest.mark.parametrize(
    ("withhold", "client", "server"),
    [("upgrade", ["3probe", "2"], ["2probe"]), ("probe", [], ["2probe", "5", LETTERS[0]])],
)
def test_an_upgrade_comes_to_nothing(withhold: str, client: list[str], server: list[str], tmp_path: Path) -> None:
    """Nothing comes that way any more, from the packet on that would have brought it about."""

    async def steps(end: wired.End) -> None:
        end.say("2probe")
        await asyncio.sleep(0.1)
        end.say("5", LETTERS[0])
        await asyncio.sleep(0.3)
        end.close()

    found = abandoned(tmp_path, f'do="abandon-upgrade"\nwithhold="{withhold}"', steps)
    assert found.client == [*client, CLOSED]
    assert found.server == [*server, CLOSED]
    assert found.acts() == [f"abandon-upgrade {'upgrade' if withhold == 'upgrade' else 'pong'}"]


def abandoned(folder: Path, rule: str, steps: Steps) -> Talk:
    """A server that answers the probe."""
    mitmproxy()
    (folder / "rules.toml").write_text(f"[[rule]]\n{rule}\n")
    found, done = Talk(), asyncio.Event()

    async def serve(end: wired.End) -> None:
        await wired.accept(end)
        async for said in end.said():
            found.server.append(said)
            if said == "2probe":
                end.say("3probe", "2")
        done.set()

    async def main() -> None:
        settings = {"sioscope_rules": str(folder / "rules.toml"), "sioscope_out": str(folder / "log.jsonl")}
        async with wired.proxied(serve, settings) as proxy:
            end = await proxy.websocket(UPGRADE)
            await steps(end)
            found.client = await end.rest()
            await asyncio.wait_for(done.wait(), wired.WAIT)

    asyncio.run(main())
    found.log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return found


@pytest.mark.parametrize(
    ("rule", "client", "server", "status"),
    [
        ('code=1011\nreason="gone"', (1011, "gone"), (1011, "gone"), 1011),
        ('code=1013\nto="client"', (1013, ""), (1006, None), 1013),
        ('code=4000\nto="server"', (1006, None), (4000, ""), 4000),
        ("", (1006, None), (1006, None), 1006),
    ],
)
def test_a_cut(rule: str, client: wired.Said, server: wired.Said, status: int, tmp_path: Path) -> None:
    """With a close frame or without, to the sides that it is for; what comes behind does not arrive."""
    found = talk(tmp_path, f'do="cut"\nmatch="~e b"\n{rule}', saying(*LETTERS[:3]))
    assert found.client[-1] == client
    assert found.server == [LETTERS[0], server]
    assert [row["status"] for row in found.log if row["type"] == "close"] == [status]


def test_one_side_may_be_reset(tmp_path: Path) -> None:
    """The other one finds its connection closed."""
    found = talk(tmp_path, 'do="cut"\nmatch="~e b"\nto="client"', saying(*LETTERS[:3]))
    assert (found.client[-1], found.server) == ((1006, None), [LETTERS[0], (1006, None)])


@pytest.mark.parametrize(
    "said", [[event("big", "x" * 100)], [FILE[0], b"\0" * 101], [LETTERS[0], event("big", "x" * 100)]]
)
def test_too_large_a_message(said: list[str | bytes], tmp_path: Path) -> None:
    """Or attachment: the WebSocket is closed as servers do it."""
    found = talk(tmp_path, 'do="limit"\nbytes=100', saying(*said))
    assert found.client[-1] == found.server[-1] == (1009, "")
    assert found.server[:-1] == said[:-1]
    (close,) = [row for row in found.log if row["type"] == "close"]
    assert (close["status"], close["direction"]) == (1009, "s2c")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("until_seconds=3600", ""), ("after_seconds=3600", "ab"), ("after_seconds=0.2\nmatch=\"~e b\"", "a"),
        ("until_seconds=0.2\nmatch=\"~e b\"", "ab"), ("after=1", "a"), ("count=1", "b"),
        ("probability=0", "ab"), ("after_seconds=0.2\nper_session=false\nmatch=\"~e b\"", "a"),
    ],
)  # fmt: skip
def test_when_a_rule_is_due(keys: str, expected: str, tmp_path: Path) -> None:
    """By the session's seconds, its packets, and luck."""

    async def client(end: wired.End) -> None:
        end.say(LETTERS[0])
        await asyncio.sleep(0.3)
        end.say(LETTERS[1])
        end.close()

    match = "" if "match" in keys else '\nmatch="~t event"'
    found = talk(tmp_path, f'do="drop"\n{keys}{match}', client)
    assert found.server == [*(event(name) for name in expected), CLOSED]


def test_luck_can_be_repeated(tmp_path: Path) -> None:
    """With a seed."""
    said = [event("n", i) for i in range(40)]
    rule = 'do="drop"\nprobability=0.5\nmatch="~e n"'
    runs = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        runs.append(talk(tmp_path / str(number), rule, saying(*said), sioscope_seed=5).server)
    assert runs[0] == runs[1]
    assert 5 < len(runs[0]) < 36

"""A client and a server on a WebSocket that a real mitmproxy relays under rules."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import wired
from tests.flowfiles import mitmproxy

OPEN = '0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'
Steps = Callable[[wired.End], Coroutine[Any, Any, None]]


@dataclass
class Talk:
    """What both sides heard, and the log."""

    server: list[wired.Said] = field(default_factory=list)
    client: list[wired.Said] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)

    def acts(self) -> list[str]:
        """What the rules did."""
        return [str(row["detail"]).removeprefix("rule 'rule 1': ") for row in self.log if row["type"] == "act"]


def talk(folder: Path, rules: str, client: Steps, server: Steps | None = None, **more: Any) -> Talk:
    """A client and a server that opens the session, hears all, and says what it says once the client has said "go"."""
    mitmproxy()
    (folder / "rules.toml").write_text("\n".join(f"[[rule]]\n{rule}\n" for rule in rules.split(";;")))
    query = more.pop("query", "EIO=4&transport=websocket")
    found = Talk()
    done = asyncio.Event()

    async def serve(end: wired.End) -> None:
        await wired.accept(end)
        if "sid=" not in query:
            end.say(OPEN)
        async for said in end.said():
            found.server.append(said)
            if said == '42["go"]' and server is not None:
                await server(end)
        done.set()

    async def hear(end: wired.End) -> None:
        found.client = await end.rest()

    async def main() -> None:
        settings = {"sioscope_rules": str(folder / "rules.toml"), "sioscope_out": str(folder / "log.jsonl"), **more}
        async with wired.proxied(serve, settings) as proxy:
            end = await proxy.websocket(query)
            heard = asyncio.create_task(hear(end))
            await client(end)
            await asyncio.wait_for(asyncio.gather(heard, done.wait()), wired.WAIT)

    asyncio.run(main())
    found.log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return found


def saying(*messages: str | bytes, wait: float = 0.0, code: int = 1000) -> Steps:
    """Messages in one piece, and after a while the end."""

    async def steps(end: wired.End) -> None:
        end.say(*messages, together=True)
        await asyncio.sleep(wait)
        end.close(code)

    return steps


def event(name: str, *rest: Any) -> str:
    """An event of text."""
    return "42" + json.dumps([name, *rest])


LETTERS = [event(name) for name in "abcdef"]
FILE = ['451-["file",{"_placeholder":true,"num":0}]', b"\1\2"]
CLOSED = (1000, "")

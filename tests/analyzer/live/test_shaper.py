"""The shaping addon in mitmproxy's own test bench."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.flowfiles import mitmproxy

POLL = "/x/?EIO=4&transport=polling&sid=S"
DROP = '[[rule]]\nname="n"\ndo="drop"\nmatch="~e bad"\n'


class Injection:
    """Notes what would be sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, bool]] = []
        self.claimed = 0

    def send(self, flow: Any, item: Any, *, to_client: bool, why: str) -> None:
        """A packet."""
        self.sent.append((item, to_client))

    def claim(self, flow: Any, message: Any) -> None:
        """An injected message."""
        self.claimed += 1


Steps = Callable[[Any, Any], Coroutine[Any, Any, None]]


def run(text: str, folder: Path, steps: Steps) -> tuple[list[str], Injection]:
    """Steps with the addon under rules; what it did, and what it sent."""
    mitmproxy()
    from mitmproxy.test import taddons

    from analyzer.live.shaper import ShaperAddon

    path = folder / "rules.toml"
    path.write_text(text)
    acts: list[str] = []
    injection = Injection()

    async def main() -> None:
        addon = ShaperAddon(injection, lambda act, transport: acts.append(f"{transport}: {act.detail}"))  # type: ignore[arg-type]
        with taddons.context(addon) as bench:
            bench.configure(addon, sioscope_rules=str(path))
            await steps(addon, bench)

    asyncio.run(main())
    return acts, injection


def polled(content: str, method: str = "GET", path: str = POLL) -> Any:
    """The flow of an exchange."""
    flow = mitmproxy().tflow.tflow(resp=method == "GET")
    flow.request.path, flow.request.method = path, method
    (flow.response if method == "GET" else flow.request).text = content
    return flow


def websocket(path: str = "/x/?EIO=4&transport=websocket") -> Any:
    """The flow of a WebSocket."""
    flow = mitmproxy().tflow.twebsocketflow(messages=False)
    flow.request.path = path
    flow.websocket.messages.clear()
    return flow


def said(addon: Any, flow: Any, data: bytes, *, text: bool = True, client: bool = True, injected: bool = False) -> Any:
    """A message passes."""
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.frame_protocol import Opcode

    message = WebSocketMessage(Opcode.TEXT if text else Opcode.BINARY, client, data, injected=injected)
    flow.websocket.messages.append(message)
    addon.websocket_message(flow)
    return message


def test_polling_bodies(tmp_path: Path) -> None:
    """Of either direction; what is no Engine.IO, and what cannot be read, passes as it is."""
    body = '2\x1e42["bad"]'

    async def steps(addon: Any, bench: Any) -> None:
        answer, post, other, broken = polled(body), polled(body, "POST"), polled(body, path="/"), polled("\x1e")
        for flow in (answer, other, broken):
            await addon.response(flow)
        await addon.request(post)
        assert (answer.response.text, post.request.text) == ("2", "2")
        assert (other.response.text, broken.response.text) == (body, "\x1e")

    acts, _ = run(DROP, tmp_path, steps)
    assert acts == ["polling: rule 'n': drop EVENT bad"] * 2


def test_requests(tmp_path: Path) -> None:
    """Are answered in the server's stead."""
    text = '[[rule]]\ndo="poll-error"\nerror="unknown-sid"\ncount=1\n[[rule]]\ndo="refuse-upgrade"\nerror="forbidden"\n'

    async def steps(addon: Any, bench: Any) -> None:
        poll, again, upgrade = (
            polled("", "POST"),
            polled("2", "POST"),
            polled("", "POST", POLL.replace("polling", "websocket")),
        )
        for flow in (poll, again, upgrade):
            await addon.request(flow)
        assert (poll.response.status_code, poll.response.text) == (400, '{"code":1,"message":"Session ID unknown"}')
        assert (again.response, upgrade.response.status_code) == (None, 403)

    acts, _ = run(text, tmp_path, steps)
    assert len(acts) == 2


def test_a_message_and_its_attachments(tmp_path: Path) -> None:
    """Are dropped together, of that direction only."""

    async def steps(addon: Any, bench: Any) -> None:
        flow = websocket()
        dropped = [
            said(addon, flow, b'452-["bad"]').dropped, said(addon, flow, b"\0", text=False, client=False).dropped,
            said(addon, flow, b"3").dropped, said(addon, flow, b"\1", text=False).dropped,
            said(addon, flow, b"\2", text=False).dropped, said(addon, flow, b"\3", text=False).dropped,
        ]  # fmt: skip
        assert dropped == [True, False, False, True, True, False]
        addon.websocket_end(flow)

    assert run(DROP, tmp_path, steps)[0] == ["websocket: rule 'n': drop BINARY_EVENT bad"]


def test_late_and_twice(tmp_path: Path) -> None:
    """The packet with its attachments comes once more, from the proxy."""
    text = '[[rule]]\ndo="delay"\nseconds=0.01\nmatch="~e late"\n[[rule]]\ndo="duplicate"\nmatch="~e twice"\n'

    async def steps(addon: Any, bench: Any) -> None:
        flow = websocket()
        late = said(addon, flow, b'451-["late"]')
        part = said(addon, flow, b"\1", text=False)
        twice = said(addon, flow, b'42["twice"]', client=False)
        assert (late.dropped, part.dropped, twice.dropped) == (True, True, False)
        assert "late" in late.sioscope
        await asyncio.sleep(0.1)
        said(addon, flow, b'42["twice"]', injected=True)

    _, injection = run(text, tmp_path, steps)
    assert sorted(injection.sent, key=lambda each: each[1]) == [
        ('451-["late"]', False),
        (b"\1", False),
        ('42["twice"]', True),
    ]
    assert injection.claimed == 1


def test_values(tmp_path: Path) -> None:
    """Are replaced in the message."""

    async def steps(addon: Any, bench: Any) -> None:
        message = said(addon, websocket(), b'42["bad",1]')
        assert (message.content, message.dropped) == (b'42["good",1]', False)

    run('[[rule]]\ndo="replace"\nmatch="~e bad"\nset={"0"="good"}\n', tmp_path, steps)


def test_sessions_are_told_apart(tmp_path: Path) -> None:
    """By the open packet, where the request does not name them."""

    async def steps(addon: Any, bench: Any) -> None:
        flows = [websocket() for _ in range(2)]
        for name, flow in zip("ab", flows, strict=True):
            flow.id = name
            said(addon, flow, b'0{"sid":"%b"}' % name.encode(), client=False)
        assert [said(addon, flow, b'42["x"]').dropped for flow in flows] == [False, True]

    run('[[rule]]\ndo="drop"\nmatch="~s b & ~t event"\n', tmp_path, steps)


def test_rules_that_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are read again; those that make no sense leave the old ones in force."""

    async def steps(addon: Any, bench: Any) -> None:
        from mitmproxy import exceptions

        from analyzer.live import rules_file

        monkeypatch.setattr(rules_file, "_LOOK", 0.0)
        path, flow = tmp_path / "rules.toml", websocket()
        for number, (text, expected) in enumerate(
            [(DROP, True), ("[[rule]]\n", True), (DROP.replace("bad", "x"), False)], 1
        ):
            path.write_text(text)
            os.utime(path, ns=(number, number))
            assert said(addon, flow, b'42["bad"]').dropped is expected
        path.write_text("rule = 1")
        with pytest.raises(exceptions.OptionsError, match="rules are tables"):
            bench.configure(addon, sioscope_rules=str(path), sioscope_seed=3)

    run(DROP, tmp_path, steps)

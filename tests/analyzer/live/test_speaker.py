"""The commands in mitmproxy's own test bench."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.analyzer.live.test_shaper import POLL, Injection, polled, said, websocket
from tests.flowfiles import mitmproxy


def run(steps: Callable[[Any, Any], None]) -> tuple[Injection, list[tuple[Any, str, str]]]:
    """Steps with the addon; what was injected, and what was put into bodies."""
    mitmproxy()
    from mitmproxy.test import taddons

    from analyzer.live.speaker import SpeakerAddon

    injection, told = Injection(), list[tuple[Any, str, str]]()
    addon = SpeakerAddon(injection, lambda *what: told.append(what), {"M": "msgpack"}.get)  # type: ignore[arg-type]

    async def main() -> None:
        with taddons.context(addon) as bench:
            steps(addon, bench)

    asyncio.run(main())
    return injection, told


def opened(addon: Any) -> Any:
    """A WebSocket with a session."""
    flow = websocket()
    said(addon, flow, b'0{"sid":"W"}', client=False)
    return flow


def test_over_websocket() -> None:
    """At once; over any flow of the session."""

    def steps(addon: Any, bench: Any) -> None:
        flow, poll = opened(addon), polled("2", path=POLL.replace("=S", "=W"))
        addon.emit(flow, "news", '[1, {"$binary": "AQ=="}]')
        addon.ack(poll, 3, '["x"]', "/n")
        addon.disconnect(flow, "/n", "server")
        assert list(addon.sessions()) == ["W websocket example.com:80"]
        addon.websocket_end(flow)
        assert list(addon.sessions()) == []

    injection, _ = run(steps)
    assert injection.sent == [
        ('451-["news",1,{"_placeholder":true,"num":0}]', True), (b"\1", True), ('43/n,3["x"]', False), ("41/n,", False),
    ]  # fmt: skip


def test_over_polling() -> None:
    """With the next body that goes there."""

    def steps(addon: Any, bench: Any) -> None:
        first = polled('0{"sid":"S"}', path=POLL.replace("&sid=S", ""))
        addon.response(first)
        assert list(addon.sessions()) == ["S polling address:22"]
        addon.emit(polled("2"), "news", '{"$binary": "AQ=="}')
        addon.emit(polled("2"), "say", "1", "/", "server")
        answer, post = polled("2"), polled("3", "POST")
        addon.response(answer)
        addon.request(post)
        assert answer.response.text == '2\x1e451-["news",{"_placeholder":true,"num":0}]\x1ebAQ=='
        assert post.request.text == '3\x1e42["say",1]'
        again = polled("2")
        addon.response(again)
        assert again.response.text == "2"

    _, told = run(steps)
    assert [(sid, to) for _, sid, to in told] == [("S", "client"), ("S", "client"), ("S", "server")]


def test_an_upgraded_session_speaks_over_websocket() -> None:
    """From the upgrade packet on."""

    def steps(addon: Any, bench: Any) -> None:
        addon.response(polled("2"))
        flow = websocket(POLL.replace("polling", "websocket"))
        said(addon, flow, b"2probe")
        assert list(addon.sessions()) == ["S polling address:22"]
        said(addon, flow, b"5")
        assert list(addon.sessions()) == ["S websocket example.com:80"]
        addon.emit(polled("2"), "x")

    assert run(steps)[0].sent == [('42["x"]', True)]


def test_mistakes() -> None:
    """Are told as mitmproxy tells them."""

    def steps(addon: Any, bench: Any) -> None:
        from mitmproxy import exceptions

        flow = opened(addon)
        for words, why in [
            ((polled("", path="/"), "e"), "no Engine.IO"),
            ((polled(""), "e"), "is over"),
            ((flow, "e", "["), "no JSON"),
            ((flow, "e", "[]", "x"), "no namespace"),
            ((flow, "e", "[]", "/", "all"), "to client or to server"),
        ]:
            with pytest.raises(exceptions.CommandError, match=why):
                addon.emit(*words)
        refused = polled("x")
        refused.response.status_code = 400
        addon.response(refused)

    run(steps)


def test_mitmproxy_knows_the_commands() -> None:
    """With the types of their words."""

    def steps(addon: Any, bench: Any) -> None:
        commands = bench.master.commands
        commands.collect_commands(addon)
        names = {name for name in commands.commands if name.startswith("sioscope.")}
        assert names == {f"sioscope.{name}" for name in ("emit", "ask", "ack", "disconnect", "sessions", "records")}
        assert commands.call_strings("sioscope.sessions", []) == []

    run(steps)


def test_an_event_that_asks() -> None:
    """Each with an id of its own, far from those that peers use."""

    def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        addon.ask(flow, "news", "[1]")
        addon.ask(flow, "news", "[1]", "/n", "server")

    injection, _ = run(steps)
    assert injection.sent == [('421000000000["news",1]', True), ('42/n,1000000001["news",1]', False)]


def test_in_the_parser_of_the_session() -> None:
    """Where that is msgpack, bytes are said."""

    def steps(addon: Any, bench: Any) -> None:
        flow = websocket()
        said(addon, flow, b'0{"sid":"M"}', client=False)
        addon.emit(flow, "news")

    injection, _ = run(steps)
    ((item, to_client),) = injection.sent
    assert (item[:1], to_client) == (b"\x83", True)


HEAD = '451-["file",{"_placeholder":true,"num":0}]'


def test_attachments_stay_with_their_packet() -> None:
    """Nothing comes between them, in one body or in several, or over WebSocket."""

    def steps(addon: Any, bench: Any) -> None:
        addon.response(polled("2"))
        begun, ping, rest = polled(HEAD), polled("2"), polled("bAQ==\x1e2")
        addon.response(begun)
        addon.emit(begun, "news")
        addon.response(ping)
        addon.response(rest)
        assert [each.response.text for each in (begun, ping, rest)] == [HEAD, "2", 'bAQ==\x1e2\x1e42["news"]']
        whole = polled(f'42["a"]\x1e{HEAD}', "POST")
        addon.emit(whole, "news", "[]", "/", "server")
        addon.request(whole)
        assert whole.request.text == f'42["a"]\x1e42["news"]\x1e{HEAD}'

    run(steps)


def test_attachments_over_websocket() -> None:
    """What is said waits until they are there; the other direction does not matter."""

    def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        said(addon, flow, HEAD.encode(), client=False)
        said(addon, flow, b"2", client=False)
        addon.emit(flow, "late")
        addon.emit(flow, "at once", "[]", "/", "server")
        addon._voices._injection.sent.append("attachment")
        said(addon, flow, b"\1", client=False, text=False)
        addon.emit(flow, "then")

    injection, _ = run(steps)
    expected: list[Any] = [('42["at once"]', False), "attachment", ('42["late"]', True), ('42["then"]', True)]
    assert injection.sent == expected


def test_what_waits_for_a_poll_goes_along_with_the_upgrade() -> None:
    """Over WebSocket, once the session has come there."""

    def steps(addon: Any, bench: Any) -> None:
        addon.response(polled("2"))
        addon.emit(polled("2"), "to the client")
        addon.emit(polled("2"), "to the server", "[]", "/", "server")
        said(addon, websocket(POLL.replace("polling", "websocket")), b"5")

    assert run(steps)[0].sent == [('42["to the client"]', True), ('42["to the server"]', False)]


@pytest.mark.parametrize("end", ["posted", "answered", "refused", "silent"])
def test_sessions_that_polled_and_are_over(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are not listed, and cannot be spoken to."""

    def steps(addon: Any, bench: Any) -> None:
        from mitmproxy import exceptions

        from analyzer.live import speaker

        handshake = '0{"sid":"S","pingInterval":25000,"pingTimeout":20000}'
        addon.response(polled(handshake, path=POLL.replace("&sid=S", "")))
        addon.request(polled("41/n,\x1e41", "POST"))
        assert list(addon.sessions()) == ["S polling address:22"]
        flow = polled("1", "POST") if end == "posted" else polled("6\x1e1")
        if end == "refused":
            flow.response.status_code = 400
        if end == "silent":
            now = speaker.time.monotonic()
            monkeypatch.setattr(speaker.time, "monotonic", lambda: now + 46)
        elif end == "posted":
            addon.request(flow)
        else:
            addon.response(flow)
        assert list(addon.sessions()) == []
        with pytest.raises(exceptions.CommandError, match="is over"):
            addon.emit(flow, "e")

    run(steps)

"""Messages made up by us."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.flowfiles import mitmproxy


def context(monkeypatch: pytest.MonkeyPatch, connections: Any = None) -> list[tuple[Any, ...]]:
    """mitmproxy, as far as it matters; the commands it was given."""
    mitmproxy()
    from analyzer.live import injection

    calls: list[tuple[Any, ...]] = []
    commands = SimpleNamespace(call=lambda *words: calls.append(words))
    server = SimpleNamespace(connections=connections or {})
    master = SimpleNamespace(commands=commands, addons=SimpleNamespace(get=lambda name: server))
    monkeypatch.setattr(injection, "ctx", SimpleNamespace(master=master))
    return calls


def test_what_is_sent_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """By flow, direction and content, once."""
    calls = context(monkeypatch)
    from analyzer.live.injection import Injection

    made, flow = Injection(), SimpleNamespace(id="f")
    made.send(flow, "2é", to_client=True, why="rule")
    made.send(flow, b"\1", to_client=False, why="other")
    assert calls == [
        ("inject.websocket", flow, True, "2é".encode(), True), ("inject.websocket", flow, False, b"\1", False),
    ]  # fmt: skip
    seen = [
        SimpleNamespace(from_client=way, content=data) for way, data in ((True, b"\1"), (False, b"\1"), (True, b"\1"))
    ]
    for message in seen:
        made.claim(flow, message)
    assert [getattr(message, "sioscope", None) for message in seen] == ["other", None, None]

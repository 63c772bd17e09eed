"""The connections beneath."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.flowfiles import mitmproxy


class Writer:
    """One side of a flow; notes what is done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.transport: Any = self

    def get_extra_info(self, name: str) -> None:
        """There is no socket."""

    def __getattr__(self, name: str) -> Any:
        return lambda: self.done.append(name)


class Transports(dict[Any, Any]):
    """By the names of connections."""

    def get(self, connection: Any, default: Any = None) -> Any:
        """Of a connection."""
        return super().get(connection.id, default)


def flow_of(monkeypatch: pytest.MonkeyPatch, **sides: Any) -> Any:
    """A flow whose sides have these writers."""
    mitmproxy()
    from analyzer.live import transports

    found = Transports({name: SimpleNamespace(writer=writer) for name, writer in sides.items()})
    server = SimpleNamespace(connections={"client": SimpleNamespace(transports=found)} if sides else {})
    master = SimpleNamespace(addons=SimpleNamespace(get=lambda name: server))
    monkeypatch.setattr(transports, "ctx", SimpleNamespace(master=master))
    return SimpleNamespace(client_conn=SimpleNamespace(id="client"), server_conn=SimpleNamespace(id="server"))


@pytest.mark.parametrize(("to", "expected"), [("client", (1, 0)), ("server", (0, 1)), ("both", (1, 1))])
def test_a_reset(to: str, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of either side, or both."""
    client, server = Writer(), Writer()
    flow = flow_of(monkeypatch, client=client, server=server)
    from analyzer.live.transports import reset

    assert reset(flow, to)
    assert (client.done, server.done) == tuple(["abort"] * count for count in expected)


def test_a_reset_of_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or is no TCP connection: that is closed."""
    flow = flow_of(monkeypatch)
    from analyzer.live.transports import reset

    assert not reset(flow)
    other = Writer()
    other.transport = None
    assert reset(flow_of(monkeypatch, client=other))
    assert other.done == ["close"]


def test_a_side_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a while, where that can be."""
    server, other = Writer(), Writer()
    other.transport = None
    flow = flow_of(monkeypatch, client=other, server=server)
    from analyzer.live.transports import pause

    for paused in (True, False):
        pause(flow, client=False, paused=paused)
        pause(flow, client=True, paused=paused)
    assert (server.done, other.done) == (["pause_reading", "resume_reading"], [])

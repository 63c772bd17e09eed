"""The connections beneath."""

import asyncio
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

    found = Transports({name: SimpleNamespace(writer=writer, reader=writer) for name, writer in sides.items()})
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
    """For a while."""

    class Reader:
        """Always has something."""

        async def read(self, count: int) -> bytes:
            """So many bytes."""
            return b"x" * count

    async def main() -> None:
        reader = Reader()
        flow = flow_of(monkeypatch, server=reader)
        from analyzer.live.transports import pause

        assert await reader.read(2) == b"xx"
        for _ in range(2):
            pause(flow, client=False, paused=True)
            waiting = asyncio.create_task(reader.read(3))
            await asyncio.sleep(0.01)
            assert not waiting.done()
            pause(flow, client=False, paused=False)
            assert await waiting == b"xxx"

    asyncio.run(main())


def test_what_cannot_be_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection of another kind, or one that is gone."""

    class Stream:
        """Has no room for anything of ours."""

        __slots__ = ()

        async def read(self, count: int) -> bytes:
            """Nothing."""
            return b""

    flow = flow_of(monkeypatch, client=Stream())
    from analyzer.live.transports import pause

    pause(flow, client=True, paused=True)
    pause(flow, client=False, paused=True)
    assert asyncio.run(Stream().read(1)) == b""

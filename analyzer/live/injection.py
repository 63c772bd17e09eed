"""Making mitmproxy send what no peer sent."""

from typing import Any, Final

from mitmproxy import ctx

from analyzer.live.pretty import Item

_MOST: Final = 1000


class Injection:
    """WebSocket messages made up by us. Each comes back to the `websocket_message` hook, where `claim` knows it."""

    def __init__(self) -> None:
        self._expected: list[tuple[str, bool, bytes, str]] = []

    def send(self, flow: Any, item: Item, *, to_client: bool, why: str) -> None:
        """Send a packet on a flow's WebSocket; ``why`` is what the log says of it."""
        data = item.encode("utf-8", "surrogatepass") if isinstance(item, str) else item
        self._expected.append((str(flow.id), not to_client, data, why))
        del self._expected[:-_MOST]
        ctx.master.commands.call("inject.websocket", flow, to_client, data, isinstance(item, str))

    def claim(self, flow: Any, message: Any) -> None:
        """Say of an injected message why it is there, if it is ours."""
        for i, (name, from_client, data, why) in enumerate(self._expected):
            if (name, from_client, data) == (str(flow.id), bool(message.from_client), message.content):
                message.sioscope = why
                del self._expected[i]
                return

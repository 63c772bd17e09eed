"""Making mitmproxy send what no peer sent, and cutting what it carries."""

import contextlib
import socket
import struct
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


def cut(flow: Any) -> bool:
    """Reset the client's TCP connection of a flow; the server's is closed by mitmproxy then. False where it is gone."""
    handler = ctx.master.addons.get("proxyserver").connections.get(flow.client_conn.id)
    transport = handler.transports.get(flow.client_conn) if handler is not None else None
    writer = getattr(transport, "writer", None)
    if writer is None:
        return False
    with contextlib.suppress(OSError, AttributeError):
        plain = writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(AttributeError):
        writer.transport.abort()
        return True
    writer.close()
    return True

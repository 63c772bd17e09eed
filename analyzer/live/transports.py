"""The TCP connections beneath mitmproxy's flows: reset, and kept from being read for a while."""

import contextlib
import socket
import struct
from typing import Any, Final

from mitmproxy import ctx

from analyzer.live.rule_keys import BOTH, CLIENT, SERVER

_SIDES: Final = {CLIENT: (True,), SERVER: (False,), BOTH: (True, False)}


def handler_of(flow: Any) -> Any:
    """What mitmproxy has for a flow's client connection; None where it is gone."""
    server = ctx.master.addons.get("proxyserver")
    return server.connections.get(flow.client_conn.id) if server is not None else None


def reset(flow: Any, to: str = BOTH) -> bool:
    """Reset the TCP connection to a flow's client, to its server, or both. False where there is none any more."""
    writers = [_writer(flow, client) for client in _SIDES[to]]
    for writer in writers:
        if writer is not None:
            _reset(writer)
    return any(writer is not None for writer in writers)


def pause(flow: Any, *, client: bool, paused: bool) -> None:
    """Read no more from a flow's client (or server), so that it comes to a stop as on a slow line; or go on."""
    writer = _writer(flow, client)
    with contextlib.suppress(AttributeError, RuntimeError):  # not every kind of connection can be held up
        if paused:
            writer.transport.pause_reading()
        else:
            writer.transport.resume_reading()


def _reset(writer: Any) -> None:
    with contextlib.suppress(OSError, AttributeError):
        plain = writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(AttributeError):
        writer.transport.abort()
        return
    writer.close()


def _writer(flow: Any, client: bool) -> Any:
    handler = handler_of(flow)
    if handler is None:
        return None
    return getattr(handler.transports.get(flow.client_conn if client else flow.server_conn), "writer", None)

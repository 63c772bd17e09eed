"""Packets that the protocol does not allow, for which the other side closes the session."""

import numpy as np
import pandas as pd

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.leaving import Leaving
from analyzer.tables.view import Bools, View, pick

CODES = (
    Issue.EIO_BAD_PACKET,
    Issue.EIO_BAD_PAYLOAD,
    Issue.EIO_BAD_BASE64,
    Issue.SIO_BAD_PACKET,
    Issue.SIO_BAD_JSON,
    Issue.SIO_BAD_ATTACHMENTS,
    Issue.SIO_BAD_MSGPACK,
    Issue.SIO_ATTACHMENT_MISSING,
    Issue.SIO_ATTACHMENT_SURPLUS,
    Issue.WS_BAD_FRAME,
    Issue.WS_BAD_TEXT,
    Issue.WS_BAD_DEFLATE,
)
"""Issues of a packet that no peer accepts."""


RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
"""Names that no event may have in Socket.IO protocol 5."""


def offences(view: View, leaving: Leaving) -> Bools:
    """The rows of packets that break the protocol.

    Besides those with an issue: a heartbeat in the wrong direction, and in revision 4 a reserved event name, a binary
    packet without attachments, a packet of a client for a namespace that it has not joined, a second CONNECT to one
    that it has, and a client's CONNECT_ERROR.
    """
    bad = view.among("issue", CODES) & (view.among("layer", (Layer.ENGINE, Layer.SOCKET, Layer.WEBSOCKET)))
    modern = pick(view.engines, view.key, 4) >= 4
    ping, pong = view.engine("ping"), view.engine("pong")
    wrong = (modern & ((ping & view.c2s) | (pong & view.s2c))) | (~modern & ((ping & view.s2c) | (pong & view.c2s)))
    return (bad | wrong | (modern & (_reserved(view) | _hollow(view) | _unjoined(view, leaving)))) & (view.key >= 0)


def _reserved(view: View) -> Bools:
    events = view.socketio & ~view.refused & view.among("type", ("EVENT", "BINARY_EVENT"))
    return events & view.among("event", RESERVED)


def _hollow(view: View) -> Bools:
    """Binary packets without attachments."""
    found = view.socketio & ~view.refused & view.among("type", ("BINARY_EVENT", "BINARY_ACK"))
    rows = np.flatnonzero(found)
    found[rows] = [not attachments for attachments in view.values("attachments", rows)]
    return found


def _unjoined(view: View, leaving: Leaving) -> Bools:
    packets = view.socketio & ~view.refused & (view.key >= 0)
    seen = view.first(view.opens) >= 0
    asked = packets & view.c2s & pick(seen, view.key, False)
    connect = view.equal("type", "CONNECT")
    rows = np.flatnonzero(asked | (packets & view.s2c & connect))
    table = pd.DataFrame({"row": rows, "key": view.key[rows], "namespace": view.codes("namespace")[rows]})
    joins = table[(view.s2c & connect)[rows]].groupby(["key", "namespace"])["row"].min().rename("joined")
    joined = table.join(joins, on=["key", "namespace"])["joined"].fillna(view.rows).to_numpy(np.int64) < rows
    again = view.among("type", ("CONNECT", "CONNECT_ERROR"))[rows]
    wrong = np.where(again, joined | view.equal("type", "CONNECT_ERROR")[rows], ~joined) & asked[rows]
    found = np.zeros(view.rows, np.bool_)
    found[rows[wrong]] = True
    return found & ~view.equal("type", "DISCONNECT")

"""Who ended a captured session, and when."""

from collections.abc import Sequence

from analyzer.records import C2S, S2C, Layer, Row, Transport

CLIENT, SERVER = "client", "server"
_SOCKET = Layer.SOCKET.value
_SIDES = {C2S: CLIENT, S2C: SERVER}


def closed_by(rows: Sequence[Row]) -> tuple[str | None, int]:
    """Who closed the session, and the time (ns). None where it was still open at the end of the rows, or where it ended
    for reasons that a replay does not bring about again: silence, or a connection that broke.
    """
    last = rows[-1].time
    apart = [row for row in rows if row.layer != _SOCKET]
    switched = any(row.layer == Layer.ENGINE and row.type == "upgrade" for row in apart)
    for row in apart:
        if row.layer == Layer.WEBSOCKET and row.type == "close":
            return (None if _silent(rows, row) else _SIDES[row.direction or S2C]), row.time
        if row.layer == Layer.ENGINE and row.type == "close" and not (switched and row.direction == S2C):
            return (None if _silent(rows, row) else _SIDES[row.direction or S2C]), row.time
    return _cut(rows) or (None, last)


def _silent(rows: Sequence[Row], end: Row) -> bool:
    """Whether the last heartbeat before the end was left without an answer: then that is why it ended."""
    if end.direction == C2S:
        return False
    beats = [r for r in rows if r.layer == Layer.ENGINE and r.type in ("ping", "pong") and r.data != "probe"]
    beats = [r for r in beats if r.time <= end.time]
    return bool(beats) and beats[-1].type == "ping" and beats[-1].direction == S2C and end.time > beats[-1].time + 10**8


def _cut(rows: Sequence[Row]) -> tuple[str | None, int] | None:
    """The end of the connection that carried the session as a WebSocket, where no close frame was seen."""
    carried = [r for r in rows if r.transport == Transport.WEBSOCKET and r.layer in (Layer.ENGINE, Layer.SOCKET)]
    if not carried:
        return None
    stream, last = carried[-1].stream, carried[-1].time
    for row in rows:
        if row.layer == Layer.TCP and row.stream == stream and row.type in ("fin", "reset") and row.time >= last:
            return _SIDES[row.direction or S2C] if row.type == "fin" else None, row.time
    return None

"""Which protocol a session's messages are: Socket.IO (with which parser) or plain Engine.IO.

A session is Socket.IO when its first message is a CONNECT: the client's in Engine.IO revision 4, the server's in
revision 3
(Socket.IO protocol 5 and 4, "Connection"), which may also begin with the ERROR of a middleware that refuses the client.
Where the capture does not show the start, it is Socket.IO as long as every message is.
"""

from enum import Enum

from analyzer.issues import PacketError
from analyzer.records import C2S, S2C
from analyzer.socketio import json_parser, msgpack_parser
from analyzer.socketio.packet import Packet, decode


class Mode(Enum):
    """What a session's messages are."""

    UNKNOWN = "unknown"
    GUESSED = "guessed"
    SOCKET = "socket.io"
    PLAIN = "plain"


class Dialect:
    """The protocol of one session's messages; ``whole``: the capture shows the session from its open packet."""

    __slots__ = ("convinced", "mode", "parser", "whole")

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.mode = Mode.UNKNOWN
        self.parser = "json"
        self.convinced = False
        """Whether a message could hardly have been anything but Socket.IO."""

    def judge(self, direction: str, engine: int | None, message: str | bytes) -> None:
        """Settle the mode on the session's first message, given without the Engine.IO type."""
        opener = _opener(message, engine)
        if not self.whole:
            self.mode = Mode.GUESSED
            if isinstance(message, bytes) and opener:
                self.parser = "msgpack"
        elif opener == "CONNECT" and (direction == (C2S if engine == 4 else S2C) or _joins(message)):
            self.mode = Mode.SOCKET
            self.parser = "msgpack" if isinstance(message, bytes) else "json"
        elif opener == "CONNECT_ERROR" and direction == S2C and engine != 4 and _tells_why(message):
            self.mode = Mode.SOCKET
        else:
            self.mode = Mode.PLAIN

    def agrees(self, packet: Packet) -> None:
        """A message decoded as Socket.IO."""
        if self.mode is Mode.GUESSED and packet.data is not None and packet.type != "CONNECT_ERROR":
            self.convinced = True

    def disagrees(self) -> bool:
        """A message did not decode as Socket.IO; true where that makes the session plain Engine.IO."""
        if self.mode is Mode.GUESSED and not self.convinced:
            self.mode = Mode.PLAIN
        return self.mode is Mode.PLAIN


def _joins(message: str | bytes) -> bool:
    """Whether a CONNECT names a namespace: clients of 1.x ask for theirs before the server's first CONNECT has come."""
    return isinstance(message, str) and message.startswith("0/")


def _tells_why(message: str | bytes) -> bool:
    """Whether an ERROR has a reason, as those of servers have: ``4"not authorized"``."""
    return isinstance(message, str) and message.startswith(('4"', "4{"))


def _opener(message: str | bytes, engine: int | None) -> str | None:
    """Type of the Socket.IO packet that a session's first message is, null where it is none."""
    try:
        if isinstance(message, bytes):
            return msgpack_parser.decode(message, engine or 4)[0].type if msgpack_parser.looks_like(message) else None
        if message.startswith("{"):
            return json_parser.decode_json_object(message).type
        return decode(message).type
    except PacketError:
        return None

"""Which protocol a session's messages are: Socket.IO (with which parser) or plain Engine.IO.

A session is Socket.IO when its first message is a CONNECT: the client's in Engine.IO revision 4, the server's in
revision 3 (Socket.IO protocol 5 and 4, "Connection"). In revision 3 an event of the server may come before: what a
connect handler of python-socketio 4 emits does; or the ERROR of a middleware that refuses the client. Where the capture
does not show the start, it is Socket.IO as long as every message is.
"""

from enum import Enum

from analyzer.issues import PacketError
from analyzer.records import C2S
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
            if isinstance(message, bytes) and opener is not None:
                self.parser = "msgpack"
        elif opener is not None and (_begins(opener, message, direction, engine) or _joins(message)):
            self.mode = Mode.SOCKET
            self.parser = "msgpack" if isinstance(message, bytes) else "json"
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


def _begins(opener: Packet, message: str | bytes, direction: str, engine: int | None) -> bool:
    """Whether a session may begin with this packet in this direction."""
    if (direction == C2S) != (engine == 4):
        return False
    early = opener.event is not None or (opener.type == "CONNECT_ERROR" and _tells_why(message))
    return opener.type == "CONNECT" or (engine != 4 and early)


def _joins(message: str | bytes) -> bool:
    """Whether a CONNECT names a namespace: clients of 1.x ask for theirs before the server's first CONNECT has come."""
    return isinstance(message, str) and message.startswith("0/")


def _tells_why(message: str | bytes) -> bool:
    """Whether an ERROR has a reason, as those of servers have: ``4"not authorized"``."""
    return isinstance(message, str) and message.startswith(('4"', "4{"))


def _opener(message: str | bytes, engine: int | None) -> Packet | None:
    """The Socket.IO packet that a session's first message is, None where it is none."""
    try:
        if isinstance(message, bytes):
            return msgpack_parser.decode(message, engine or 4)[0] if msgpack_parser.looks_like(message) else None
        return json_parser.decode_json_object(message) if message.startswith("{") else decode(message)
    except PacketError:
        return None

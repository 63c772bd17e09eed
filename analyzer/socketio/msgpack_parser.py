"""Socket.IO packets in msgpack, as socket.io-msgpack-parser writes them: one map in one binary message."""

from analyzer.issues import Issue, PacketError
from analyzer.javascript import LARGEST_INT, quote
from analyzer.limits import DEFAULT, Limits
from analyzer.socketio.msgpack_json import Transcoder, scalar_text
from analyzer.socketio.msgpack_tokens import Head, Token, Undefined, read
from analyzer.socketio.packet import TYPES, Packet
from analyzer.text import elide

_MAPS = frozenset([*range(0x82, 0x90), 0xDE, 0xDF])
_FIRST = {"CONNECT": "{", "EVENT": "[", "ACK": "[", "CONNECT_ERROR": '{"', "BINARY_EVENT": "[", "BINARY_ACK": "["}


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins like a map and holds the keys that every packet has; `decode` may still refuse it."""
    return bool(data) and data[0] in _MAPS and b"\xa4type" in data and b"\xa3nsp" in data


def decode(data: bytes, revision: int = 4, limits: Limits = DEFAULT) -> tuple[Packet, list[bytes]]:
    """The packet of ``data`` and its binary values, depth first, for which placeholders stand in ``Packet.data``.

    ``revision`` is Engine.IO's: only peers of revision 3 send types 5 and 6, for packets with binary values.

    Raises:
        PacketError: ``SIO_BAD_MSGPACK`` where the official parser rejects the packet, and for nesting or text
            out of all proportion; ``SIO_ATTACHMENT_LIMIT`` for more binary values than the limit.
    """
    members = _Members(data, limits)
    kind = _kind(members.scalars.get("type"), revision)
    namespace = members.scalars.get("nsp")
    if not isinstance(namespace, str):
        raise _bad(f"a packet without namespace: {elide(data)}")
    if members.json[:1] not in _FIRST.get(kind, "") or (members.json == "" and kind not in ("CONNECT", "DISCONNECT")):
        raise _bad(f"{kind} does not take this payload: {elide(members.json or 'none')}")
    event, text = members.event() if kind in ("EVENT", "BINARY_EVENT") else (None, members.json or None)
    attachments = members.attachments
    packet = Packet(kind, namespace, event, None, text, len(attachments), parser="msgpack")
    return _with_ack_id(packet, members.scalars.get("id")), attachments


class _Members:
    """The members of a packet's map that count: ``scalars``, and ``data`` as JSON text, empty for ``undefined``."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.scalars: dict[str, Token] = {}
        self.json = ""
        self.attachments: list[bytes] = []
        self._data, self._limits, self._at = data, limits, 0
        head, start = read(data, 0)
        if not isinstance(head, Head) or head.closing != "}":
            raise _bad(f"no msgpack map: {elide(data)}")
        for _ in range(head.size):
            start = self._member(start)
        if start != len(data):
            raise _bad(f"{len(data) - start} bytes behind a msgpack packet")

    def _member(self, start: int) -> int:
        key, at = read(self._data, start)
        token, end = read(self._data, at)
        if key == "data" or isinstance(token, Head):
            transcoder = Transcoder(self._data, self._limits)
            text, end = transcoder.value(at)
            if key == "data":
                self.json, self.attachments, self._at = text or "", transcoder.attachments, at
        if key in ("type", "nsp", "id"):
            self.scalars[str(key)] = token
        return end

    def event(self) -> tuple[str | None, str]:
        """Name and arguments; an array that begins with no name stays whole."""
        _, first = read(self._data, self._at)
        name = read(self._data, first)[0] if self.json != "[]" else None
        if not isinstance(name, str | int | float) or isinstance(name, bool):
            return None, self.json
        shown = quote(name) if isinstance(name, str) else scalar_text(name)
        rest = self.json[1 + len(shown) :]
        return name if isinstance(name, str) else shown, "[" + (rest[1:] if rest != "]" else "]")


def _kind(digit: Token, revision: int) -> str:
    """JavaScript's numbers are floats: 2.0 is a type like 2."""
    last = 6 if revision < 4 else 4
    if isinstance(digit, bool) or not isinstance(digit, int | float) or digit != digit // 1 or not 0 <= digit <= last:
        raise _bad(f"no Socket.IO packet type: {elide(str(digit))}")
    return TYPES[int(digit)]


def _with_ack_id(packet: Packet, ident: Token) -> Packet:
    if ident is None or isinstance(ident, Undefined):
        return packet
    if isinstance(ident, bool) or not isinstance(ident, int | float) or ident != ident // 1:
        raise _bad(f"an acknowledgement id that is no whole number: {elide(str(ident))}")
    if abs(ident) > LARGEST_INT:
        return packet._replace(
            issue=Issue.SIO_BAD_ACK_ID, detail=f"acknowledgement id does not fit: {elide(str(ident))}"
        )
    return packet._replace(ack_id=int(ident))


def _bad(message: str) -> PacketError:
    return PacketError(Issue.SIO_BAD_MSGPACK, message)

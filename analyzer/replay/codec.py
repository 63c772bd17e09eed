"""A session's messages to and from Socket.IO packets, in the parser that the capture shows."""

import json
from typing import Any

from analyzer.issues import Issue, PacketError
from analyzer.replay.jsontext import dump
from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, EVENT, MESSAGE, REFUSAL, Said
from analyzer.socketio import json_parser, msgpack_parser
from analyzer.socketio.attachments import Gathered, Gatherer, restored
from analyzer.socketio.packet import TYPES, Packet, decode, encode, skim
from analyzer.text import elide

KINDS = {"BINARY_EVENT": EVENT, "BINARY_ACK": ACK} | {kind: kind for kind in (EVENT, ACK, CONNECT, DISCONNECT, REFUSAL)}


class Decoder:
    """Messages of the server in their order to what it said; ``parser`` None: plain Engine.IO."""

    def __init__(self, parser: str | None, revision: int) -> None:
        self._parser, self._revision = parser, revision
        self._gatherer = Gatherer()

    def take(self, content: str | bytes, now: float) -> Said | None:
        """What a message completes, None while attachments are missing.

        Raises:
            PacketError: it is no Socket.IO packet, or comes where an attachment should or should not.
        """
        if self._parser is None:
            text = isinstance(content, str)
            return Said(now, MESSAGE, data=content) if text else Said(now, MESSAGE, attachments=(content,))  # type: ignore[arg-type]
        if isinstance(content, bytes):
            return self._binary(content, now)
        if self._gatherer.pending:
            raise PacketError(Issue.SIO_ATTACHMENT_MISSING, f"text where an attachment was due: {elide(content)}")
        found = skim(content, 0)
        if found is not None:
            return Said(now, *found)
        packet = json_parser.decode_json_object(content) if content[:1] == "{" else decode(content)
        if packet.attachments:
            whole = self._gatherer.start(packet)
            return None if whole is None else self._gathered(whole, now)
        return _said(packet, (), now)

    def _binary(self, content: bytes, now: float) -> Said | None:
        if not self._gatherer.pending and self._parser == "msgpack":
            packet, attachments = msgpack_parser.decode(content, self._revision)
            return _said(packet, tuple(attachments), now)
        whole = self._gatherer.add(content)
        return None if whole is None else self._gathered(whole, now)

    @staticmethod
    def _gathered(whole: Gathered, now: float) -> Said:
        return _said(whole.packet, tuple(whole.attachments), now)


def _said(packet: Packet, attachments: tuple[bytes, ...], now: float) -> Said:
    kind = KINDS[packet.type]
    return Said(now, kind, packet.namespace, packet.event, packet.ack_id, packet.data, attachments)


def messages(packet: Said, parser: str | None, revision: int) -> list[str | bytes]:
    """The messages of a packet of the client, attachments behind it."""
    if parser is None:
        return list(packet.attachments) if packet.data is None else [packet.data]
    kind = packet.kind
    if packet.attachments and parser != "msgpack":
        kind = {EVENT: "BINARY_EVENT", ACK: "BINARY_ACK"}.get(kind, kind)
    if parser == "msgpack":
        return [_msgpack(packet, revision)]
    if parser == "object":
        return [_object(packet, kind)]
    count = len(packet.attachments)
    event = packet.event if packet.kind == EVENT else None
    head = encode(Packet(kind, packet.namespace, event, packet.ack_id, packet.data, count))
    return [head, *packet.attachments]


def _object(packet: Said, kind: str) -> str:
    """As socket.io-json-parser writes it; binary values stay what JSON makes of them."""
    members = [f'"type":{TYPES.index(kind)}', f'"nsp":{dump(packet.namespace)}']
    data = packet.data
    if packet.kind == EVENT:
        rest = (data or "[]")[1:]
        data = f"[{dump(packet.event)}{',' if rest != ']' else ''}{rest}"
    if data is not None:
        members.insert(1, f'"data":{data}')
    if packet.ack_id is not None:
        members.append(f'"id":{packet.ack_id}')
    return "{" + ",".join(members) + "}"


def _msgpack(packet: Said, revision: int) -> str | bytes:
    """As socket.io-msgpack-parser writes it: 3.x always msgpack, 2.x (revision 3) JSON for all but events and acks."""
    if revision < 4 and packet.kind not in (EVENT, ACK):
        return _object(packet, packet.kind)
    import msgpack

    number = TYPES.index(packet.kind)
    if revision < 4 and packet.attachments:
        number = TYPES.index("BINARY_EVENT" if packet.kind == EVENT else "BINARY_ACK")
    data = None if packet.data is None else restored(json.loads(packet.data), packet.attachments)
    members: dict[str, Any] = {"type": number}
    if packet.kind == EVENT:
        members["data"] = [packet.event, *(data or [])]
    elif data is not None:
        members["data"] = data
    if packet.ack_id is not None:
        members["id"] = packet.ack_id
    members["nsp"] = packet.namespace
    return bytes(msgpack.packb(members, unicode_errors="surrogatepass"))

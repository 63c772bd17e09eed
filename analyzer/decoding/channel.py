"""One direction of a session: Engine.IO packets in, rows out; gathers attachments, whatever transport brings them."""

from typing import TYPE_CHECKING

from analyzer.decoding.dialect import Mode
from analyzer.decoding.gathering import Gathering
from analyzer.decoding.handshake import sid_of_json
from analyzer.decoding.places import NUMBER_BITS, NUMBER_MASK, Arrival, Link
from analyzer.decoding.scribe import Scribe
from analyzer.engineio import packet as engineio
from analyzer.engineio.entry import Entry
from analyzer.issues import Issue, PacketError
from analyzer.limits import Limits
from analyzer.records import Layer, Row, Transport
from analyzer.socketio import json_parser, msgpack_parser
from analyzer.socketio.packet import Packet, decode, skim
from analyzer.text import elide
from analyzer.wire.websocket import Message

if TYPE_CHECKING:
    from analyzer.decoding.tap import Tap

_make = tuple.__new__
_SOCKET = Layer.SOCKET.value
_WEBSOCKET = Transport.WEBSOCKET.value
_STEADY = Mode.SOCKET
_BEATS = (b"2", b"3")
"""Heartbeats: not quick, but they change nothing for what follows."""


class Channel:
    """Packets of one direction of a tap. Call `text` and `binary` with each packet as its transport framed it."""

    __slots__ = ("_add", "_direction", "_gathering", "_limits", "_scribe", "_sources", "_tap")

    def __init__(self, tap: "Tap", direction: str, scribe: Scribe, limits: Limits) -> None:
        self._tap = tap
        self._direction = direction
        self._scribe = scribe
        self._add = scribe.add
        self._sources = scribe.sources
        self._limits = limits
        self._gathering: Gathering | None = None

    def quick(self, messages: list[Message], link: Link) -> list[Message]:
        """Write the rows of the commonest thing there is, events and acks in WebSocket text messages, a batch at once.

        Gives back the messages that are anything else, and all behind one that could change what follows. What it
        writes is what `text` would; this runs once a message, so columns go by position.
        """
        first, last = messages[0].frame >> NUMBER_BITS, messages[-1].frame >> NUMBER_BITS
        tap, direction = self._tap, self._direction
        if self._gathering is not None or tap.dialect.mode is not _STEADY or tap.legacy or first != last:
            return messages
        source, base, sid, engine = self._sources[first], first << NUMBER_BITS, tap.sid, tap.engine
        stream, client, server = link.stream, link.client, link.server
        rows: list[Row] = []
        left: list[Message] = []
        done = 0
        for time, frame, opcode, payload, wire_size, issue, _ in messages:
            found = None
            if opcode == 1 and issue is None:
                text = str(payload, "utf-8", "replace")
                if text[:1] == "4" and "\ufffd" not in text:
                    found = skim(text, 1)
            if found is None:
                if payload not in _BEATS or (left and left[-1].frame == frame):
                    break
                left.append(messages[done])
            elif left and left[-1].frame == frame:
                break  # rows of one packet keep their order
            else:
                kind, namespace, event, ack_id, data = found
                # fmt: off
                rows.append(_make(Row, (
                    time, source, frame - base or None, stream, client, server, sid, _WEBSOCKET, direction, engine,
                    _SOCKET, kind, namespace, "json", event, ack_id, data, None, None, len(payload), wire_size,
                    None, None, None, None, None, None,
                )))
                # fmt: on
            done += 1
        self._scribe.outbox.extend(rows)
        return left + messages[done:]

    def single(self, message: Message, link: Link) -> bool:
        """Write the row of a WebSocket message where `quick` would; false, and nothing written, where it would not."""
        time, frame, opcode, payload, wire_size, issue, _ = message
        if opcode != 1 or issue is not None:
            return False
        text = str(payload, "utf-8", "replace")
        at = _make(Arrival, (time, frame, link, _WEBSOCKET, len(payload), wire_size, None, None))
        return "\ufffd" not in text and self.common(text, at)

    def common(self, text: str, arrival: Arrival) -> bool:
        """Write the row of a text where it is the commonest thing of a session under way, an event or an ack; false,
        and nothing written, where it is anything else. What it writes is what `text` would.
        """
        tap = self._tap
        if text[:1] != "4" or tap.dialect.mode is not _STEADY or self._gathering is not None or tap.legacy:
            return False
        found = skim(text, 1)
        if found is None:
            return False
        time, frame, link, transport, size, wire_size, issue, detail = arrival
        kind, namespace, event, ack_id, data = found
        # fmt: off
        self._add(_make(Row, (
            time, self._sources[frame >> NUMBER_BITS], frame & NUMBER_MASK or None, link.stream, link.client,
            link.server, tap.sid, transport, self._direction, tap.engine, _SOCKET, kind, namespace, "json", event,
            ack_id, data, None, None, size, wire_size, None, None, None, None, issue, detail,
        )))
        # fmt: on
        return True

    def text(self, text: str, arrival: Arrival) -> bool:
        """A packet that came as text: a type digit and data, or base64; false where it is none."""
        if text[:1] == "4":
            self.message(text[1:], arrival)
            return True
        try:
            packet = engineio.decode_text(text, self._tap.engine or 4)
        except PacketError as error:
            self.undecodable(text, arrival, error)
            return False
        self._packet(packet, arrival)
        return True

    def entry(self, entry: Entry, arrival: Arrival) -> bool:
        """An entry of a polling body; false where official parsers would read no further."""
        if entry.error is not None:
            raw = entry.raw if entry.text is None else entry.text
            self.undecodable(raw if raw is not None else b"", arrival, entry.error)
        elif entry.binary is not None:
            return self.binary(entry.binary, arrival)
        elif entry.text is not None:
            return self.text(entry.text, arrival)
        return False

    def binary(self, data: bytes, arrival: Arrival) -> bool:
        """A packet that came as bytes: a message, in revision 3 behind its type; false where it is none."""
        try:
            packet = engineio.decode_binary(data, self._tap.engine or 4)
        except PacketError as error:
            self.undecodable(data, arrival, error)
            return False
        self._packet(packet, arrival)
        return True

    def _packet(self, packet: engineio.Packet, arrival: Arrival) -> None:
        """A packet other than a text message."""
        data = packet.data
        if packet.issue is not None and arrival.issue is None:
            arrival = arrival._replace(issue=packet.issue, detail=packet.detail)
        if packet.type == "open" and arrival.issue is None and sid_of_json(data) is None:
            detail = f"an open packet that names no session: {elide(data) or 'no data'}"
            arrival = arrival._replace(issue=Issue.EIO_BAD_HANDSHAKE, detail=detail)
        if packet.type == "message" and isinstance(data, bytes):
            self.message_bytes(data, arrival._replace(size=len(data)))
        elif packet.type == "message":
            self.message(str(data), arrival)
        else:
            self._engine(arrival, packet.type, data if isinstance(data, str) else data.decode("utf-8", "replace"))

    def message(self, text: str, arrival: Arrival) -> None:
        """A text message without its Engine.IO type."""
        dialect = self._tap.dialect
        if dialect.mode is Mode.UNKNOWN:
            dialect.judge(self._direction, self._tap.engine, text)
        if dialect.mode is Mode.PLAIN:
            self._engine(arrival, "message", text)
            return
        if text[:2] == "0/" and text[-1:] == ",":
            self._tap.legacy = False  # 1.x puts no comma behind a namespace alone
        if self._gathering is not None:
            self.abort(arrival.time, arrival.frame, "a text message came before the last of them")
            arrival = arrival._replace(issue=Issue.SIO_AFTER_ERROR, detail="came where an attachment was due")
        try:
            packet = self._object(text) if text[:1] == "{" else decode(text)
        except PacketError as error:
            self._not_socketio(arrival, error, data=text)
            return
        if dialect.mode is Mode.GUESSED:
            dialect.agrees(packet)
        if packet.attachments:
            self._gathering = Gathering(packet, text, arrival, self._limits)
        else:
            self._socket(arrival, packet, None)

    def message_bytes(self, data: bytes, arrival: Arrival) -> None:
        """A binary message without any Engine.IO framing: an attachment, or a packet of the msgpack parser."""
        dialect = self._tap.dialect
        if dialect.mode is Mode.UNKNOWN:
            dialect.judge(self._direction, self._tap.engine, data)
        if dialect.mode is Mode.PLAIN:
            self._engine(arrival, "message", None, attachments=[data])
        elif self._gathering is not None:
            self._gather(self._gathering, data, arrival)
        elif dialect.parser == "msgpack" or msgpack_parser.looks_like(data):
            self._msgpack(data, arrival)
        else:
            detail = f"{len(data)} bytes came that no packet had announced: {elide(data, 40)}"
            self._engine(
                arrival, "message", None, attachments=[data], issue=Issue.SIO_ATTACHMENT_SURPLUS, detail=detail
            )

    def undecodable(self, raw: str | bytes, arrival: Arrival, error: PacketError) -> None:
        """Write the row of bytes that are no packet."""
        kept = {"data": raw} if isinstance(raw, str) else {"attachments": [raw]}
        tap = self._tap
        self._scribe.engine(
            arrival, tap.sid, self._direction, tap.engine, type=None, issue=error.code, detail=str(error), **kept
        )

    def abort(self, time: int, frame: int, why: str) -> None:
        """Give up waiting for attachments: header and what had come become rows of their own."""
        gathering, self._gathering = self._gathering, None
        if gathering is None:
            return
        missing, parts = gathering.abort()
        for content, arrival in parts:
            kept = {"data": content} if isinstance(content, str) else {"data": None, "attachments": [content]}
            at = arrival._replace(time=time)
            self._engine(at, "message", issue=Issue.SIO_ATTACHMENT_MISSING, detail=f"{missing}: {why}", **kept)

    def _object(self, text: str) -> Packet:
        """A packet written as a JSON object: in revision 3 that is how the msgpack parser 2.x writes CONNECT and the
        like.
        """
        packet = json_parser.decode_json_object(text)
        if self._tap.engine == 3:
            self._tap.dialect.parser = "msgpack"
            return packet._replace(parser="msgpack")
        return packet

    def _gather(self, gathering: Gathering, data: bytes, arrival: Arrival) -> None:
        whole = gathering.add(data, arrival)
        if whole is not None:
            self._gathering = None
            self._socket(gathering.arrival(whole), whole.packet, whole.attachments)

    def _msgpack(self, data: bytes, arrival: Arrival) -> None:
        try:
            packet, attachments = msgpack_parser.decode(data, self._tap.engine or 4, self._limits)
        except PacketError as error:
            self._not_socketio(arrival, error, data=None, attachments=[data])
            return
        self._tap.dialect.agrees(packet)
        self._tap.dialect.parser = "msgpack"
        self._socket(arrival, packet, attachments or None)

    def _not_socketio(self, arrival: Arrival, error: PacketError, **kept: object) -> None:
        """A message that should be Socket.IO and is not."""
        if self._tap.dialect.disagrees():
            self._engine(arrival, "message", **kept)
        else:
            self._engine(arrival, "message", issue=error.code, detail=str(error), **kept)

    def _engine(self, arrival: Arrival, kind: str, data: object = None, **columns: object) -> None:
        tap = self._tap
        if kind != "message":
            data = data or None
        if kind == "upgrade":
            tap.carrier = arrival.link
        elif kind == "open" and '"webtransport"' in str(data):
            self._scribe.webtransport = True
        self._scribe.engine(arrival, tap.sid, self._direction, tap.engine, type=kind, data=data, **columns)

    def _socket(self, arrival: Arrival, packet: Packet, attachments: list[bytes] | None) -> None:
        """Write a Socket.IO packet's row."""
        a, p, tap = arrival, packet, self._tap
        frame, link = a.frame, a.link
        source, number = self._sources[frame >> NUMBER_BITS], frame & NUMBER_MASK or None
        # fmt: off
        self._add(Row(
            a.time, source, number, link.stream, link.client, link.server,
            tap.sid, a.transport, self._direction, tap.engine, _SOCKET, p.type,
            p.namespace, p.parser, p.event, p.ack_id, p.data, attachments, p.raw, a.size, a.wire_size,
            None, None, None, None, a.issue or p.issue, a.detail or p.detail,
        ))
        # fmt: on

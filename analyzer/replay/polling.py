"""The client of long-polling, sans I/O: at most one GET and one POST in flight, every encoding of the payload."""

from dataclasses import replace

from analyzer.engineio import packet as engineio
from analyzer.engineio.packet import Packet
from analyzer.engineio.payload import Form, decode_double, encode_payload, guess_form, split
from analyzer.replay.actions import Action, Fetch, Fetched
from analyzer.replay.address import Address
from analyzer.replay.steps import Manner

MOST = 16
"""Packets in a POST at most: python-engineio takes no more, and throws all of them away."""
_UNKNOWN = 1_000_000
"""Bytes of a POST at most where the server does not say."""


class Polling:
    """The polling of one session; ``numbers`` gives the next free number of a request."""

    def __init__(self, manner: Manner, address: Address, out: list[Action]) -> None:
        self._manner, self._address, self._out = manner, address, out
        self.form = Form(manner.revision, jsonp="request" if manner.jsonp else None)
        """How bodies are posted."""
        self._unsure = False
        self.getting: int | None = None
        self.posting: int | None = None
        self.paused = False
        self.max_payload = _UNKNOWN
        self.queue: list[Packet] = []
        """Packets that wait for the POST in flight."""

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight."""
        return self.getting is None and self.posting is None

    def poll(self, number: int) -> int:
        """Have a GET in flight, unless paused. Returns the next free number."""
        if self.getting is not None or self.paused:
            return number
        self.getting = number
        self._out.append(Fetch(number, "GET", self._address.of("polling")))
        return number + 1

    def flush(self, number: int) -> int:
        """Post what waits, as much as goes into one POST. Returns the next free number."""
        if self.posting is not None or not self.queue:
            return number
        packed = self._manner.packed and any(isinstance(packet.data, bytes) for packet in self.queue[:MOST])
        form = replace(self.form, packed=packed)
        size, texts = 0, list[str | bytes]()
        for packet in self.queue[:MOST]:
            text = self._entry(packet, packed)
            size += len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) + 12
            if texts and size > self.max_payload:
                break
            texts.append(text)
        del self.queue[: len(texts)]
        self.posting = number
        body = encode_payload(texts, form)
        self._out.append(Fetch(number, "POST", self._address.of("polling"), body, self._content_type(packed)))
        return number + 1

    def _entry(self, packet: Packet, packed: bool) -> str | bytes:
        if packed and isinstance(packet.data, bytes):
            return engineio.encode_binary(packet, 3)
        return engineio.encode_text(packet, self._manner.revision)

    def _content_type(self, packed: bool) -> str:
        if self._manner.jsonp:
            return "application/x-www-form-urlencoded"
        return "application/octet-stream" if packed else "text/plain;charset=UTF-8"

    def handshake(self, body: bytes, packets: int) -> None:
        """Look whether the server is of Socket.IO 1.x, which encodes text twice: it packs a handshake like all it says,
        or, where the client takes no bytes, has the open packet alone in it. So do later ones whose namespace is joined
        after a while: then the session's other signs decide, at last the first text that tells.
        """
        packed, alone = body[:1] in (b"\0", b"\1"), packets < 2 and b'"maxPayload"' not in body
        self.form = replace(self.form, double=packed or (alone and self._manner.legacy))
        self._unsure = alone and not self.form.double

    def _once(self, text: str) -> str:
        """Text as it was before it was encoded the first time of two, if it was."""
        if not self._unsure or text.isascii():
            return text
        found = decode_double(text)
        self._unsure = False
        self.form = replace(self.form, double=found is not None)
        return text if found is None else found

    def packets(self, answer: Fetched) -> list[Packet]:
        """The packets of an answered GET. PacketError where it holds anything else."""
        form = guess_form(answer.body, self._manner.revision, answer.content_type)
        found = []
        for entry in split(answer.body, replace(form, double=self.form.double)):
            if entry.error is not None:
                raise entry.error
            if entry.binary is not None:
                found.append(engineio.decode_binary(entry.binary, self._manner.revision))
            elif entry.text is not None:
                found.append(engineio.decode_text(self._once(entry.text), self._manner.revision))
        return found

"""An Engine.IO client, sans I/O: (event, now) in, actions and what it tells out. Revisions 3 and 4.

Source: Engine.IO protocol revisions 3 and 4; the order of an upgrade is that of engine.io-client.
"""

from collections import deque

from analyzer.engineio import packet as engineio
from analyzer.engineio.packet import Packet
from analyzer.issues import PacketError
from analyzer.replay import outcome, refusal
from analyzer.replay.actions import (
    Action,
    Closed,
    Dial,
    Dialled,
    Event,
    Failed,
    Fetched,
    HangUp,
    Heard,
    HungUp,
    Message,
    Say,
    Switched,
    Told,
    read_open,
)
from analyzer.replay.address import Address
from analyzer.replay.heartbeat import NEVER, Heartbeat
from analyzer.replay.polling import Polling
from analyzer.replay.steps import Manner
from analyzer.text import elide

_MOST = 100_000
"""Heartbeats and the like that a server may send."""
_LEAVING = 2.0
"""Seconds that a session may take to close."""


class Engine:
    """One session. `start` it, `feed` it events, take what is in ``actions`` and ``told`` after every call."""

    def __init__(self, manner: Manner, timeout: float, seed: int = 0) -> None:
        self.actions: list[Action] = []
        self.told: deque[Told] = deque()
        self.carrier = manner.transport
        """The transport that carries messages."""
        self._manner, self._timeout = manner, timeout
        self._address = Address(manner, seed)
        self._polling = Polling(manner, self._address, self.actions)
        self._beat = Heartbeat(manner.revision)
        self._number = 1
        self._socket: int | None = None
        self._probing: int | None = None
        self._probed = self._switching = False
        self._others = 0
        self._state = "new"
        self._deadline = self._answer_by = NEVER

    @property
    def wake_at(self) -> float:
        """When `tick` has to be called, in seconds of the run's clock."""
        return min(self._deadline, self._answer_by, self._beat.ping_at, self._beat.dead_at)

    def start(self, now: float) -> None:
        """Ask for a session."""
        self._state, self._deadline = "opening", now + self._timeout
        if self.carrier == "websocket":
            self._socket = self._dial()
        else:
            self._number = self._polling.poll(self._number)

    def send(self, content: str | bytes, now: float) -> None:
        """Send a message."""
        if self._socket is not None and self.carrier == "websocket" and isinstance(content, str):
            if self._state == "open":
                self.actions.append(Say(self._socket, "4" + content))
        else:
            self._send(Packet("message", content), now)

    def probe(self) -> None:
        """Begin the upgrade: open a WebSocket beside the polling."""
        if self._state == "open" and self.carrier == "polling" and self._probing is None:
            self._probing = self._dial()

    def switch(self, now: float) -> None:
        """Complete the upgrade, as soon as the probe is answered and nothing is in flight."""
        if self._probing is None:
            self.told.append(Switched("there is no probe"))
            return
        self._switching, self._deadline = True, now + self._timeout
        self._may_switch(now)

    def leave(self, now: float) -> None:
        """Close the session."""
        if self._state in ("closed", "leaving"):
            return
        opened, self._state, self._switching = self._state == "open", "leaving", False
        self._beat.stop()
        self._deadline = now + _LEAVING
        if self.carrier == "websocket" and self._socket is not None:
            self.actions.append(HangUp(self._socket))
        elif opened:
            self._polling.queue.append(Packet("close", ""))
            self._flush(now)
        if self._probing is not None:
            self.actions.append(HangUp(self._probing))
        if not opened:
            self._close(outcome.LEFT, "left before the session was open")

    def tick(self, now: float) -> None:
        """Time has come."""
        if now >= self._deadline and self._state == "opening":
            self._close(outcome.NO_ANSWER, f"the handshake was not answered within {self._timeout:g} s")
        elif now >= self._deadline and self._state == "open":
            self._no_upgrade(f"it was not complete within {self._timeout:g} s", now)
        elif now >= self._deadline and self._state == "leaving":
            self._close(outcome.LEFT, "left without an answer")
        elif now >= self._answer_by:
            self._close(outcome.NO_ANSWER, f"a POST was not answered within {self._timeout:g} s")
        elif now >= self._beat.dead_at:
            who = "answered no ping" if self._manner.revision < 4 else "sent no ping"
            self._close(outcome.PING_TIMEOUT, f"the server {who} in time")
        elif now >= self._beat.ping_at:
            self._beat.pinged(now)
            self._send(Packet("ping", ""), now)

    def feed(self, event: Event, now: float) -> None:
        """Something happened to a request or a socket."""
        if self._state == "closed":
            return
        if isinstance(event, Heard):
            self._heard(event, now)
        elif isinstance(event, Fetched):
            self._fetched(event, now)
        elif isinstance(event, Dialled):
            if event.number == self._probing:
                self.actions.append(Say(event.number, "2probe"))
        else:
            self._failed(event, now)

    def _send(self, packet: Packet, now: float) -> None:
        if self._state != "open":
            return
        if self.carrier == "polling":
            self._polling.queue.append(packet)
            if not self._switching:
                self._flush(now)
            return
        assert self._socket is not None
        revision = self._manner.revision
        if isinstance(packet.data, bytes) and not self._manner.base64:
            self.actions.append(Say(self._socket, engineio.encode_binary(packet, revision)))
        else:
            self.actions.append(Say(self._socket, engineio.encode_text(packet, revision)))

    def _flush(self, now: float) -> None:
        number = self._number
        self._number = self._polling.flush(number)
        if self._number != number:
            self._answer_by = now + self._timeout

    def _dial(self) -> int:
        number = self._number
        self._number += 1
        self.actions.append(Dial(number, self._address.of("websocket")))
        return number

    def _fetched(self, event: Fetched, now: float) -> None:
        posted = event.number == self._polling.posting
        if posted:
            self._polling.posting, self._answer_by = None, NEVER
        elif event.number == self._polling.getting:
            self._polling.getting = None
        else:
            return
        if self._state == "leaving" and (event.status != 200 or (posted and not self._polling.queue)):
            self._close(outcome.LEFT, "left")
            return
        if event.status != 200:
            self._close(*refusal.of(event.status, event.body, self._state == "opening"))
            return
        if not posted:
            try:
                packets = self._polling.packets(event)
            except PacketError as error:
                self._close(outcome.GARBAGE, str(error))
                return
            if self._state == "opening" and self._manner.revision < 4:
                self._polling.handshake(event.body, len(packets))
            for packet in packets:
                if packet.type != "close" or self.carrier == "polling":  # else it closes the transport alone
                    self._packet(packet, now)
        self._go_on(now)

    def _go_on(self, now: float) -> None:
        if self._state in ("open", "leaving") and self.carrier == "polling":
            if self._switching:
                self._may_switch(now)
            else:
                self._flush(now)
                if self._state == "open":
                    self._number = self._polling.poll(self._number)

    def _heard(self, event: Heard, now: float) -> None:
        if event.number == self._probing:
            self._probe_heard(event, now)
            return
        if event.number != self._socket:
            return
        revision, message = self._manner.revision, event.message
        if isinstance(message, str) and message[:1] == "4":  # as most are
            self._beat.heard("message", now)
            self.told.append(Message(message[1:]))
            return
        try:
            if isinstance(message, str):
                packet = engineio.decode_text(message, revision)
            else:
                packet = engineio.decode_binary(message, revision)
        except PacketError as error:
            self._close(outcome.GARBAGE, str(error))
            return
        self._packet(packet, now)

    def _probe_heard(self, event: Heard, now: float) -> None:
        if event.message == "3probe":
            self._probed = True
            self._may_switch(now)
        else:
            self._no_upgrade(f"the probe was answered with {elide(event.message)}", now)

    def _may_switch(self, now: float) -> None:
        if not (self._switching and self._probed) or self._state != "open":
            return
        self._polling.paused = True
        if not self._polling.idle:
            return
        self._socket, self._probing, self.carrier, self._deadline = self._probing, None, "websocket", NEVER
        assert self._socket is not None
        self.actions.append(Say(self._socket, "5"))
        self.told.append(Switched())
        waiting, self._polling.queue = self._polling.queue, []
        for packet in waiting:
            self._send(packet, now)

    def _no_upgrade(self, why: str, now: float) -> None:
        if self._probing is not None:
            self.actions.append(HangUp(self._probing))
        self._probing, self._probed, self._switching, self._polling.paused = None, False, False, False
        self._deadline = NEVER
        self.told.append(Switched(why))
        self._go_on(now)

    def _packet(self, packet: Packet, now: float) -> None:
        if self._state == "closed":
            return
        if packet.type != "message":
            self._others += 1
            if self._others > _MOST:
                self._close(outcome.FLOODED, f"the server sent more than {_MOST} packets that are no messages")
                return
        self._beat.heard(packet.type, now)
        if packet.type == "open" and self._state == "opening":
            self._opened(packet, now)
        elif packet.type == "message":
            self.told.append(Message(packet.data))
        elif packet.type == "ping" and self._manner.revision >= 4:
            self._send(Packet("pong", ""), now)
        elif packet.type == "close":
            self._close(outcome.CLOSED_BY_SERVER, "the server closed the session")

    def _opened(self, packet: Packet, now: float) -> None:
        handshake = read_open(packet.data)
        if handshake is None:
            self._close(outcome.GARBAGE, f"the server's open packet makes no sense: {elide(packet.data)}")
            return
        self._state, self._deadline = "open", NEVER
        self._address.sid, self._polling.max_payload = handshake.sid, handshake.max_payload
        self._beat.open(handshake, now)
        self.told.append(handshake)

    def _failed(self, event: Failed | HungUp, now: float) -> None:
        if event.number == self._probing:
            self._no_upgrade(event.reason or "the WebSocket was closed", now)
        elif event.number in (self._socket, self._polling.getting, self._polling.posting):
            if self._state == "leaving":
                self._close(outcome.LEFT, "left")
            else:
                self._close(*refusal.of_failure(event, self._state == "opening"))

    def _close(self, code: str, detail: str) -> None:
        if self._state == "closed":
            return
        self._state, self._deadline, self._answer_by = "closed", NEVER, NEVER
        self._beat.stop()
        self.actions += [HangUp(number) for number in (self._socket, self._probing) if number is not None]
        self.told.append(Closed(code, detail))

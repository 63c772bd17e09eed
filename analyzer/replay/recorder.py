"""What happens on the sockets of a replay, told to the trunk that reads captures: out come rows like any other's."""

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.limits import DEFAULT
from analyzer.records import C2S, S2C, Row
from analyzer.replay.credentials import HIDDEN, is_secret
from analyzer.sessions.places import Link
from analyzer.sessions.trunk import Trunk
from analyzer.wire.events import Answered, Ended, Event, Exchange, Payload, Requested, Upgraded
from analyzer.wire.frames import Message
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

_TEXT, _BINARY, _CLOSE = 1, 2, 8
_NO_STATUS, _ABNORMAL = 1005, 1006


class Recorder:
    """The log of a run; ``source`` is its name, ``server`` the target's place, ``clock`` gives ns since 1970."""

    def __init__(self, source: str, server: str, clock: Callable[[], int]) -> None:
        self.server = server
        self._trunk = Trunk(DEFAULT, [source])
        self._streams = 0
        self._clock = clock
        self._last = 0

    def now(self) -> int:
        """Ns since 1970, never running back."""
        self._last = max(self._last, self._clock())
        return self._last

    def begin(self, method: str, target: str, body: bytes = b"", content_type: str | None = None) -> "Wire":
        """A request is about to leave."""
        self._streams += 1
        headers = [("content-type", content_type)] if content_type else []
        now = self.now()
        head = Head(now, 0, now, method, target, 0, "", "1.1", headers)
        return Wire(self, Link(self._streams - 1, None, self.server), Exchange(head), body)

    def tell(self, time: int, link: Link, direction: str, payload: Payload) -> None:
        """Something happened."""
        self._trunk.take(Event(time, 0, link, direction, payload))

    def rows(self) -> list[Row]:
        """Rows that may leave."""
        return self._trunk.release(self.now())

    def finish(self) -> list[Row]:
        """All rows that are left."""
        return self._trunk.finish(self.now(), 0)


class Wire:
    """One request, and the WebSocket that may come of it."""

    def __init__(self, recorder: Recorder, link: Link, exchange: Exchange, body: bytes) -> None:
        self._recorder, self._link, self._exchange = recorder, link, exchange
        self._closed = False
        head = exchange.head
        assert head is not None
        if "transport=websocket" not in head.target:
            exchange.request = HttpMessage(head, body, len(body), head.time, 0)
            recorder.tell(head.time, link, C2S, Requested(exchange))

    def asked(self, headers: Mapping[str, str]) -> None:
        """All fields of the request, known once the head of its answer is there."""
        if self._exchange.head is not None:
            self._exchange.head = self._exchange.head._replace(headers=_fields(headers))

    def answered(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The answer is complete; ``body`` as sent."""
        now = self._recorder.now()
        head = Head(now, 0, now, "", "", status, "", "1.1", _fields(headers))
        self._exchange.answer = head
        self._exchange.response = HttpMessage(head, body, len(body), now, 0)
        self._recorder.tell(now, self._link, S2C, Answered(self._exchange))

    def failed(self) -> None:
        """There is no answer."""
        self._recorder.tell(self._recorder.now(), self._link, S2C, Answered(self._exchange))

    def upgraded(self, answer: Any) -> None:
        """The server answered 101: ``answer`` is aiohttp's."""
        now = self._recorder.now()
        self.asked(answer.request_info.headers)
        self._exchange.answer = Head(now, 0, now, "", "", 101, "", "1.1", _fields(answer.headers))
        self._recorder.tell(now, self._link, S2C, Upgraded(self._exchange))

    def said(self, message: str | bytes) -> None:
        """A WebSocket message has left."""
        self._message(C2S, message)

    def heard(self, message: str | bytes) -> None:
        """A WebSocket message has come."""
        self._message(S2C, message)

    def closed(self, direction: str, code: int) -> None:
        """The WebSocket was closed by that side; a second call has no effect."""
        if self._closed:
            return
        self._closed = True
        now = self._recorder.now()
        if code == _ABNORMAL:
            self._recorder.tell(now, self._link, direction, Ended("reset"))
            return
        payload = b"" if code == _NO_STATUS else code.to_bytes(2)
        self._recorder.tell(now, self._link, direction, Message(now, 0, _CLOSE, payload, None, None, None))

    def _message(self, direction: str, message: str | bytes) -> None:
        now = self._recorder.now()
        text = isinstance(message, str)
        payload = message.encode() if isinstance(message, str) else message
        opcode = _TEXT if text else _BINARY
        self._recorder.tell(now, self._link, direction, Message(now, 0, opcode, payload, None, None, None))


def _fields(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Header fields as the log has them; those that hold credentials say only that they were there."""
    fields = [(str(name).lower(), str(value)) for name, value in headers.items()]
    return [(name, HIDDEN if is_secret(name) else value) for name, value in fields]

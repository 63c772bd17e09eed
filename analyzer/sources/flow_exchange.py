"""One HTTP flow of mitmproxy as an exchange, with the WebSocket messages behind it."""

from collections.abc import Iterator
from typing import Any, Final

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.sources import moments
from analyzer.sources.seen import Seen, Terms, endpoint
from analyzer.text import elide
from analyzer.wire.events import Exchange
from analyzer.wire.frames import BINARY, CLOSE, TEXT, Message
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

_NO_STATUS: Final = 1005
_NO_CLOSE: Final = 1006
"""Close codes for a close frame without one, and for no close frame at all (RFC 6455 section 7.4.1)."""
_BAD_DATA: Final = 1007
"""Close code for text that is not UTF-8, and for what cannot be decompressed."""
_DEFLATE: Final = "permessage-deflate"
_make: Final = tuple.__new__
_MOST: Final = 999
"""Highest HTTP status (RFC 9110 section 15 knows of three digits)."""


def read(flow: Any, terms: Terms) -> tuple[Seen, int]:
    """The exchange, and how many of its messages carry an earlier time than one before them.

    Raises AttributeError, LookupError, TypeError, ValueError or ArithmeticError where the flow is none.
    """
    begun = _time(flow.request.timestamp_start)
    asked = max(begun, _time(flow.request.timestamp_end, begun))
    head = _asking(flow.request, Head(asked, terms.frame, begun, "", "", 0, "", "", []))
    exchange = Exchange(head, wanted=terms.wanted(head))
    client, server = flow.client_conn, flow.server_conn
    seen = Seen(
        begun, 0, asked, asked, exchange, f"{client.id}", _place(client.peername),
        _place(server.peername) or _place(server.address), upgraded=_upgraded(flow),
    )  # fmt: skip
    backwards = 0
    if not exchange.wanted:
        exchange.head = head._replace(headers=[])
    elif seen.upgraded:
        backwards = _websocket(flow, seen, terms)
    else:
        _plain(flow, seen, terms)
    return seen, backwards


def _upgraded(flow: Any) -> bool:
    return flow.websocket is not None or (flow.response is not None and int(flow.response.status_code) == 101)


def _plain(flow: Any, seen: Seen, terms: Terms) -> None:
    exchange, limits = seen.exchange, terms.limits
    assert exchange.head is not None
    exchange.request = _message(exchange.head, flow.request.raw_content, seen.asked, limits)
    if flow.response is None:
        seen.failed = flow.error is not None
        seen.ended = max(seen.asked, _time(flow.error.timestamp if flow.error else None, seen.asked))
        return
    answer = exchange.answer = _answering(flow.response, seen.asked, terms.frame)
    seen.ended = answer.time
    found = _message(answer, flow.response.raw_content, answer.time, limits)
    if flow.error is not None and found.issue is None:
        found = found._replace(detail=f"the proxy says: {elide(str(flow.error.msg), 200)}")
    exchange.response = found


def _websocket(flow: Any, seen: Seen, terms: Terms) -> int:
    exchange, socket = seen.exchange, flow.websocket
    assert exchange.head is not None
    records = list(socket.messages) if socket is not None else []
    times = [_time(record.timestamp) for record in records]
    if flow.response is not None:
        answer = _answering(flow.response, seen.asked, terms.frame)
        exchange.answer = answer._replace(time=max(seen.asked, min([answer.time, *times])))
        seen.ended = exchange.answer.time
    talk = Talk(seen, terms)
    seen.messages = [talk.said(record) for record in records]
    seen.messages.sort(key=lambda said: said[1].time)
    if socket is not None and socket.closed_by_client is not None:
        seen.messages += talk.closed(socket)
        seen.closed = talk.cut
    return talk.backwards


class Talk:
    """Messages of a WebSocket as its flow records them, in order: time never runs backwards within a direction."""

    def __init__(self, seen: Seen, terms: Terms) -> None:
        answer = seen.exchange.answer
        self._packed = answer is None or _DEFLATE in (answer.get("sec-websocket-extensions") or "")
        self._latest = {C2S: seen.ended, S2C: seen.ended}
        self._terms = terms
        self.backwards = 0
        """Messages that carry an earlier time than one before them."""
        self.cut: tuple[str, int] | None = None
        """Direction and time of the connection's end, where that came without a close frame."""

    def said(self, record: Any) -> tuple[str, Message]:
        """Direction and message of the next record. Raises ValueError where it has no time."""
        time, direction = _time(record.timestamp), C2S if record.from_client else S2C
        latest = self._latest[direction]
        if time < latest:
            self.backwards += 1
            time = latest
        self._latest[direction] = time
        size = len(record.content)  # of a number there is none, where bytes() would make that many
        content = bytes(record.content)
        opcode, wire_size = TEXT if record.is_text else BINARY, None if self._packed else size
        message = _make(Message, (time, self._terms.frame, opcode, content, wire_size, None, None))
        if record.dropped or record.injected or size > self._terms.limits.message:
            message = _odd(record, message, self._terms.limits)
        return direction, message

    def closed(self, socket: Any) -> Iterator[tuple[str, Message]]:
        """How the WebSocket ended; a frame without a status, or an end without a frame, have codes of their own."""
        code, reason = socket.close_code, socket.close_reason or ""
        last = max(self._latest.values())
        time, direction = max(last, _time(socket.timestamp_end, last)), C2S if socket.closed_by_client else S2C
        if code is None:
            return
        payload = b"" if code == _NO_STATUS else int(code).to_bytes(2, "big") + str(reason).encode("utf-8", "replace")
        issue, detail = _refused(socket)
        if code == _NO_CLOSE:
            detail, self.cut = "the connection ended without a close frame", (direction, time)
        yield direction, Message(time, self._terms.frame, CLOSE, payload, None, issue, detail)


def _refused(socket: Any) -> tuple[str | None, str | None]:
    """Issue and detail where the proxy closed the WebSocket itself because it could not read what a peer sent; only our
    addon tells so.
    """
    why = getattr(socket, "refused", None)
    if not isinstance(why, str):
        return None, None
    issue = Issue.WS_BAD_FRAME
    if int(socket.close_code) == _BAD_DATA:
        issue = Issue.WS_BAD_DEFLATE if "extension" in why else Issue.WS_BAD_TEXT
    return issue, f"the proxy could not read a frame and closed the WebSocket: {elide(why, 200)}"


def _odd(record: Any, message: Message, limits: Limits) -> Message:
    """A message that is too long, or that the proxy did something to."""
    size = len(message.payload)
    if size > limits.message:
        detail = f"{size} bytes, of which {limits.message} are kept"
        kept = message.payload[: limits.message]
        return message._replace(payload=kept, wire_size=None, issue=Issue.WS_MESSAGE_LIMIT, detail=detail)
    if record.dropped:
        made_up = ", which it had made up itself" if record.injected else ""
        detail = f"the proxy did not forward this message{made_up}{_why(record)}"
        return message._replace(issue=Issue.MITM_DROPPED, detail=detail)
    detail = f"the proxy made this message up: no peer sent it{_why(record)}"
    return message._replace(issue=Issue.MITM_INJECTED, detail=detail)


def _why(record: Any) -> str:
    """What an addon of ours had in mind when it did that."""
    why = getattr(record, "sioscope", None)
    return f" ({why})" if isinstance(why, str) else ""


def _asking(request: Any, head: Head) -> Head:
    data = request.data
    fields = _fields(data.headers)
    authority = data.authority.decode("latin-1")
    if authority and not any(name == "host" for name, _ in fields):
        fields.insert(0, ("host", authority))
    method, target = data.method.decode("latin-1"), data.path.decode("latin-1")
    return head._replace(method=method, target=target, version=_version(data.http_version), headers=fields)


def _answering(response: Any, asked: int, frame: int) -> Head:
    """The answer's head; its ``time`` is that of the whole answer's end."""
    data = response.data
    begun = max(asked, _time(data.timestamp_start, asked))
    ended = max(begun, _time(data.timestamp_end, begun))
    reason, status = data.reason.decode("latin-1"), int(data.status_code)
    if not 0 <= status <= _MOST:
        raise ValueError("no status")
    return Head(ended, frame, begun, "", "", status, reason, _version(data.http_version), _fields(data.headers))


def _message(head: Head, content: bytes | None, time: int, limits: Limits) -> HttpMessage:
    """A body as the proxy stored it: compressed where it was sent so."""
    if content is None:
        issue, detail = Issue.HTTP_BODY_CUT, "the proxy did not keep the body"
        return HttpMessage(head, b"", None, time, head.frame, issue, detail, complete=False)
    size = len(content)
    if size > limits.message:
        detail = f"{size} bytes, of which {limits.message} are kept"
        body = content[: limits.message]
        return HttpMessage(head, body, size, time, head.frame, Issue.HTTP_BODY_LIMIT, detail, complete=False)
    return HttpMessage(head, bytes(content), size, time, head.frame)


def _fields(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers.fields]


def _version(name: bytes) -> str:
    return name.decode("latin-1").lower().removeprefix("http/")


def _time(seconds: Any, missing: int | None = None) -> int:
    if seconds is None and missing is not None:
        return missing
    found = moments.of_seconds(seconds)
    if found is None:
        raise ValueError("no time")
    return found


def _place(address: Any) -> str | None:
    return endpoint(str(address[0]), int(address[1])) if address else None

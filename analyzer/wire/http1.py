"""HTTP/1 (RFC 9112) as a listener reads it: the bytes of one direction in, its messages out.

Nothing is lost silently: bytes that are no HTTP come out as one `Problem` a run, and the reader goes on at the next
start line. Any split of the bytes gives the same heads, messages and problems with the same moments.
"""

from collections.abc import Callable

from analyzer.limits import Limits
from analyzer.wire.halfstream import Data
from analyzer.wire.http_body import Body, request_body, response_body
from analyzer.wire.http_head import (
    REQUEST_ANYWHERE,
    REQUEST_LINE,
    STATUS_ANYWHERE,
    STATUS_LINE,
    Head,
    Span,
    request_head,
    response_head,
    wants_switch,
)
from analyzer.wire.http_message import HttpMessage, Item, Problem
from analyzer.wire.http_reader import Keep, Reader

__all__ = ["Head", "HttpMessage", "Item", "Problem", "RequestReader", "ResponseReader"]


class RequestReader(Reader):
    """A client's direction: a `Head` as soon as it is complete, an `HttpMessage` when the body is.

    ``keep`` says of a head whether its body is kept. Behind a request that asks for a WebSocket or HTTP/2 the reader is
    ``paused``: whoever sees the answer calls `resume` (it stayed HTTP) or `take` (it is something else now).
    """

    _start = REQUEST_LINE
    _anywhere = REQUEST_ANYWHERE

    def resume(self) -> list[Item]:
        """The request was refused: go on reading HTTP, beginning with what was kept."""
        out: list[Item] = []
        pieces, self.paused = self._unread.take(), False
        for piece in pieces:
            out += self.feed(piece.data, piece.marks) if isinstance(piece, Data) else self.gap(*piece)
        if self.ended is not None and not self.paused:
            out += self.end(*self.ended)
        return out

    def _parse(self, raw: bytes, span: Span) -> Head:
        return request_head(raw, span)

    def _begin(self, head: Head, out: list[Item]) -> Body:
        body = request_body(head, self._room(head), self._limits.head)
        out.append(head)
        return body

    def _after(self, head: Head) -> None:
        self.paused = wants_switch(head) or (self.cut and "websocket" in head.target)


class ResponseReader(Reader):
    """A server's direction: a `Head` as soon as it is complete, an `HttpMessage` when the body is.

    Interim answers are skipped. ``method_of`` is asked once for each head for the method
    of the request it answers (None: not known), before ``keep`` is. Behind a 101 the reader is ``paused``
    for good: `take` the rest.
    """

    _start = STATUS_LINE
    _anywhere = STATUS_ANYWHERE

    def __init__(self, limits: Limits, keep: Keep, method_of: Callable[[Head], str | None]) -> None:
        super().__init__(limits, keep)
        self._method_of = method_of

    def _parse(self, raw: bytes, span: Span) -> Head:
        return response_head(raw, span)

    def _begin(self, head: Head, out: list[Item]) -> Body | None:
        if head.status < 200 and head.status != 101:
            return None
        method = self._method_of(head)
        if head.status == 101:
            out.append(head)
            self.paused = True
            return None
        body = response_body(head, method, self._room(head), self._limits.head)
        out.append(head)
        return body

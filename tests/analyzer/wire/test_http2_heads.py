"""Field sections as heads."""

from analyzer.wire.http2_fields import UNKNOWN
from analyzer.wire.http2_heads import asks_websocket, request_head, response_head
from analyzer.wire.http_head import Head, Span

SPAN = Span(3, 2, 1)
ASK = [(":method", "GET"), (":scheme", "https"), (":authority", "a.example"), (":path", "/p?q")]


def test_requests() -> None:
    """Pseudo fields are what HTTP/1 has in its first line; the authority is the host."""
    head = request_head([*ASK, ("accept", "*/*")], SPAN)
    fields = [("host", "a.example"), (":scheme", "https"), ("accept", "*/*")]
    assert head == Head(3, 2, 1, "GET", "/p?q", 0, "", "2", fields)
    hosted = request_head([*ASK, ("host", "b.example")], SPAN)
    assert hosted is not None
    assert hosted.get("host") == "b.example"


def test_what_is_not_known() -> None:
    """A head without method or path is none; unknown fields between pseudo fields do no harm."""
    assert request_head([ASK[0], UNKNOWN], SPAN) is None
    assert request_head([UNKNOWN, ASK[3]], SPAN) is None
    assert request_head([], SPAN) is None
    head = request_head([ASK[0], UNKNOWN, ("?", "known"), ASK[3], UNKNOWN], SPAN)
    assert head is not None
    assert (head.target, head.headers) == ("/p?q", [UNKNOWN, ("?", "known"), UNKNOWN])


def test_connect() -> None:
    """For a WebSocket there is a path, for a tunnel only an authority."""
    socket = request_head([(":method", "CONNECT"), (":protocol", "websocket"), *ASK[1:]], SPAN)
    assert socket is not None
    assert asks_websocket(socket)
    assert (socket.target, socket.get(":protocol")) == ("/p?q", "websocket")
    tunnel = request_head([(":method", "CONNECT"), (":authority", "a.example:443")], SPAN)
    assert tunnel is not None
    assert not asks_websocket(tunnel)
    assert tunnel.target == "a.example:443"


def test_cookies() -> None:
    """Their parts are put together again."""
    head = request_head([*ASK, ("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")], SPAN)
    assert head is not None
    assert head.headers[2:] == [("cookie", "a=1; b=2; c=3"), ("x", "y")]


def test_answers() -> None:
    """A status of three digits; anything else is none."""
    head = response_head([(":status", "200"), ("x", "y")], SPAN)
    assert head == Head(3, 2, 1, "", "", 200, "", "2", [("x", "y")])
    for status in ("", "20", "2000", "²00", "abc"):
        assert response_head([(":status", status)], SPAN) is None
    assert response_head([("x-sum", "1")], SPAN) is None
    behind = response_head([UNKNOWN, (":status", "404")], SPAN)
    assert behind is not None
    assert behind.status == 404

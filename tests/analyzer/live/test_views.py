"""The content view in the mitmproxy that is there, 11 or 12."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.live import views
from analyzer.live.pretty_body import HEARTBEATS
from tests.flowfiles import mitmproxy

POLL = "/any/path?EIO=4&transport=polling&sid=S"


class Shown:
    """A view, asked as its mitmproxy asks it."""

    def __init__(self, hide: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        mitmproxy()
        self.view = views.make(lambda: hide)
        self.new = hasattr(self.view, "prettify")

    def _metadata(self, **known: Any) -> Any:
        from mitmproxy.contentviews import Metadata

        return Metadata(**known)

    def text(self, data: bytes, **known: Any) -> str:
        """What it shows."""
        if self.new:
            return str(self.view.prettify(data, self._metadata(**known)))
        name, lines = self.view(data, **known)
        assert name == views.NAME
        return "\n".join("".join(text for _, text in line) for line in lines)

    def priority(self, data: bytes, **known: Any) -> float:
        """How much it wants to be shown."""
        given = self._metadata(**known) if self.new else None
        return float(self.view.render_priority(data, given) if self.new else self.view.render_priority(data, **known))


def polled(content: bytes = b'42["a",1]', path: str = POLL, method: str = "GET") -> Any:
    """The flow of an exchange."""
    flow = mitmproxy().tflow.tflow(resp=True)
    flow.request.path, flow.request.method = path, method
    flow.response.content = flow.request.content = content
    return flow


def test_it_is_chosen_by_the_query() -> None:
    """For answers to GET and requests of POST, above all other views; never for anything else."""
    shown, flow = Shown(), polled()
    assert shown.priority(b"2", flow=flow, http_message=flow.response) > 1
    assert shown.priority(b"", flow=flow, http_message=flow.response) < 0
    assert shown.priority(b"2", flow=flow, http_message=flow.request) < 0
    posted = polled(method="POST")
    assert shown.priority(b"2", flow=posted, http_message=posted.request) > 1
    assert shown.priority(b"ok", flow=posted, http_message=posted.response) < 0
    other = polled(path="/index.html")
    assert shown.priority(b"2", flow=other, http_message=other.response) < 0
    flow.response.status_code = 400
    assert shown.priority(b"{}", flow=flow, http_message=flow.response) < 0
    assert shown.priority(b"2") < 0


def test_bodies() -> None:
    """In their pretty form."""
    flow = polled()
    body = b'2\x1e42["a",1]'
    assert Shown().text(body, flow=flow, http_message=flow.response) == 'ping\n---\nEVENT  ["a",1]'
    hidden = Shown({HEARTBEATS}).text(body, flow=flow, http_message=flow.response)
    assert hidden == 'EVENT  ["a",1]\n# 1 hidden (sioscope_view_hide)'


def test_messages() -> None:
    """Of either kind; an attachment says of what."""
    flow = mitmproxy().tflow.twebsocketflow()
    flow.request.path = "/x?EIO=4&transport=websocket"
    message = SimpleNamespace(from_client=True)
    said = [
        SimpleNamespace(**vars(message), is_text=True, content=b'452-["file"]'),
        SimpleNamespace(from_client=False, is_text=True, content=b"2"),
        SimpleNamespace(**vars(message), is_text=False, content=b"\1"),
        SimpleNamespace(**vars(message), is_text=False, content=b"\2"),
        SimpleNamespace(**vars(message), is_text=False, content=b"\3"),
    ]
    flow.websocket.messages = said
    texts = [Shown().text(each.content, flow=flow, websocket_message=each).split("\n")[0] for each in said]
    assert texts == [
        'BINARY_EVENT attachments=2  ["file"]', "ping", "# attachment 1 of 2 of BINARY_EVENT file",
        "# attachment 2 of 2 of BINARY_EVENT file", "binary 1 bytes",
    ]  # fmt: skip


def test_what_is_no_engineio_is_refused() -> None:
    """Also where a person asks for it."""
    with pytest.raises(ValueError, match="no Engine"):
        Shown().text(b"x", flow=polled(path="/"), http_message=None)


def test_edited_and_back() -> None:
    """In mitmproxy 12: exactly."""
    shown, flow = Shown(), polled()
    if not shown.new:
        assert not hasattr(shown.view, "reencode")
        return
    original = b'2\x1e42["a",1.0]'
    metadata = shown._metadata(flow=flow, http_message=flow.response, original_data=original)
    text = shown.view.prettify(original, metadata)
    assert shown.view.reencode(text, metadata) == original
    assert shown.view.reencode(text.replace('"a"', '"b"'), metadata) == b'2\x1e42["b",1.0]'


ODD = '42["a\x7f\x85\u2028\ud83d\ude00",1.0,{"b":[]}]'.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_edited_as_mitmproxy_does_it(encoding: str | None) -> None:
    """By its own way from a message to the editor and back, for bodies and messages of any kind; an editor may end the
    text with a line break.
    """
    if not Shown().new:
        return
    from mitmproxy import contentviews
    from mitmproxy.test import taddons

    async def edited() -> None:
        contentviews.add(views.make(lambda: frozenset[str]()))
        flow, socket = polled(f"2\x1e{ODD}\x1ebAQID".encode()), mitmproxy().tflow.twebsocketflow()
        if encoding is not None:
            flow.response.encode(encoding)
        socket.request.path = "/x?EIO=4&transport=websocket"
        text, binary = said(ODD), said(b"\1\2\x7f")
        socket.websocket.messages[:] = [text, binary]
        with taddons.context():
            for message, each in [(flow.response, flow), (text, socket), (binary, socket)]:
                pretty = contentviews.prettify_message(message, each, "auto")
                assert pretty.view_name == views.NAME
                again = contentviews.reencode_message(pretty.text + "\n", message, each, views.NAME)
                assert again == message.content
            changed = contentviews.prettify_message(text, socket, "auto").text.replace("1.0", "2.0")
            again = contentviews.reencode_message(changed, text, socket, views.NAME)
            assert again == ODD.replace("1.0", "2.0").encode()

    asyncio.run(edited())


def said(content: str | bytes) -> Any:
    """A WebSocket message."""
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.frame_protocol import Opcode

    kind = Opcode.TEXT if isinstance(content, str) else Opcode.BINARY
    return WebSocketMessage(kind, True, content.encode() if isinstance(content, str) else content)


def test_edited_to_what_is_no_packet() -> None:
    """Is a line in mitmproxy, and nothing changes."""
    shown, flow = Shown(), polled()
    if not shown.new:
        return
    from mitmproxy.exceptions import CommandError

    metadata = shown._metadata(flow=flow, http_message=flow.response)
    with pytest.raises(CommandError, match="not changed, as this makes no packets: Expecting value"):
        shown.view.reencode('EVENT  ["a",', metadata)


def test_what_it_hides_may_change() -> None:
    """Whatever mitmproxy shows is shown anew; there is one view of that name, the newest."""
    mitmproxy()
    from mitmproxy import contentviews

    changed: list[Any] = []

    def note(view: Any) -> None:
        changed.append(view)

    signal = contentviews.registry.on_change if Shown().new else contentviews.on_add
    signal.connect(note)
    one, other = views.make(lambda: frozenset[str]()), views.make(lambda: frozenset[str]())
    for view in (one, other, other):
        views.register(view)
    assert changed == [one, other, other]
    found = contentviews.registry[views.NAME] if Shown().new else contentviews.get(views.NAME)
    assert found is other

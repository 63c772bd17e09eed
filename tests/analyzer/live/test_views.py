"""The content view in the mitmproxy that is there, 11 or 12."""

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

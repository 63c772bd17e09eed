"""The content view of mitmproxy 11 (`View`) and 12 (`InteractiveContentview`): two thin faces of the pretty form."""

from collections.abc import Callable, Iterator, Set
from typing import Any, Final

from analyzer.decoding import query
from analyzer.live import pretty_body
from analyzer.live.pretty import summary
from analyzer.live.pretty_body import Body

NAME: Final = "Socket.IO packets"
_PRIORITY: Final = 2.0
"""Above mitmproxy's own views, its Socket.IO view (1.0) included."""
_NEAR: Final = 50
"""Messages looked back over for the packet that an attachment belongs to."""
Hide = Callable[[], Set[str]]


def body_of(data: bytes, flow: Any, http_message: Any, message: Any, content_type: str | None) -> Body | None:
    """What there is to show; None where that is no Engine.IO."""
    request = getattr(flow, "request", None)
    asked = query.parse(request.path) if request is not None else None
    if asked is None or not data:
        return None
    revision = asked.engine or 4
    if message is not None:
        return Body(revision, data, None, True, bool(message.is_text))
    if getattr(flow, "websocket", None) is not None and http_message is None:
        return Body(revision, data, None, True, _is_text(data))
    wanted = (
        flow.request.method == "POST"
        if http_message is flow.request
        else flow.request.method == "GET" and getattr(flow.response, "status_code", 0) == 200
    )
    return Body(revision, data, content_type) if wanted and asked.transport == "polling" else None


def render(body: Body, flow: Any, message: Any, hide: Set[str]) -> str:
    """The pretty form with remarks. Raises ValueError where the body cannot be read."""
    said = _remark(flow, message, body.revision)
    return pretty_body.show(body, hide, lambda index: said)


def make(hide: Hide) -> Any:
    """The view for the mitmproxy that is there."""
    try:
        from mitmproxy.contentviews import InteractiveContentview
    except ImportError:
        return _old(hide)
    return _new(InteractiveContentview, hide)


def register(view: Any) -> None:
    """Have mitmproxy choose this view, too, in the stead of one of that name. What is on the screen is shown anew, so
    this is also what to do when the view shows something else from now on.
    """
    from mitmproxy import contentviews

    if not hasattr(contentviews, "registry"):  # mitmproxy 11 takes no other one of that name
        for before in [each for each in contentviews.views if each.name == view.name]:
            contentviews.remove(before)
    contentviews.add(view)


def _new(base: Any, hide: Hide) -> Any:
    from mitmproxy.exceptions import CommandError

    class SocketIOPackets(base):  # type: ignore[misc]
        """For mitmproxy 12; what is edited goes back exactly."""

        name = NAME
        syntax_highlight = "yaml"

        def prettify(self, data: bytes, metadata: Any) -> str:
            """The pretty form."""
            return render(_wanted(_body(data, metadata)), metadata.flow, metadata.websocket_message, hide())

        def reencode(self, prettified: str, metadata: Any) -> bytes:
            """The bytes of a pretty form. Raises CommandError, which mitmproxy shows in a line, where it is none."""
            try:
                return pretty_body.read(prettified, _wanted(_body(_before(metadata), metadata)), hide())
            except ValueError as error:
                raise CommandError(f"not changed, as this makes no packets: {error}") from error

        def render_priority(self, data: bytes, metadata: Any) -> float:
            """Whether this is Engine.IO."""
            return -1.0 if _body(data, metadata) is None else _PRIORITY

    return SocketIOPackets()


def _old(hide: Hide) -> Any:
    from mitmproxy.contentviews import View

    class SocketIOPackets(View):  # type: ignore[misc]
        """For mitmproxy 11."""

        name = NAME

        def __call__(self, data: bytes, **known: Any) -> tuple[str, Iterator[list[tuple[str, str]]]]:
            flow, message = known.get("flow"), known.get("websocket_message")
            body = body_of(data, flow, known.get("http_message"), message, known.get("content_type"))
            text = render(_wanted(body), flow, message, hide())
            return NAME, ([(_style(line), line)] for line in text.split("\n"))

        def render_priority(self, data: bytes, **known: Any) -> float:
            """Whether this is Engine.IO."""
            body = body_of(
                data, known.get("flow"), known.get("http_message"), known.get("websocket_message"),
                known.get("content_type"),
            )  # fmt: skip
            return -1.0 if body is None else _PRIORITY

    return SocketIOPackets()


def _body(data: bytes, metadata: Any) -> Body | None:
    return body_of(data, metadata.flow, metadata.http_message, metadata.websocket_message, metadata.content_type)


def _before(metadata: Any) -> bytes:
    """The data as it is. (mitmproxy 12.0 to 12.3 have a place for it that they leave empty.)"""
    if metadata.original_data is not None:
        return bytes(metadata.original_data)
    if metadata.websocket_message is not None:
        return bytes(metadata.websocket_message.content)
    message = metadata.http_message
    return (message.get_content(strict=False) or b"") if message is not None else b""


def _wanted(body: Body | None) -> Body:
    if body is None:
        raise ValueError("no Engine.IO")
    return body


def _style(line: str) -> str:
    return (
        "offset"
        if line.startswith("#")
        else "header"
        if line[:1].isalpha() and line.split(" ")[0].isalpha()
        else "text"
    )


def _is_text(data: bytes) -> bool:
    try:
        return data.decode()[:1] in tuple("0123456b")
    except UnicodeDecodeError:
        return False


def _remark(flow: Any, message: Any, revision: int) -> str | None:
    """Of which packet a binary message is an attachment."""
    if message is None or message.is_text or getattr(flow, "websocket", None) is None:
        return None
    messages = flow.websocket.messages
    here = next((i for i in range(len(messages) - 1, -1, -1) if messages[i] is message), None)
    if here is None:
        return None
    number = 1
    for other in reversed(messages[max(0, here - _NEAR) : here]):
        if other.from_client != message.from_client:
            continue
        if not other.is_text:
            number += 1
            continue
        packet = summary(other.content.decode("utf-8", "replace"), revision)[1]
        if packet is not None and packet.attachments >= number:
            return f"attachment {number} of {packet.attachments} of {packet.type} {packet.event or ''}".rstrip()
        if packet is not None:
            return None
    return None

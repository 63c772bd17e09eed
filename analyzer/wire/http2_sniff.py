"""How a body is compressed, told by its bytes: for answers some of whose fields are not known."""

from analyzer.limits import Limits
from analyzer.wire import content
from analyzer.wire.http_message import HttpMessage

_SIGNS = ((b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_ENCODING = "content-encoding"


def sniffed(message: HttpMessage, limits: Limits) -> HttpMessage:
    """The message with the encoding that its body shows in its (not the exchange's) head, where the head names none.

    Bytes that are text are never taken for anything else; brotli has no sign, it is tried.
    """
    body = message.body
    if not body or message.head.get(_ENCODING) is not None:
        return message
    encoding = next((name for sign, name in _SIGNS if body.startswith(sign)), None)
    if encoding is None and message.complete and not _text(body):
        _, issue, _ = content.decode(body, "br", limits.inflated)
        encoding = "br" if issue is None else None
    if encoding is None:
        return message
    return message._replace(head=message.head._replace(headers=[*message.head.headers, (_ENCODING, encoding)]))


def _text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True

"""Content of a HAR's bodies and messages as bytes. A HAR holds text, or base64; what was compressed is unpacked."""

import base64
import binascii
import re
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from analyzer.issues import Issue
from analyzer.sources import loose

MITMPROXY: Final = "mitmproxy"
_BINARY: Final = "application/octet-stream"
_ENCODED: Final = re.compile(r"charset|json|html|xml|css|javascript", re.IGNORECASE)
"""Content types that say how their text is encoded, or whose text does."""


class Content(NamedTuple):
    """``data``, and an issue with a sentence where that is not all of it."""

    data: bytes
    issue: str | None = None
    detail: str | None = None

    def within(self, limit: int, issue: str) -> "Content":
        """At most ``limit`` bytes of it, with that issue where there were more."""
        if len(self.data) <= limit:
            return self
        return Content(self.data[:limit], issue, f"{len(self.data)} bytes, of which {limit} are kept")


def request(entry: Any, writer: str) -> Content:
    """The body of an entry's request; a form given by its fields only is put together again."""
    found = loose.text(entry, "request", "postData", "text")
    kind = loose.text(entry, "request", "postData", "mimeType") or ""
    if found and _BINARY in kind and "\ufffd" in found:  # Chrome reads any body as UTF-8
        return Content(to_utf8(found), Issue.HTTP_BODY_CUT, "the HAR holds the body as text, which it was not")
    if found:
        return _content(found, loose.text(entry, "request", "postData", "encoding"), kind, writer)
    fields = loose.pairs(entry, "request", "postData", "params")
    if fields:
        return Content(urlencode([(name, to_utf8(value)) for name, value in fields], errors="replace").encode())
    if (loose.integer(entry, "request", "bodySize") or 0) > 0 or _announced(entry):
        return Content(b"", Issue.HTTP_BODY_CUT, "the HAR does not hold what was sent")
    return Content(b"")


def response(entry: Any, writer: str) -> Content:
    """The body of an entry's response."""
    content = loose.member(entry, "response", "content")
    found = loose.text(content, "text")
    if found is not None:
        return _content(found, loose.text(content, "encoding"), loose.text(content, "mimeType") or "", writer)
    size = loose.integer(content, "size")
    if size == 0 or (size is None and loose.integer(entry, "response", "bodySize") == 0):
        return Content(b"")
    return Content(b"", Issue.HTTP_BODY_CUT, "the HAR does not hold the answer's body")


def message(record: Any) -> Content:
    """What a WebSocket message says."""
    data = loose.text(record, "data")
    if data is None:
        return Content(b"", Issue.WS_MESSAGE_CUT, "the HAR does not hold what the message says")
    if loose.integer(record, "opcode") != 2:
        return Content(to_utf8(data))
    found = from_base64(data)
    if found is None:
        return Content(to_utf8(data), Issue.WS_MESSAGE_CUT, "the HAR holds bytes that are not base64")
    return Content(found)


def to_utf8(text: str) -> bytes:
    """UTF-8, with U+FFFD for halves of surrogate pairs, as browsers send it."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def from_base64(text: str) -> bytes | None:
    """The bytes of base64 (either alphabet, padding or not, white space), None where it is none."""
    bare = "".join(text.split()).rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _announced(entry: Any) -> bool:
    """Whether the request's head says that it has a body."""
    fields = loose.pairs(entry, "request", "headers")
    return any(name.lower() == "content-length" and value.strip().strip("0") for name, value in fields)


def _content(text: str, encoding: str | None, kind: str, writer: str) -> Content:
    if encoding is not None and encoding.lower() == "base64":
        found = from_base64(text)
        if found is None:
            return Content(to_utf8(text), Issue.HTTP_BODY_CUT, "the HAR holds a body that is not base64")
        return Content(found)
    if _bytewise(text, kind, writer):
        with suppress(UnicodeEncodeError):
            return Content(text.encode("latin-1"))
    return Content(to_utf8(text))


def _bytewise(text: str, kind: str, writer: str) -> bool:
    """Whether each character stands for a byte: so for a binary payload of Engine.IO 3, whose lengths end in FF; and
    mitmproxy does so with all text of which the headers do not say how it is encoded.
    """
    binary = _BINARY in kind and text[:1] in ("\0", "\1") and "\xff" in text
    return binary or (writer == MITMPROXY and not _ENCODED.search(kind))

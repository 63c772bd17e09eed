"""The content of a message's body, decompressed no further than there is room for: mitmproxy itself knows no limit."""

from typing import Any

from analyzer.limits import DEFAULT, Limits
from analyzer.wire.content import decode


def content(message: Any, limits: Limits = DEFAULT) -> bytes:
    """The body of mitmproxy's request or response. Raises ValueError where it cannot be decompressed, or not wholly."""
    raw = message.raw_content or b""
    found, issue, detail = decode(raw, message.headers.get("content-encoding", ""), limits.inflated)
    if issue is not None:
        raise ValueError(detail)
    return found

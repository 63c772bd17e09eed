"""The record layer's outer shape (RFC 8446 section 5, RFC 5246 section 6.2)."""

import re
from enum import IntEnum

HEADER = 5
"""Bytes before a record's body."""
LARGEST = (1 << 14) + 2048
"""Longest body a record may have in any version."""


class Kind(IntEnum):
    """Content types."""

    SWITCH = 20
    """change_cipher_spec"""
    ALERT = 21
    HANDSHAKE = 22
    DATA = 23


_HEADER = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")
PROTECTED = re.compile(rb"[\x14-\x17]\x03\x03(?=[\x00-\x48])")
"""What a protected record of TLS 1.2 begins with."""
PROTECTED_13 = re.compile(rb"\x17\x03\x03(?=[\x00-\x48])")
"""What a protected record of TLS 1.3 begins with."""


def looks_like_header(data: bytes, pos: int) -> bool:
    """Whether a record could begin at ``pos``; fewer bytes than a header are given the benefit of the doubt."""
    if len(data) - pos >= HEADER:
        return _HEADER.match(data, pos) is not None and (data[pos + 3] << 8 | data[pos + 4]) <= LARGEST
    part = data[pos:]
    return not part or (20 <= part[0] <= 23 and part[1:2] in (b"", b"\x03") and part[2:3] <= b"\x04")

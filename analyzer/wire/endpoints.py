"""Addresses as two 64 bit halves: to text. IPv4 travels as ``::ffff:a.b.c.d`` (RFC 4291 2.5.5.2)."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final

MAPPED: Final = 0xFFFF_0000_0000
"""Low half of ``::ffff:0.0.0.0``; the high half is 0."""
_MASK = 0xFFFF_FFFF


def format_address(hi: int, lo: int) -> str:
    """``192.0.2.1`` or ``2001:db8::1``."""
    hi, lo = int(hi), int(lo)
    if hi == 0 and lo & ~_MASK == MAPPED:
        return str(IPv4Address(lo & _MASK))
    return str(IPv6Address(hi << 64 | lo))


@lru_cache(maxsize=4096)
def format_endpoint(hi: int, lo: int, port: int) -> str:
    """``192.0.2.1:80`` or ``[2001:db8::1]:80``."""
    text = format_address(hi, lo)
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


def halves(packed: bytes) -> tuple[int, int]:
    """A 4 or 16 byte network-order address as its two halves."""
    if len(packed) == 4:
        return 0, MAPPED | int.from_bytes(packed, "big")
    return int.from_bytes(packed[:8], "big"), int.from_bytes(packed[8:], "big")

"""Addresses as text."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.endpoints import MAPPED, format_endpoint, halves


@pytest.mark.parametrize(
    ("hi", "lo", "text"),
    [
        (0, MAPPED | 0x0A000001, "10.0.0.1:80"),
        (0, MAPPED, "0.0.0.0:80"),
        (0, 1, "[::1]:80"),
        (0, 0, "[::]:80"),
        (0x2001_0DB8_0000_0000, 1, "[2001:db8::1]:80"),
        (0xFE80_0000_0000_0000, MAPPED | 1, "[fe80::ffff:0:1]:80"),
    ],
)
def test_an_endpoint_is_written_like_in_a_url(hi: int, lo: int, text: str) -> None:
    """IPv6 in brackets, a mapped address as IPv4."""
    assert format_endpoint(hi, lo, 80) == text


@given(st.integers(0, 2**128 - 1), st.integers(0, 65535))
def test_the_text_reads_back_to_the_address(address: int, port: int) -> None:
    """Nothing is lost but that a mapped address was IPv6."""
    host, _, number = format_endpoint(address >> 64, address & (1 << 64) - 1, port).rpartition(":")
    read = ipaddress.ip_address(host.strip("[]"))
    back = read if isinstance(read, ipaddress.IPv6Address) else ipaddress.IPv6Address(f"::ffff:{read}")
    assert (int(back), int(number)) == (address, port)


def test_packed_addresses_become_halves() -> None:
    """Both lengths."""
    assert halves(bytes([10, 0, 0, 1])) == (0, MAPPED | 0x0A000001)
    assert halves(ipaddress.IPv6Address("2001:db8::7").packed) == (0x2001_0DB8 << 32, 7)

"""Counters add up."""

from analyzer.wire.block import Counters


def test_counters_add_field_by_field() -> None:
    """Every field, none forgotten."""
    total = Counters(packets=1, bytes=2, truncated=3, tcp=4, not_tcp=5)
    total.add(Counters(packets=10, bytes=20, udp443=6, undecoded=7, scapy=8, fragments=9, fragments_lost=1))
    assert total == Counters(11, 22, 3, 4, 5, 6, 7, 8, 9, 1)

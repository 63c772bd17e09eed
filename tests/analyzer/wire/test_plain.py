"""The plain path on single packets; `test_packets` compares it with the other one."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.plain import Fragment, Other, Segment, dissect
from tests import builders as build
from tests.segments import PLAIN, V4


def test_offsets_count_from_the_packet() -> None:
    """The payload stands where it is said to."""
    data = build.ethernet(V4) + bytes(6)
    found = dissect(data, build.ETHERNET, len(data))
    assert isinstance(found, Segment)
    assert data[found.start : found.start + found.length] == b"hello"


def test_a_fragment_knows_its_datagram() -> None:
    """Two fragments of one datagram have one key, those of another a different one."""
    first, second, other = (
        dissect(build.Ipv4(identification=number, position=position).build(PLAIN), build.RAW, 45)
        for number, position in ((1, 0x2000), (1, 3), (2, 3))
    )
    assert isinstance(first, Fragment)
    assert isinstance(second, Fragment)
    assert isinstance(other, Fragment)
    assert first.key == second.key != other.key
    assert (first.offset, first.more, second.offset, second.more) == (0, True, 24, False)


def test_a_chain_of_extension_headers_without_end_is_given_up() -> None:
    """Sixteen are enough."""
    data = build.Ipv6(extensions=[(60, bytes(8))] * 40).build(PLAIN)
    assert dissect(data, build.RAW, len(data)) is Other.UNDECODED


def test_odd_link_types_are_left_to_scapy() -> None:
    """PPP and 802.11 among them."""
    assert dissect(V4, 9, len(V4)) is Other.TUNNEL
    assert dissect(V4, 105, len(V4)) is Other.TUNNEL


@given(st.binary(max_size=100), st.integers(0, 100), st.sampled_from([0, 1, 12, 108, 113, 276, 9999]))
def test_no_bytes_make_it_raise(data: bytes, more: int, link: int) -> None:
    """And a segment never reaches beyond its packet."""
    found = dissect(data, link, len(data) + more)
    if isinstance(found, Segment):
        assert found.length == 0 or found.start + found.length <= len(data)
        assert found.start + found.length + found.missing <= len(data) + more

"""Places: one integer names a packet of any source, and a fresh connection is nobody's."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding.places import NUMBER_BITS, NUMBER_MASK, Arrival, Link


@given(st.integers(0, 10_000), st.integers(0, NUMBER_MASK))
def test_a_frame_holds_source_and_number(source: int, number: int) -> None:
    """Both come back out of it, and frames of a later source are larger: moments stay in the order of the sources."""
    frame = source << NUMBER_BITS | number
    assert (frame >> NUMBER_BITS, frame & NUMBER_MASK) == (source, number)
    assert frame < (source + 1) << NUMBER_BITS
    assert frame < 2**63


def test_a_fresh_connection_is_nobodys() -> None:
    """Nothing is known of it but its ends."""
    link = Link(3, "c:1", "s:1")
    assert (link.stream, link.client, link.server) == (3, "c:1", "s:1")
    assert not link.recognised
    assert not link.ws_closed
    assert (link.tap, link.engine, link.opening, link.tentative) == (None, None, None, None)


def test_an_arrival_is_clean_unless_said_otherwise() -> None:
    """Issue and detail are given only where there is something to say."""
    arrival = Arrival(1, 2, Link(0, None, None), "polling", 3, None)
    assert (arrival.issue, arrival.detail) == (None, None)

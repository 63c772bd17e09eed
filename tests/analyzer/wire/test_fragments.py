"""Fragments become datagrams: any order, any overlap, bounded memory."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.wire.fragments import Reassembler
from analyzer.wire.plain import Fragment, dissect
from tests import builders as build

SECOND = 1_000_000_000


def fragment(offset: int, payload: bytes, more: bool = True, key: int = 1) -> Fragment:
    """A fragment of IPv4 TCP."""
    data = build.Ipv4(identification=key, position=offset // 8 | (0x2000 if more else 0)).build(payload)
    found = dissect(data, build.RAW, len(data))
    assert isinstance(found, Fragment)
    return found


def test_a_datagram_is_whole_once_its_last_hole_is_filled() -> None:
    """Its header says so: total length, no fragment offset."""
    parts = Reassembler()
    assert parts.add(fragment(16, b"c" * 5, more=False), 0) is None
    assert parts.add(fragment(0, b"a" * 8), 0) is None
    assert parts.add(fragment(8, b"b" * 8), 0)[20:] == b"a" * 8 + b"b" * 8 + b"c" * 5  # type: ignore[index]
    assert (parts.waiting, parts.lost) == (0, 0)


@settings(deadline=None)
@given(
    st.binary(min_size=9, max_size=200),
    st.lists(st.tuples(st.integers(0, 24), st.integers(1, 24)), max_size=12),
    st.randoms(),
)
def test_any_cover_in_any_order_gives_the_payload(payload: bytes, extra: list[tuple[int, int]], random: object) -> None:
    """Overlaps and duplicates that agree change nothing."""
    cuts = [(start, 8) for start in range(0, len(payload), 8)] + [(start * 8, size * 8) for start, size in extra]
    pieces = [
        (start, payload[start : start + size])
        for start, size in cuts
        if start < len(payload) and not (start == 0 and size >= len(payload))
    ]
    random.shuffle(pieces)  # type: ignore[attr-defined]
    parts = Reassembler()
    done = [parts.add(fragment(start, data, start + len(data) < len(payload)), 0) for start, data in pieces if data]
    whole = [datagram for datagram in done if datagram is not None]
    assert whole
    assert all(datagram[20:] == payload for datagram in whole)


def test_bytes_seen_first_stay() -> None:
    """A later fragment that disagrees does not change what is known."""
    parts = Reassembler()
    parts.add(fragment(0, b"a" * 16), 0)
    parts.add(fragment(8, b"X" * 16), 0)
    whole = parts.add(fragment(24, b"c", more=False), 0)
    assert whole is not None
    assert whole[20:] == b"a" * 16 + b"X" * 8 + b"c"


def test_a_datagram_waits_a_minute() -> None:
    """After that its number may mean another one."""
    parts = Reassembler()
    parts.add(fragment(0, b"a" * 8), 0)
    assert parts.add(fragment(8, b"b", more=False), 61 * SECOND) is None
    assert (parts.lost, parts.waiting) == (1, 1)


def test_memory_is_bounded_by_bytes_and_by_datagrams() -> None:
    """The oldest ones make room and count as lost."""
    parts = Reassembler(budget=100_000, datagrams=10)
    for key in range(50):
        parts.add(fragment(8, bytes(64), key=key), 0)
    assert (parts.waiting, parts.lost) == (10, 40)
    for key in range(50, 60):
        parts.add(fragment(60_000, bytes(64), key=key), 0)
    assert (parts.waiting, parts.lost) == (1, 59)


def test_a_datagram_larger_than_ip_allows_is_lost() -> None:
    """Its length would not fit its header."""
    parts = Reassembler()
    assert parts.add(fragment(65_528, bytes(64), more=False), 0) is None
    assert (parts.waiting, parts.lost) == (0, 1)


def test_a_fragment_cut_by_the_snapshot_length_leaves_a_hole() -> None:
    """The datagram is not made up."""
    cut = dissect(build.Ipv4(position=1).build(bytes(64))[:40], build.RAW, 84)
    assert isinstance(cut, Fragment)
    assert cut.cut
    parts = Reassembler()
    parts.add(fragment(0, bytes(8)), 0)
    assert parts.add(cut, 0) is None

"""Options of pcapng blocks."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources.options import PacketNotes, options
from analyzer.sources.summary import Comment, Summary
from tests.builders import END_OF_OPTIONS, option


@pytest.mark.parametrize("order", ["<", ">"])
def test_options_end_at_the_mark_or_where_one_does_not_fit(order: str) -> None:
    """In either byte order; values are padded to four bytes, lengths are not."""
    some = option(1, b"abc", order) + option(7, b"", order)
    for end in (END_OF_OPTIONS + some, pack(order + "HH", 5, 100) + bytes(8), b"\x01\x00", b""):
        data = b"junk" + some + end
        assert list(options(data, 4, len(data), order)) == [(1, b"abc"), (7, b"")]


@given(st.lists(st.lists(st.tuples(st.sampled_from([1, 2, 4, 2988]), st.binary(max_size=9)), max_size=5), max_size=6))
def test_many_packets_at_once_are_read_like_one(packets: list[list[tuple[int, bytes]]]) -> None:
    """Comments by packet, drops summed."""
    parts = [b"".join(option(code, value) for code, value in packet) for packet in packets]
    ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
    starts = ends - np.array([len(part) for part in parts], np.int64)
    summary = Summary()
    PacketNotes("<", summary).read(b"".join(parts), starts, ends, np.arange(1, len(parts) + 1))
    wanted = [
        Comment(f"packet {i}", v.decode("utf-8", "replace")) for i, p in enumerate(packets, 1) for c, v in p if c == 1
    ]
    assert sorted(summary.comments) == sorted(wanted)
    assert summary.packet_drops == sum(
        int.from_bytes(v, "little") for p in packets for c, v in p if c == 4 and len(v) == 8
    )

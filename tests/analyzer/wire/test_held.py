"""Held bytes keep their moments."""

import random

from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.held import Held
from analyzer.wire.marks import Marks
from tests.streams import moments


@given(st.binary(min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_what_is_appended_in_pieces_is_taken_whole(data: bytes, chance: random.Random) -> None:
    """Bytes and marks, however they came."""
    held, pos = Held(), 0
    while pos < len(data):
        size = chance.randint(1, 9)
        piece = data[pos : pos + size]
        held.append(piece, moments(pos, len(piece)))
        pos += len(piece)
    assert len(held) == len(data)
    assert held.take() == (data, moments(0, len(data)))
    assert not held


def test_a_start_leaves_out_what_is_before_it() -> None:
    """Marks move along."""
    held = Held()
    held.append(b"abcdef", Marks([2, 4, 6], [10, 20, 30], [1, 2, 3]), 3)
    assert held.take() == (b"def", Marks([1, 3], [20, 30], [2, 3]))


def test_bytes_of_one_packet_need_one_mark() -> None:
    """However finely they are cut."""
    held = Held()
    for byte in b"abc":
        held.append(bytes([byte]), Marks([1], [7], [7]))
    assert held.marks() == Marks([3], [7], [7])


def test_drop_forgets_the_front() -> None:
    """And says when the last byte of it came."""
    held = Held()
    held.append(b"abcdef", Marks([2, 4, 6], [10, 20, 30], [1, 2, 3]))
    assert held.drop(3) == (20, 2)
    assert held.take() == (b"def", Marks([1, 3], [20, 30], [2, 3]))

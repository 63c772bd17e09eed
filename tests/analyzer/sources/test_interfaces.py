"""What time stamps of an interface mean."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources.interfaces import nanoseconds


@given(st.integers(0, 255), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5), st.integers(-(2**40), 2**40))
def test_every_resolution_is_exact_to_the_nanosecond(resolution: int, stamps: list[int], offset: int) -> None:
    """Rounded down, kept between 1970 and 2262."""
    power = resolution & 0x7F
    unit = Fraction(1, 2**power if resolution & 0x80 else 10**power)
    found = nanoseconds(np.array(stamps, np.uint64), resolution, offset).tolist()
    for stamp, time in zip(stamps, found, strict=True):
        seconds, rest = divmod(stamp * unit, 1)
        whole = min(int(seconds), 9_223_372_035) + offset
        exact = min(max(whole, 0), 9_223_372_035) * 10**9 + int(rest * 10**9)
        assert exact - 1 <= time <= exact or (power > 19 and time <= exact)

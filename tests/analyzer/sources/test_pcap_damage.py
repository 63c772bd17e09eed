"""Which record headers are believed."""

from struct import pack

import numpy as np
import pytest

from analyzer.sources.pcap_damage import Flavour, Judge
from tests import builders as build

NOW = build.START // 1_000_000_000


def header(seconds: int = NOW, fraction: int = 5, captured: int = 60, original: int = 60) -> bytes:
    """A record header."""
    return pack("<IIII", seconds, fraction, captured, original)


@pytest.mark.parametrize(
    ("head", "odd"),
    [
        (header(), False),
        (header(original=1500), False),
        (header(NOW + 90 * 86_400), False),
        (header(original=0), False),
        (header(fraction=2_000_000), False),
        (header(captured=0), False),
        (header(0, 0, 0, 0), True),
        (header(NOW + 90 * 86_400, original=0), True),
        (header(fraction=2_000_000, original=1), True),
        (header(0x64646464, captured=100, original=0x64646464), True),
    ],
)
def test_one_oddity_is_a_habit_and_two_are_damage(head: bytes, odd: bool) -> None:
    """Some writers leave a field empty; garbage is wrong in several."""
    assert len(Judge(Flavour("<", 1000, 16)).odd(head, np.zeros(1, np.int64), NOW)) == odd


def test_a_wrong_time_does_not_condemn_the_record_behind_it() -> None:
    """Each is compared with the one before: both jump, and that alone is no damage."""
    data = header() + header(5) + header()
    assert len(Judge(Flavour("<", 1000, 16)).odd(data, np.array([0, 16, 32]), None)) == 0


def test_the_search_wants_three_records_in_a_row() -> None:
    """Or as many as there are up to the end; elsewhere it waits for more."""
    judge = Judge(Flavour("<", 1000, 16))
    record = build.pcap_record(build.Packet(bytes(60)))
    junk = b"\xff" * 9
    assert judge.search(junk + record * 3, 0, NOW, at_end=False) == (9, True)
    assert judge.search(junk + record, 0, NOW, at_end=True) == (9, True)
    assert judge.search(junk + record, 0, NOW, at_end=False) == (9, False)
    assert judge.search(junk + record + junk * 9, 0, NOW, at_end=True)[1] is False
    assert judge.search(junk + record * 3, 0, NOW + 90 * 86_400, at_end=True)[1] is False
    assert judge.search(junk + record * 3, 0, None, at_end=True) == (9, True)

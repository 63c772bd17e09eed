"""Where packets may be put into polling bodies."""

import pytest

from analyzer.live.seams import Seams

HEAD = '452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([[]], [0]),
        ([["2", '42["a"]']], [2]),
        ([[HEAD, "bAQ==", b"\1", "2"]], [4]),
        ([["2", HEAD, "bAQ=="], ["2", "bAQ=="], ["6"]], [1, 2, 1]),
        ([[HEAD], ["2"], [b"\1"], [b"\2", "3"]], [0, None, None, 2]),
        ([[HEAD], ['42["a"]']], [0, 1]),
        ([[HEAD], [HEAD]], [0, 0]),
        ([["bAQ==", "2"]], [2]),
    ],
)
def test_places(bodies: list[list[str | bytes]], expected: list[int | None]) -> None:
    """As late as can be, and never before an attachment that is due."""
    seams = Seams()
    assert [seams.place("S", "c2s", body, 4) for body in bodies] == expected


def test_sessions_and_directions_are_apart() -> None:
    """And forgotten when they are over, or too many."""
    seams = Seams()
    seams.place("S", "c2s", [HEAD], 4)
    assert seams.place("S", "s2c", ["2"], 4) == seams.place("T", "c2s", ["2"], 4) == 1
    assert seams.heeds("S", "c2s", b"2")
    assert seams.heeds("S", "s2c", b'451-["a"]')
    assert not seams.heeds("S", "s2c", b'42["a"]')
    seams.forget("S")
    assert not seams.heeds("S", "c2s", b"2")
    for i in range(5000):
        seams.place(str(i), "c2s", [HEAD], 4)
    assert not seams.heeds("0", "c2s", b"2")

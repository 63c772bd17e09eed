"""What the measures of work see."""

import zlib
from collections.abc import Callable

from tests.work import CountedZlib, calls, in_proportion, peak


def test_calls_of_python_and_of_c() -> None:
    """Each is one, with the action's own."""
    assert calls(lambda: None) - calls(lambda: len([])) == -1
    assert calls(lambda: [abs(i) for i in range(100)]) >= 100


def nested(count: int) -> Callable[[], list[int]]:
    """An action whose cost grows with the square of ``count``."""
    return lambda: [abs(j) for i in range(count) for j in range(i)]


def test_what_is_in_proportion() -> None:
    """A loop is, a loop in a loop is not."""
    assert in_proportion(lambda count: lambda: [abs(i) for i in range(count)], 1_000)
    assert not in_proportion(nested, 100)


def test_peak() -> None:
    """What is held at once, not what was held in turn."""
    assert peak(lambda: [bytes(1 << 20) for _ in range(4)]) > 4 << 20
    assert peak(lambda: [len(bytes(1 << 20)) for _ in range(4)]) < 2 << 20


def test_a_counted_decompressor() -> None:
    """It gives what zlib gives, and says how much; copies count, too."""
    counted = CountedZlib()
    packed = zlib.compress(bytes(1000))
    stream = counted.module.decompressobj()
    assert stream.copy().decompress(packed) == bytes(1000)
    assert stream.decompress(packed) == bytes(1000)
    assert stream.eof
    assert (counted.made, counted.fed, counted.given) == (1, 2 * len(packed), 2000)

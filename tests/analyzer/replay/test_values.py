"""Values worth a look."""

import pytest

from analyzer.replay.plan import plan
from analyzer.replay.values import given, kinship, wanted, worth
from tests.analyzer.replay.talks import shop


def test_of_a_plan() -> None:
    """Scalars of both sides with their places; truth and empty things are none."""
    found = plan(shop())
    assert [(v.text, v.place.event) for v in wanted(found)][-2:] == [("3", "pay"), ("yes", "ask")]
    assert ("o-4711", "ACK", "order") in [(v.text, v.place.kind, v.place.event) for v in given(found)]
    assert ("s", "OPEN") in [(v.text, v.place.kind) for v in given(found)]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("4f9c1c54-9a51-4a0c-8f0e-1c1a35a3f0b1", "room-12345"),
        ("room-12345", "hello world"),
        ("abc1", "abcd"),
        (12345678, 12345),
        (12345, 7),
    ],
)
def test_worth(more: object, less: object) -> None:
    """Longer and stranger is worth more."""
    assert worth(str(more), more) > worth(str(less), less)


def test_kinship() -> None:
    """Names tell."""
    assert (
        kinship((0, "orderId"), (0, "orderId")) > kinship((0, "orderId"), (0, "x")) > kinship((0, "a"), (0, "b")) == 0
    )

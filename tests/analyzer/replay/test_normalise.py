"""What differs by its nature."""

import pytest

from analyzer.replay.normalise import Normaliser, mask

THEN, NOW = 1_700_000_000.0, 1_795_000_000.0
NORMALISER = Normaliser(THEN, NOW, {"live-order-1": "order-9", "77": "12"})


@pytest.mark.parametrize(
    ("captured", "observed"),
    [
        ("4f9c1c54-9a51-4a0c-8f0e-1c1a35a3f0b1", "00000000-9a51-4a0c-8f0e-1c1a35a3f0b2"),
        ("at 2023-11-14T22:13:20.123Z", "at 2026-11-18T06:13:20Z"),
        ("id 9f86d081884c7d659a2feaa0", "id aaaad081884c7d65000000"),
        ("dVW1sKa7B7cEpcSEAAAA", "X49s6Q8mNYdzu0HaAAAB"),
        (int(THEN * 1000), int(NOW * 1000)),
        (THEN + 0.5, NOW + 0.25),
        ("1700000000123", "1795000000321"),
        ("order-9", "live-order-1"),
        ("/orders/order-9/items", "/orders/live-order-1/items"),
        (12, 77),
        (1, 1.0),
        (None, None),
    ],
)
def test_the_same(captured: object, observed: object) -> None:
    """Ids, times and values that stand for others."""
    assert NORMALISER.same(captured, observed)


@pytest.mark.parametrize(
    ("captured", "observed"),
    [
        ("a", "b"),
        (1, 2),
        (True, 1),
        (0, False),
        ("1", 1),
        (None, 0),
        (int(THEN * 1000), 5),
        (1_234_567, 7_654_321),
        ("deadbeef", "cafebabe"),
        ("averyverylonglowercas", "anotherveryverylonglo"),
        ("2023-11-14T22:13:20Z", "never"),
    ],
)
def test_not_the_same(captured: object, observed: object) -> None:
    """Anything else."""
    assert not NORMALISER.same(captured, observed)


def test_masks_are_told_apart() -> None:
    """What was there stays to be seen."""
    assert mask("4f9c1c54-9a51-4a0c-8f0e-1c1a35a3f0b1 at 2023-11-14 22:13") == "<uuid> at <time>"

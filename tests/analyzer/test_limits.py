"""Limits: sane defaults, values that cannot be changed by accident."""

from dataclasses import FrozenInstanceError, fields

import pytest

from analyzer.limits import DEFAULT, MIB, Limits


def test_defaults_are_positive_and_bounded() -> None:
    """Each default lets ordinary traffic pass, and none lets a capture fill the memory."""
    for field in fields(Limits):
        assert getattr(DEFAULT, field.name) > 0
    assert MIB <= DEFAULT.message <= 1024 * MIB
    assert MIB <= DEFAULT.inflated <= 1024 * MIB
    assert DEFAULT.head >= 64 * 1024
    assert DEFAULT.reorder >= MIB


def test_limits_do_not_change() -> None:
    """One object serves a whole run."""
    with pytest.raises(FrozenInstanceError):
        DEFAULT.message = 1  # type: ignore[misc]


def test_one_limit_at_a_time() -> None:
    """What is not given is the default."""
    assert Limits() == DEFAULT
    assert Limits(message=5) == Limits(5)
    assert Limits(message=5).inflated == DEFAULT.inflated

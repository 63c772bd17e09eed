"""Reports know the numbers' words by this name."""

from analyzer import units as home
from analyzer.report import units


def test_the_same():
    """They are those of the package."""
    assert all(getattr(units, name) is getattr(home, name) for name in units.__all__)

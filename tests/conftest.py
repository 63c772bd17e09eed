"""What all tests share: no test is timed, however busy the machine is, and each has the same name in every process."""

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Compressed bytes hold the time of their making: their names do not show them."""
    return argname if isinstance(val, bytes) and GZIP in val else None

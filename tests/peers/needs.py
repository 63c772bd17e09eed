"""For tests that need real peers: where a tool is missing they are skipped on a developer's machine, and fail in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import launch
import pytest


@contextmanager
def tools(*names: str) -> Iterator[None]:
    """Around all that uses the tools: what they lack is found before, or (the right to record) on the way."""
    try:
        launch.need(*names)
        yield
    except launch.MissingError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"in CI this must not be missing: {error}")
        pytest.skip(str(error))

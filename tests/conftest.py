"""What all tests share: no test is timed, however busy the machine is, and each has the same name in every process.

Real peers have timers of their own, which a machine that is busy enough makes lapse: a test that needs them and fails
runs once more. The end of the run names those that did (RERUN): one that does so often is to be mended.
"""

import signal

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of a shell's background job: children would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)

GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Compressed bytes hold the time of their making: their names do not show them."""
    return argname if isinstance(val, bytes) and GZIP in val else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with real peers have a second run."""
    for item in items:
        if item.get_closest_marker("peers") is not None:
            item.add_marker(pytest.mark.flaky(reruns=1))

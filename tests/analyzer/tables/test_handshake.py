"""What open packets promise, and what hostile ones do not."""

import numpy as np
import pytest

from analyzer.tables.handshake import handshakes
from analyzer.tables.view import View
from tests.rows import Talk, log_of


def promised(*talks):
    """The handshakes of some sessions as (interval, timeout, payload)."""
    found = handshakes(View(log_of(*talks)))
    return list(zip(found.interval, found.timeout, found.payload, strict=True))


def test_numbers():
    """Numbers of the first open packet; whole ones where there is a fraction; missing without one."""
    half = Talk("s2").open(1, data='{"pingInterval":25000.9,"pingTimeout":0}')
    again = Talk().open(0, interval=7, timeout=8).engine(3, "open", "s2c", data='{"pingInterval":1}')
    found = promised(again, half, Talk("s3").join(5))
    assert found[0] == (7, 8, 100_000)
    assert found[1][:2] == (25_000, 0)
    assert np.isnan(found[1][2])
    assert np.isnan(found[2]).all()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{",
        "null",
        "[" * 100_000,
        '{"pingInterval":true,"pingTimeout":"5"}',
        '{"pingInterval":-1,"pingTimeout":1e999}',
        '{"pingInterval":1e300}',
        None,
    ],
)
def test_hostile_handshake(data):
    """An open packet that promises nonsense promises nothing."""
    assert np.isnan(promised(Talk().open(0, data=data))).all()

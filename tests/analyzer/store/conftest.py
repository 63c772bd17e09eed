"""A log to write."""

import pytest

from analyzer.records import Row
from tests.rows import FULL


@pytest.fixture
def log():
    """Some thousand ordinary rows, one odd."""
    ordinary = [
        FULL._replace(
            time=FULL.time + i * 1_000_003, frame=i, event=f"e{i % 9}", attachments=None, raw=None, issue=None
        )
        for i in range(3000)
    ]
    return [*ordinary[:1500], FULL._replace(time=ordinary[1499].time), Row(ordinary[1500].time), *ordinary[1500:]]

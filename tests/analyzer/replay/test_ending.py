"""Who ended a session."""

import pytest

from analyzer.records import C2S, S2C, Row
from analyzer.replay.ending import closed_by
from tests.analyzer.replay.talks import MS, START, bye, opening, row, said


@pytest.mark.parametrize(
    ("rows", "who", "ms"),
    [
        ([bye(9)], "client", 9),
        ([bye(9, S2C), bye(10)], "server", 9),
        ([row(8, C2S, "engine.io", "close", transport="polling")], "client", 8),
        ([row(8, S2C, "engine.io", "close", transport="polling")], "server", 8),
        ([row(7, C2S, "engine.io", "upgrade"), row(8, S2C, "engine.io", "close", transport="polling")], None, 8),
        ([row(5, S2C, "engine.io", "ping"), bye(900, S2C)], None, 900),
        ([row(5, S2C, "engine.io", "ping"), row(6, C2S, "engine.io", "pong"), bye(900, S2C)], "server", 900),
        ([said(5, "EVENT", event="a"), row(8, C2S, "tcp", "fin", transport=None)], "client", 8),
        ([said(5, "EVENT", event="a"), row(8, S2C, "tcp", "reset", transport=None)], None, 8),
        ([said(5, "EVENT", event="a")], None, 5),
    ],
)
def test_endings(rows: list[Row], who: str | None, ms: int) -> None:
    """The side that closed; none where it went silent, broke, or the capture ended before."""
    assert closed_by([*opening(), *rows]) == (who, START + ms * MS)

"""Which namespaces a session joined and left."""

import pytest

from analyzer.tables.leaving import leaving
from analyzer.tables.view import View
from tests.rows import Talk, log_of


def left(talk):
    """Whether it joined any, and left all."""
    found = leaving(View(log_of(talk)))
    return bool(found.joined[0]), bool(found.all_left[0])


@pytest.mark.parametrize(
    ("talk", "wanted"),
    [
        (Talk().open(0), (False, False)),
        (Talk().join(0), (True, False)),
        (Talk().join(0).socket(5, "DISCONNECT", "c2s"), (True, True)),
        (Talk().join(0).socket(5, "DISCONNECT", "s2c").join(6), (True, False)),
        (Talk().join(0).join(1, "/a").socket(5, "DISCONNECT", "s2c"), (True, False)),
        (
            Talk().join(0).join(1, "/a").socket(5, "DISCONNECT", "s2c").socket(6, "DISCONNECT", "c2s", "/a"),
            (True, True),
        ),
        (Talk().join(0).socket(5, "DISCONNECT", "c2s", on="polling", issue="http_refused"), (True, False)),
        (Talk().join(0).socket(5, "DISCONNECT", "c2s", issue="sio_bad_json"), (True, False)),
        (Talk(engine=3).join(0).join(1, "/a").socket(5, "DISCONNECT", "c2s", "/a"), (True, True)),
        (Talk(engine=3).join(0).socket(5, "DISCONNECT", "c2s", "/a"), (True, False)),
        (Talk().socket(5, "DISCONNECT", "c2s").socket(6, "EVENT", "s2c", event="x"), (False, True)),
        (Talk().socket(5, "DISCONNECT", "c2s", "/a").socket(6, "EVENT", "c2s", event="x"), (False, False)),
    ],
)
def test_leaving(talk, wanted):
    """A session has left when it left all that it joined; without joins, when its DISCONNECT is the last word."""
    assert left(talk) == wanted

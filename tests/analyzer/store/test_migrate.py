"""Logs of earlier versions go up a step at a time; those of later ones are refused."""

import pytest

from analyzer.issues import StoreError
from analyzer.records import SCHEMA
from analyzer.store import migrate

STEPS = {
    1: lambda row: {**row, "new": row["old"]},
    2: lambda row: {key: value for key, value in row.items() if key != "old"},
}


def test_no_step_yet():
    """Every version before the current one has its step."""
    assert set(migrate.STEPS) == set(range(1, SCHEMA))


def test_current():
    """A row of the current version is left alone."""
    row = {"schema": SCHEMA}
    assert migrate.migrate(row, SCHEMA) is row


@pytest.mark.parametrize("version", [1, 2])
def test_stairs(version):
    """A row goes up through all steps from its version on."""
    row = {"old": 5, "new": 5} if version == 2 else {"old": 5}
    assert migrate.migrate(row, version, STEPS, 3) == {"new": 5}


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (None, "does not say"),
        ("1", "does not say"),
        (True, "does not say"),
        (4, "update sioscope"),
        (0, "make the log anew"),
        (-1, "anew"),
    ],
)
def test_refused(version, said):
    """A version without a way up is told with what to do."""
    with pytest.raises(StoreError, match=said):
        migrate.migrate({}, version, STEPS, 3)

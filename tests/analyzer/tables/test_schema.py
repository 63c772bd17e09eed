"""Tables have all their columns with their dtypes, whatever is in them."""

import numpy as np
import pandas as pd
import pytest

from analyzer.tables import schema


@pytest.mark.parametrize("name", schema.TABLES)
def test_empty(name):
    """An empty table has the columns and dtypes of a full one."""
    table = schema.empty(schema.TABLES[name])
    assert table.empty
    assert {column: str(dtype) for column, dtype in table.dtypes.items()} == schema.TABLES[name]


def test_values():
    """Times, texts and numbers, each with its way to be missing; large numbers exactly."""
    columns = {
        "time": np.array([5, schema.NO_TIME]),
        "text": np.array(["x", None], object),
        "large": np.array([2**63 - 1, -(2**63)]),
        "whole": np.array([404.0, np.nan]),
        "part": np.array([np.nan, 0.1]),
    }
    kinds = {"time": schema.TIME, "text": schema.TEXT, "large": schema.WHOLE, "whole": "Int16", "part": schema.FLOAT}
    table = schema.table(kinds, columns)
    assert {column: str(dtype) for column, dtype in table.dtypes.items()} == kinds
    assert table["time"][0] == pd.Timestamp(5, tz="UTC")
    assert table.isna().to_numpy().tolist() == [[False, False, False, False, True], [True, True, False, True, False]]
    assert table["large"].tolist() == [2**63 - 1, -(2**63)]
    assert (table["whole"][0], table["part"][1]) == (404, 0.1)

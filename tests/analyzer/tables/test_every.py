"""All tables at once."""

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import store, tables
from analyzer.issues import Issue
from analyzer.records import Row
from analyzer.tables.schema import TABLES
from tests.rows import ANY_ROWS, START, Talk, log_of

TYPES = (
    *("open", "close", "ping", "pong", "upgrade", "noop", "message", "fin", "reset", "gap", "GET"),
    *("CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", None),
)
SOME = st.lists(
    st.builds(
        lambda *values: Row(START + values[0] * 10_000_000)._replace(**dict(zip(NAMES, values[1:], strict=True))),
        st.integers(0, 400),
        st.sampled_from(["a", "b", "?1", None]),
        st.sampled_from(["x:1", "y:2", None]),
        st.sampled_from([0, 1, None]),
        st.sampled_from(["polling", "websocket", None]),
        st.sampled_from(["c2s", "s2c", None]),
        st.sampled_from([3, 4, None]),
        st.sampled_from(["tcp", "http", "websocket", "engine.io", "engine.io", "socket.io", "capture"]),
        st.sampled_from(TYPES),
        st.sampled_from(["/", "/a", None]),
        st.sampled_from([0, 1, None]),
        st.sampled_from(["probe", '{"pingInterval":500,"pingTimeout":300}', None]),
        st.sampled_from([101, 200, 400, 413, 1005, 1009, None]),
        st.sampled_from(["/?sid=x", "/?EIO=4", None]),
        st.sampled_from(
            [Issue.HTTP_REFUSED, Issue.SIO_BAD_JSON, Issue.HTTP_NO_RESPONSE, Issue.HTTP_AFTER_101, None, None, None]
        ),
    ),
    max_size=40,
)
NAMES = (
    "session",
    "server",
    "stream",
    "transport",
    "direction",
    "engine",
    "layer",
    "type",
    "namespace",
    "ack_id",
    "data",
    "status",
    "url",
    "issue",
)


def test_names():
    """Every table, in the order they are reported."""
    assert list(tables.tables(log_of())) == list(TABLES)


def test_the_same_as_one_by_one():
    """What is shared changes nothing."""
    log = log_of(
        Talk().open(0, "polling").join(5, on="polling").upgrade(100).beat(1000).close(1600), Talk("b").open(50)
    )
    for name, table in tables.tables(log).items():
        pd.testing.assert_frame_equal(table, getattr(tables, name)(log))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(SOME | ANY_ROWS)
def test_any_log(rows):
    """Whatever rows a log has, in whatever order of events, there are tables of the right shape."""
    rows = sorted(rows, key=lambda row: row.time)
    log = tables.frame(store.batches(rows))
    for name, table in tables.tables(log).items():
        assert {column: str(dtype) for column, dtype in table.dtypes.items()} == TABLES[name]
    found = tables.tables(log)
    assert set(found["sessions"]["session"]) <= {row.session for row in rows}
    assert found["sessions"]["closed"].isna().equals(found["sessions"]["close_cause"].isna())
    assert found["sessions"]["closed_by"].isna().equals(found["sessions"]["close_cause"].isna())


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(SOME | ANY_ROWS, st.integers(1, 9))
def test_lean(rows, size):
    """A lean log, in batches of any size, gives the same tables."""
    rows = sorted(rows, key=lambda row: row.time)
    pieces = [store.batch(rows[start : start + size]) for start in range(0, len(rows), size)]
    lean = tables.tables(tables.frame(pieces, lean=True))
    for name, table in tables.tables(tables.frame(store.batches(rows))).items():
        pd.testing.assert_frame_equal(table, lean[name])

"""The tables of a log, and what its sources said."""

import json

import pandas as pd
import pytest

from analyzer.records import Row
from analyzer.report import analysis
from analyzer.store import batches
from analyzer.tables import frame, schema

SECOND = 1_000_000_000
OPEN = '{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'


def rows(summary='{"packets":3}'):
    """A small log: a handshake, an event, and the source's summary."""
    common = {
        "source": "a.pcap",
        "session": "S",
        "client": "c:1",
        "server": "s:2",
        "transport": "websocket",
        "engine": 4,
    }
    return [
        Row(SECOND, direction="s2c", layer="engine.io", type="open", data=OPEN, size=60, **common),
        Row(2 * SECOND, direction="c2s", layer="socket.io", type="CONNECT", namespace="/", size=1, **common),
        Row(3 * SECOND, direction="c2s", layer="socket.io", type="EVENT", namespace="/", event="hi", size=9, **common),
        Row(3 * SECOND, source="a.pcap", layer="capture", type="summary", data=summary),
    ]


def test_of_rows():
    """Rows in any batches become all tables, the sources, and the columns of the log that reports need."""
    found = analysis.of([rows()[:1], [], rows()[1:]])
    assert list(found.log.columns) == list(analysis.LOG_COLUMNS)
    assert found.sessions["session"].tolist() == ["S"]
    assert found.events["event"].tolist() == ["hi"]
    assert found.sources == [{"source": "a.pcap", "packets": 3}]
    assert list(found.tables()) == ["sessions", "heartbeats", "upgrades", "acks", "events", "findings"]


def test_of_a_log():
    """A DataFrame gives the same tables as its rows."""
    log = frame(batches(rows()))
    for name, table in analysis.of_log(log).tables().items():
        pd.testing.assert_frame_equal(table, analysis.of([rows()]).tables()[name])


def test_of_nothing():
    """No rows give empty tables with all their columns."""
    found = analysis.of([])
    assert found.sources == []
    assert all(table.empty and len(table.columns) for table in found.tables().values())


def test_findings_have_their_columns():
    """The empty table of findings has the columns and dtypes of a full one."""
    assert dict(analysis.no_findings().dtypes.astype(str)) == schema.FINDINGS


def test_worst():
    """Whether a finding is as bad as asked for, or worse."""
    found = analysis.of([[*rows()[:3], refusal(), *rows()[3:]]])
    assert found.findings["severity"].tolist() == ["warning"]
    assert [found.worst_is(severity) for severity in ("error", "warning", "info")] == [False, True, True]


def refusal():
    """The server refuses a namespace."""
    return rows()[1]._replace(time=2 * SECOND + 1, direction="s2c", type="CONNECT_ERROR", namespace="/x", data='"no"')


def test_sources_without_a_summary():
    """A log still being written has no summary: rows and their times stand in."""
    (source,) = analysis.sources_of(frame(batches(rows()[:3])))
    assert source["rows"] == 3
    assert source["first_time"] == "1970-01-01T00:00:01.000000000Z"
    assert source["last_time"] == "1970-01-01T00:00:03.000000000Z"


@pytest.mark.parametrize("summary", ["", "[]", "nonsense", "[" * 100_000, "null", '"x"'])
def test_summaries_that_cannot_be_read(summary):
    """A summary that is no JSON object leaves the source's name and rows."""
    (source,) = analysis.sources_of(frame(batches(rows(summary))))
    assert source["source"] == "a.pcap"
    assert source["rows"] == 4


def test_summaries_hold_values_only():
    """Numbers that JSON lacks, a name of their own and deep nests are not taken over."""
    summary = '{"source":"evil","a":NaN,"b":1e999,"c":{"tls":2,"d":{}},"e":[1,[2]],"f":"x"}'
    (source,) = analysis.sources_of(frame(batches(rows(summary))))
    assert source == {"source": "a.pcap", "a": None, "b": None, "c": {"tls": 2, "d": None}, "e": [1, None], "f": "x"}
    json.dumps(source, allow_nan=False)

"""The analysis as one JSON object."""

import json

from analyzer.report import document

KEYS = ["schema", "sources", "sessions", "heartbeats", "upgrades", "acks", "events", "findings"]


def test_shape(few):
    """All keys in order, all rows, all columns by their names."""
    found = json.loads("".join(document.pieces(few)))
    assert list(found) == KEYS
    assert found["schema"] == 1
    assert found["findings"] == []
    for name, table in few.tables().items():
        assert len(found[name]) == len(table)
        assert all(list(row) == list(table.columns) for row in found[name])


def test_values(few):
    """Times have nine digits and a Z, what is missing is null, numbers are numbers."""
    found = json.loads("".join(document.pieces(few)))
    refused = next(row for row in found["upgrades"] if row["outcome"] == "refused")
    assert refused["probe_sent"] is None
    assert refused["status"] == 400
    assert refused["started"].endswith("Z")
    assert len(refused["started"]) == len("2026-11-23T02:58:52.211299000Z")
    assert found["sources"] == few.sources


def test_pieces_are_the_object(few, empty, hostile):
    """The text and the object say the same, with rows, without, and with hostile ones."""
    for analysis in (few, empty, hostile):
        assert json.loads("".join(document.pieces(analysis))) == document.build(analysis)


def test_nothing_can_harm_a_terminal(hostile):
    """The text is printable ASCII and line feeds, whatever sessions and events are called."""
    text = "".join(document.pieces(hostile))
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))


def test_streams(crowd):
    """Many rows come in pieces of limited size, one row a line."""
    pieces = list(document.pieces(crowd))
    assert max(map(len, pieces)) < 1_000_000
    assert "".join(pieces).count('\n{"session"') == sum(len(crowd.tables()[name]) for name in KEYS[2:6])


def test_any_values(scrambled):
    """Tables of a damaged or forged log are JSON without NaN."""
    for seed in range(5):
        assert json.loads("".join(document.pieces(scrambled(seed, 20))))["schema"] == 1

"""The log's row is its contract: columns, their order, their kinds, and what is null unless said otherwise."""

import pytest

from analyzer.records import C2S, COLUMNS, S2C, SCHEMA, Layer, Row, Transport

KINDS = {"timestamp", "string", "int64", "int16", "int8", "float64", "binaries"}


def test_a_row_has_the_columns_in_their_order() -> None:
    """Rows are made by position in the busiest places."""
    assert Row._fields == tuple(COLUMNS)
    assert set(COLUMNS.values()) <= KINDS


def test_the_columns_of_this_schema() -> None:
    """A change of these is a new SCHEMA, with a migration."""
    assert SCHEMA == 1
    assert " ".join(COLUMNS) == (
        "time source frame stream client server session transport direction engine layer type namespace parser event "
        "ack_id data attachments raw size wire_size status url duration headers issue detail"
    )


def test_all_but_time_and_layer_may_be_missing() -> None:
    """A row says what it knows."""
    row = Row(7)
    assert (row.time, row.layer) == (7, "capture")
    assert {getattr(row, name) for name in COLUMNS if name not in ("time", "layer")} == {None}


@pytest.mark.parametrize("names", [Layer, Transport])
def test_names_are_text(names: type[Layer] | type[Transport]) -> None:
    """Enumerations compare and print as what the log holds."""
    for member in names:
        assert isinstance(member, str)
        assert str(member) == member.value == f"{member}"


def test_names_of_the_log() -> None:
    """The words that logs hold."""
    assert [layer.value for layer in Layer] == ["capture", "tcp", "tls", "http", "websocket", "engine.io", "socket.io"]
    assert [transport.value for transport in Transport] == ["polling", "websocket", "webtransport"]
    assert (C2S, S2C) == ("c2s", "s2c")

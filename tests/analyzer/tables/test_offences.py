"""Packets that the protocol does not allow."""

import pytest

from analyzer.tables.leaving import leaving
from analyzer.tables.offences import offences
from analyzer.tables.view import View
from tests.rows import Talk, log_of


def kinds(talk):
    """Types of the rows that offend."""
    view = View(log_of(talk))
    return view.log["type"][offences(view, leaving(view))].fillna("").tolist()


@pytest.mark.parametrize(
    ("talk", "wanted"),
    [
        (Talk().open(0, "polling").join(5, on="polling").upgrade(10).beat(1000), []),
        (Talk(engine=3).open(0).beat(1000), []),
        (Talk().engine(0, None, "c2s", issue="eio_bad_packet"), [""]),
        (Talk().engine(0, "message", "s2c", issue="sio_bad_json"), ["message"]),
        (Talk().engine(0, "message", "s2c", issue="http_refused"), []),
        (Talk().engine(0, "ping", "c2s").engine(1, "pong", "s2c"), ["ping", "pong"]),
        (Talk(engine=3).engine(0, "ping", "s2c").engine(1, "pong", "c2s"), ["ping", "pong"]),
        (Talk().open(0).join(1).socket(5, "CONNECT", "c2s"), ["CONNECT"]),
        (Talk().open(0).join(1).socket(5, "CONNECT_ERROR", "c2s"), ["CONNECT_ERROR"]),
        (Talk().open(0).join(1).socket(5, "ACK", "c2s", "/a", ack_id=1), ["ACK"]),
        (Talk().open(0).join(1).socket(5, "DISCONNECT", "c2s").socket(6, "EVENT", "c2s", event="x"), []),
        (Talk().open(0).join(1).socket(5, "DISCONNECT", "c2s", "/a"), []),
        (Talk().open(0).socket(1, "EVENT", "s2c", event="missed").join(2), []),
        (Talk().join(1).socket(5, "EVENT", "c2s", "/a", event="x"), []),
        (Talk(engine=3).open(0).socket(1, "CONNECT", "s2c").socket(5, "EVENT", "c2s", "/a", event="x"), []),
        (Talk().open(0).socket(5, "EVENT", "c2s", event="x"), ["EVENT"]),
        (Talk().open(0).join(1).socket(5, "EVENT", "s2c", event="connect"), ["EVENT"]),
        (Talk(engine=3).open(0).join(1).socket(5, "EVENT", "s2c", event="connect"), []),
        (Talk().open(0).join(1).socket(5, "BINARY_EVENT", "c2s", event="x", attachments=[]), ["BINARY_EVENT"]),
        (Talk().open(0).join(1).socket(5, "BINARY_EVENT", "c2s", event="x", attachments=[b""]), []),
        (Talk(engine=3).open(0).join(1).socket(5, "BINARY_EVENT", "s2c", event="x"), []),
    ],
)
def test_offences(talk, wanted):
    """What breaks the protocol, and what only looks like it."""
    assert kinds(talk) == wanted

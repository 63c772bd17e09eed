"""The log as arrays: whose rows they are, where sessions begin and end, what values they have."""

import numpy as np

from analyzer.tables.view import NONE, View, pick
from tests.rows import MS, START, Talk, log_of


def test_keys():
    """Sessions are numbered by first row, rows without one have none."""
    view = View(log_of(Talk("b").join(0), Talk(None).join(10), Talk("a").join(20)))
    assert view.keys.of_row.tolist() == [0, 0, NONE, NONE, 1, 1]
    assert view.keys.count == 2


def test_taps():
    """Two open packets at two servers are two taps, rows go by their server; one open packet is one tap."""
    two = [Talk(server=name).open(ms).join(ms + 10) for ms, name in enumerate(("x:1", "y:2"))]
    view = View(log_of(*two))
    servers = view.log["server"].tolist()
    assert {(key, server) for key, server in zip(view.key.tolist(), servers, strict=True)} == {(0, "x:1"), (1, "y:2")}
    assert set(view.log["server"][view.main]) == {"y:2"}
    assert View(log_of(Talk(server="x:1").open(0), Talk(server="y:2").join(5))).keys.count == 1


def test_third_address():
    """Rows at an address that opened nothing are of the first tap."""
    view = View(log_of(Talk(server="x:1").open(0), Talk(server="y:2").open(1), Talk(server="z:3").join(5)))
    assert view.key[-1] == 0


def test_first_and_last():
    """First and last row of each session among some."""
    view = View(log_of(Talk("a").beat(0).beat(10), Talk("b").beat(5).engine(7, "noop", "s2c")))
    assert view.first(view.engine("ping")).tolist() == [0, 2]
    assert view.last(view.engine("pong")).tolist() == [6, 3]
    assert view.first(view.engine("noop")).tolist() == [NONE, 4]
    assert view.counts(view.engine("ping")).tolist() == [2, 1]
    assert view.times(np.array([0, NONE, 2])).tolist() == [START, np.iinfo(np.int64).min, START + 5 * MS]
    assert view.before(np.array([5, NONE])).tolist() == [True, True, False, False, False, False, False]


def test_columns():
    """Values by row, and rows by value, whether or not they are there."""
    view = View(log_of(Talk().socket(0, "EVENT", "c2s", event="x", ack_id=5).socket(1, "EVENT", "s2c", event="é")))
    assert view.equal("event", "é").tolist() == [False, True]
    assert not view.equal("event", "none").any()
    assert view.among("event", ("x", "none")).tolist() == [True, False]
    assert view.whole("ack_id").tolist() == [5, NONE]
    assert view.given("ack_id").tolist() == [True, False]
    assert view.values("ack_id", np.array([0, 1, NONE])).tolist() == [5, None, None]
    assert view.values("event", np.array([NONE, 1])).tolist() == [None, "é"]


def test_probes():
    """Packets of a probe, and no others."""
    view = View(log_of(Talk().upgrade(0).beat(50).engine(60, "message", "c2s", data="probe")))
    assert view.log["type"][view.probes].tolist() == ["ping", "pong", "upgrade"]


def test_pick():
    """Values at places, something else where there is none, also of nothing."""
    assert pick(np.array([1, 2]), np.array([1, NONE]), 9).tolist() == [2, 9]
    assert pick(np.zeros(0, bool), np.array([NONE]), False).tolist() == [False]

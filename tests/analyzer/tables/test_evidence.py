"""How one knows that a session is over."""

import pandas as pd

from analyzer import tables
from tests.rows import MS, START, Talk, log_of


def one(talk, until=None):
    """The one session of a talk as a dict, None for missing."""
    table = tables.sessions(log_of(talk, until=until))
    assert len(table) == 1
    return {name: None if pd.isna(value) else value for name, value in table.iloc[0].items()}


def ended(talk, until=None):
    """By whom and why the session ended, None while open."""
    row = one(talk, until)
    return row["closed_by"], row["close_cause"]


def at(ms):
    """A moment of a talk."""
    return pd.Timestamp(START + round(ms * MS), tz="UTC")


def test_first_evidence():
    """Of several signs the first one counts."""
    talk = Talk().open(0).join(5).engine(40, "close", "c2s").ws(50, "close", "s2c").tcp(60, "fin", "c2s")
    assert one(talk)["closed"] == at(40)


def test_failed_poll():
    """A failed poll ends a session only if nothing was delivered afterwards; what a probe does is no delivery."""
    talk = Talk().open(0, "polling").join(5, on="polling").ws(10, "open").http(50, status=502)
    assert one(talk)["closed"] == at(50)
    talk.engine(60, "ping", "c2s", data="probe").engine(61, "pong", "s2c", data="probe").ws(62, "close", status=1005)
    assert one(talk)["closed"] == at(50)
    assert one(talk.http(90))["closed"] is None


def test_silence():
    """A session of which nothing is heard long after both sides must have given up was cut; when, is their deadline."""
    talk = Talk().open(0).join(5).beat(1000)
    assert ended(talk, until=60_000) == ("network", "transport_cut")
    assert at(2501) < one(talk, until=60_000)["closed"] < at(4000)
    assert ended(talk, until=2600) == (None, None)


def test_silence_is_of_one_source():
    """The end of one capture is not the silence of a session in it, even if others go on later."""
    later = Talk("s2", source="later.pcap").open(3_600_000)
    table = tables.sessions(log_of(Talk().open(0).join(5), later))
    assert table["close_cause"].isna().all()

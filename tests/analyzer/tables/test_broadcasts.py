"""The table of broadcasts."""

import pandas as pd

from analyzer import tables
from analyzer.tables.broadcasts import Fanout
from analyzer.tables.frame import frame
from analyzer.tables.schema import BROADCASTS
from tests.analyzer.tables.crowd import Crowd


def test_empty() -> None:
    """Without pushes to several there is a table without rows, all columns of their types."""
    for log in (frame([]), Crowd("ab").push(1000, "a", '["x"]').log()):
        table = tables.broadcasts(log)
        assert table.empty
        assert {name: str(dtype) for name, dtype in table.dtypes.items()} == BROADCASTS


def test_what_it_says() -> None:
    """Whom it reached, when, and whose event came just before."""
    crowd = Crowd("abc").say(2000, "b", '["hi"]').push(2002, "ac", '["hi"]')
    crowd.say(3000, "a", '["m"]', "move").push(3001, "abc", '["at",1]').push(9000, "ab", '["late"]')
    table = tables.broadcasts(crowd.log())
    assert table["recipients"].tolist() == [["a", "c"], ["a", "b", "c"], ["a", "b"]]
    assert table["sender"].astype(object).where(table["sender"].notna(), None).tolist() == ["b", "a", None]
    assert table["sender_is"].tolist()[:2] == ["left out", "included"]
    assert table["broadcast"].tolist() == [1, 2, 3]
    assert table["spread_ms"].round(3).tolist() == [0.1, 0.2, 0.1]
    assert table["payload"].nunique() == 3
    assert table["room"].isna().all()
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == BROADCASTS


def test_not_the_same() -> None:
    """Another event, namespace or payload, or another moment, is no broadcast."""
    crowd = (
        Crowd("ab").push(1000, "a", '["x"]').push(1000, "b", '["y"]').push(2000, "a", '["x"]').push(3000, "b", '["x"]')
    )
    crowd.push(4000, "a", '["z"]', "one").push(4000, "b", '["z"]', "other")
    assert tables.broadcasts(crowd.log()).empty


def test_greetings() -> None:
    """What is told to all that have just come is marked: it may be told to each."""
    early = Fanout(Crowd("ab").push(100, "ab", '["welcome"]').push(2000, "ab", '["news"]').log())
    assert early.greeting.tolist() == [True, False]
    assert early.everyone.tolist() == [2, 2]


def test_nothing_is_no_evidence_of_a_sender() -> None:
    """Events without arguments are alike for no reason."""
    crowd = Crowd("abc").say(2000, "c", "[]", "check").push(2100, "ab", "[]", "beep")
    assert pd.isna(tables.broadcasts(crowd.log())["sender"][0])

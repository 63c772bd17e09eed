"""The table of rooms: as the servers that made the captures know them, and nothing by chance."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analyzer
from analyzer.tables.frame import frame
from analyzer.tables.rooms import fanout, rooms
from analyzer.tables.schema import ROOMS
from tests.analyzer.tables.crowd import Crowd

ROOT = Path(__file__).resolve().parents[3]
TALK = ROOT / "captures" / "rooms"
sys.path.insert(0, str(ROOT / "tests" / "peers"))

import needs  # noqa: E402

Known = set[tuple[str, frozenset[str], frozenset[str]]]


def inferred(table: pd.DataFrame) -> Known:
    """Namespace, who is in a room, and who ever was."""
    return {
        (row.namespace, frozenset(row.members), frozenset(row.members) | frozenset(row.former))
        for row in table.itertuples()
    }


def real(folder: Path) -> Known:
    """What the server said; rooms with the same people in them are one to everyone else."""
    return {
        (room["namespace"], frozenset(room["now"]), frozenset(room["ever"]))
        for room in json.loads((folder / "talk.json").read_text("utf-8"))
    }


def test_rooms_of_a_real_server() -> None:
    """socket.to and io.to, over polling and WebSocket, in JSON and msgpack, joined and left, sent twice at once."""
    table = rooms(analyzer.read(str(TALK / "talk.pcap")))
    assert inferred(table) == real(TALK)
    by_event = {row["events"][0]: row for row in table[table["namespace"] == "/"].to_dict("records")}
    assert by_event["said"]["left_out"] == by_event["said"]["broadcasts"] == 6
    assert by_event["moved"]["included"] >= 14
    assert by_event["moved"]["left_out"] == by_event["headline"]["left_out"] == 0
    assert {row["scope"] for event, row in by_event.items() if event != "tick"} == {"room"}
    assert by_event["tick"]["scope"] == "namespace"


@pytest.mark.peers
def test_rooms_of_a_server_now(tmp_path: Path) -> None:
    """The same with new ids, ports and times."""
    spec = importlib.util.spec_from_file_location("rooms_make", TALK / "make.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with needs.tools("node", "tcpdump"):
        script.make(tmp_path)
    assert inferred(rooms(analyzer.read(str(tmp_path / "talk.pcap")))) == real(tmp_path)


def test_empty() -> None:
    """Nothing in, nothing out, all columns of their types."""
    for found in fanout(frame([])).values():
        assert found.empty
    assert {name: str(dtype) for name, dtype in rooms(frame([])).dtypes.items()} == ROOMS


def chatting(names: str, times: int, data: str = '["{}"]', start: int = 2000) -> Crowd:
    """A room in which as many different things are said."""
    crowd = Crowd("abcdef")
    for n in range(times):
        crowd.push(start + 500 * n, names, data.format(n))
    return crowd


def test_columns() -> None:
    """With the evidence."""
    row: dict[str, Any] = rooms(chatting("abc", 8).log()).to_dict("records")[0]
    assert (row["members"], row["former"], row["events"]) == (["a", "b", "c"], [], ["x"])
    assert (row["broadcasts"], row["payloads"], row["confidence"]) == (8, 8, "high")
    assert (row["scope"], row["left_out"], row["included"]) == ("room", 0, 0)
    assert row["last"] - row["first"] == pd.Timedelta("3.5002s")


@pytest.mark.parametrize(
    "crowd",
    [
        chatting("abc", 2),
        chatting("ab", 9, "[1]"),
        chatting("abc", 9, "[]"),
        Crowd("abc").push(5, "abc", '["hello"]').push(9, "abc", '["rules"]').push(20, "abc", '["prices"]'),
    ],
    ids=["too few", "always the same", "nothing", "greetings"],
)
def test_no_room_by_chance(crowd: Crowd) -> None:
    """Too few broadcasts, or always the same tiny payload, or what everyone is told who comes: no room is claimed."""
    found = fanout(crowd.log())
    assert found["rooms"].empty
    assert len(found["broadcasts"]) > 1
    assert found["broadcasts"]["room"].isna().all()


def test_timers_of_their_own() -> None:
    """Two sessions that are told the time by timers of their own, now and then at the same moment, share no room."""
    crowd = Crowd("ab")
    for n in range(60):
        crowd.push(2000 + 1000 * n, "a", "[true]").push(2000 + 990 * n, "b", "[true]")
    assert rooms(crowd.log(70_000)).empty


def test_two_rooms_with_people_in_common() -> None:
    """Each is found, and broadcasts name theirs."""
    crowd = Crowd("abcdef")
    for n in range(5):
        crowd.push(2000 + 400 * n, "abc", f'["one {n}"]').push(2200 + 400 * n, "cd", f'["two {n}"]')
    found = fanout(crowd.log())
    assert found["rooms"]["members"].tolist() == [["a", "b", "c"], ["c", "d"]]
    assert found["broadcasts"]["room"].tolist() == [1, 2] * 5


def test_a_log_without_payloads_is_enough_where_their_numbers_are_beside() -> None:
    """As `analyze` keeps it."""
    from analyzer.tables.payloads import COLUMN, payloads

    log = chatting("abc", 4).log()
    assert len(rooms(log.assign(data=None, **{COLUMN: payloads(log)}))) == 1

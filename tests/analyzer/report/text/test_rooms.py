"""The section on rooms."""

from analyzer.report.text import rooms
from analyzer.tables.rooms import fanout
from tests.analyzer.tables.crowd import Crowd


def shown(printed, crowd: Crowd, width: int = 150) -> list[str]:
    """What is printed of a crowd."""
    found = fanout(crowd.log())
    return [
        *printed(rooms.show, found["rooms"], found["broadcasts"], {name: name for name in crowd.talks}, width=width)
    ]


def test_rooms(printed):
    """Who, what, how often, with the sender or without, and how sure."""
    crowd = Crowd("abc")
    for n in range(8):
        crowd.say(2000 + 500 * n, "c", f'["{n}"]').push(2010 + 500 * n, "ab", f'["{n}"]')
    crowd.push(9000, "ab", '["once"]')
    lines = shown(printed, crowd)
    assert lines[1] == "Rooms (inferred)  1 from 9 broadcasts, 1 of them too little to tell a room"
    assert " ".join(lines[2].split()) == "room namespace members events broadcasts payloads sender within certainty"
    assert " ".join(lines[3].split()) == "1 / all 3: a, b, c x 8 8 left out 8/8 0.10 ms high"
    assert max(map(len, shown(printed, crowd, 60))) <= 60


def test_none(printed):
    """Says so."""
    assert shown(printed, Crowd("ab"))[1] == "Rooms (inferred)  0 from 0 broadcasts"

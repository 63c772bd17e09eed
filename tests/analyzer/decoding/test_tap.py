"""State of a session at one place."""

from analyzer.decoding.dialect import Mode
from analyzer.records import C2S, S2C
from tests.analyzer.decoding.bench import Bench

HEADER = '451-["f",{"_placeholder":true,"num":0}]'


def test_a_session_seen_from_its_open_packet() -> None:
    """What follows is judged by its first message; a revision known before stays where the packet does not say."""
    tap = Bench(Mode.GUESSED).tap
    tap.open(None)
    assert (tap.opened, tap.engine, tap.dialect.whole, tap.dialect.mode) == (True, 4, True, Mode.UNKNOWN)
    tap.open(3)
    assert tap.engine == 3


def test_both_directions_have_their_channel() -> None:
    """One each, with state of its own."""
    tap = Bench().tap
    assert set(tap.channels) == {C2S, S2C}
    assert tap.channels[C2S] is not tap.channels[S2C]


def test_abort_gives_up_both_directions() -> None:
    """What either waits for becomes rows at that moment, which say why."""
    bench = Bench()
    for channel in bench.tap.channels.values():
        channel.text(HEADER, bench.arrival())
    bench.tap.abort(99, 1, "the connection ended")
    rows = bench.rows()
    assert [(row.direction, row.time, row.issue) for row in rows] == [
        ("c2s", 99, "sio_attachment_missing"),
        ("s2c", 99, "sio_attachment_missing"),
    ]
    assert "the connection ended" in (rows[0].detail or "")
    bench.tap.abort(100, 1, "again")
    assert bench.rows() == []


def test_after_a_hole_the_first_message_seen_need_not_be_the_first() -> None:
    """So it does not settle what the session is; one that is settled already stays."""
    unknown, settled = Bench().tap, Bench(Mode.SOCKET).tap
    unknown.open(4)
    unknown.holed()
    assert not unknown.dialect.whole
    settled.dialect.whole = True
    settled.holed()
    assert settled.dialect.whole


def twice(text: str) -> str:
    """As the earliest parsers of socket.io 1.x give it to a WebSocket."""
    return text.encode().decode("latin-1")


def test_frames_of_the_earliest_parsers_are_decoded_twice() -> None:
    """Once a direction's text shows it beyond doubt, also where it could be meant as it stands."""
    tap = Bench().tap
    assert tap.frame(twice("4€"), C2S) == twice("4€")
    tap.legacy = True
    assert tap.frame(twice("4é"), C2S) == twice("4é")
    assert tap.frame(twice("4€"), C2S) == "4€"
    assert tap.frame(twice("4é"), C2S) == "4é"
    assert tap.frame(twice("4é"), S2C) == twice("4é")


def test_frames_of_later_parsers_stay_as_they_are() -> None:
    """Text that was encoded only once says so for all that its sender writes later."""
    tap = Bench().tap
    tap.legacy = True
    assert tap.frame("4日本", C2S) == "4日本"
    assert tap.frame(twice("4€"), C2S) == twice("4€")
    assert tap.frame(twice("4€"), S2C) == "4€"

"""What the flow list says."""

from types import SimpleNamespace
from typing import Any

from analyzer.live.notes import ILL, WELL, Notes
from analyzer.records import Row

MS = 1_000_000


def beat(time: int, kind: str, **more: Any) -> Row:
    """A heartbeat at a time in ms."""
    return Row(time * MS, session="S", layer="engine.io", type=kind, **more)


def flow(**more: Any) -> Any:
    """A flow of a WebSocket."""
    return SimpleNamespace(**{"websocket": object(), "comment": "", "marked": "", "metadata": {}} | more)


def test_a_healthy_session() -> None:
    """Namespaces as they were joined, and how long the last pong took."""
    notes = Notes()
    notes.learn(
        [
            Row(0, session="S", layer="socket.io", type="CONNECT", direction="s2c", namespace="/"),
            Row(0, session="S", layer="socket.io", type="CONNECT", direction="s2c", namespace="/chat"),
            beat(1, "ping", data="probe"), beat(100, "ping"), beat(103, "pong"), Row(0),
        ]
    )  # fmt: skip
    assert notes.text("S", "websocket", 0) == ("sio S websocket /, /chat 1 heartbeats, last 3 ms", WELL)
    assert notes.text("T", "polling", 0) == ("sio T polling no namespace 0 heartbeats", "")


def test_a_heartbeat_that_was_missed() -> None:
    """By another one, or by the time that the server allows."""
    notes = Notes()
    notes.learn([beat(0, "open", data='{"pingTimeout":50}'), beat(100, "ping"), beat(200, "ping")])
    assert notes.text("S", "websocket", 210 * MS) == ("sio S websocket no namespace 0 heartbeats, 1 MISSED", ILL)
    assert "2 MISSED" in notes.text("S", "websocket", 260 * MS)[0]


def test_what_people_wrote_stays() -> None:
    """What was ours is renewed."""
    notes = Notes()
    notes.learn([beat(0, "open", data="[}"), beat(1, "ping"), beat(2, "pong")])
    fresh, taken = flow(), flow(comment="mine", marked=":bug:")
    assert notes.write(fresh, "S", 0)
    assert fresh.metadata == {"sioscope_sid": "S"}
    assert (fresh.comment, fresh.marked) == ("sio S websocket no namespace 1 heartbeats, last 1 ms", WELL)
    assert not notes.write(fresh, "S", 0)
    assert not notes.write(taken, "S", 0)
    assert (taken.comment, taken.marked) == ("mine", ":bug:")


def test_a_thousand_namespaces() -> None:
    """Are counted, not named, and names are cut and printable."""
    notes = Notes()
    names = ["/\x1b" + "n" * 1000, *(f"/{i}" for i in range(1000))]
    notes.learn(Row(0, session="S", layer="socket.io", type="CONNECT", direction="s2c", namespace=n) for n in names)
    text, _ = notes.text("S", "websocket", 0)
    assert text.endswith("/0, /1, /2, /3, /4, /5, /6 and 993 more 0 heartbeats")
    assert text.isprintable()
    assert len(text) < 200

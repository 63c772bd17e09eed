"""The live table of sessions."""

import io
from typing import Any

from rich.console import Console

from analyzer.records import Row
from analyzer.report.text import board
from analyzer.report.text.board import Board

SECOND = 1_000_000_000


def row(second: float, kind: str, direction: str = "s2c", **more: Any) -> Row:
    """A packet of a session."""
    layer = "engine.io" if kind.islower() else "socket.io"
    known = {"session": "S", "client": "10.0.0.1:50000", "transport": "websocket", "layer": layer} | more
    return Row(int(second * SECOND), type=kind, direction=direction, **known)


class Bench:
    """A board at a time, and how it looks."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self.now = 0.0
        self._file = io.StringIO()
        self.console = Console(file=self._file, width=width, height=height, legacy_windows=False)
        self.board = Board(self.console, lambda: int(self.now * SECOND))

    def look(self) -> list[str]:
        """The lines of the picture, without their ends' blanks."""
        self._file.truncate(0)
        self._file.seek(0)
        self.console.print(self.board.picture())
        return [line.rstrip() for line in self._file.getvalue().splitlines()]


JOINED = [row(1, "open"), row(2, "CONNECT", namespace="/"), row(3, "CONNECT", namespace="/chat")]


def test_nothing_yet() -> None:
    """Is said."""
    assert Bench().look()[-1] == "0 open, 0 in all, 0 packets: no Socket.IO yet"


def test_a_session() -> None:
    """Who, by what, how long, how much, how it beats, where and what; narrow and wide."""
    for width, front in ((80, "S        ws"), (120, "S        10.0.0.1:50000        ws")):
        bench = Bench(width)
        bench.now = 66
        beat = [row(4, "ping"), row(4.025, "pong", "c2s")]
        bench.board.add([*JOINED, *beat, row(5, "EVENT", "c2s", event="say", namespace="/")])
        head, line, total = bench.look()
        assert line.startswith(front)
        assert line.split()[-8:] == ["1:05", "2", "4", "25.0", "ms", "/,", "/chat", "say"]
        assert max(map(len, (head, line, total))) <= width
        assert total == "1 open, 1 in all, 6 packets"


def test_what_is_wrong_is_seen() -> None:
    """Missed heartbeats, oddities, and the end; a packet that comes after a failed probe means life."""
    bench = Bench()
    bench.board.add([*JOINED, row(4, "ping"), row(5, "ping", issue="x", detail="odd")])
    assert "1 missed" in bench.look()[1]
    assert "1 odd CONNECT" in bench.look()[1]
    assert bench.look()[-1] == "1 open, 1 in all, 5 packets, 1 oddity"
    bench.board.add([row(6, "close", "c2s", layer="websocket")])
    assert "closed" in bench.look()[1]
    assert bench.look()[-1].startswith("0 open")
    bench.board.add([row(7, "EVENT", event="a")])
    assert bench.look()[-1].startswith("1 open")
    bench.board.add([row(8, "DISCONNECT", "c2s", namespace="/chat"), row(9, "close", "c2s")])
    assert bench.look()[-1].startswith("0 open")
    assert "/chat" not in bench.look()[1]


def test_rows_of_no_session() -> None:
    """Count only where they are odd."""
    bench = Bench()
    bench.board.add([Row(1), Row(2, session="S"), Row(3, issue="x")])
    assert bench.look()[-1] == "0 open, 0 in all, 0 packets, 1 oddity: no Socket.IO yet"


def test_more_than_fit() -> None:
    """The open ones heard of last are shown, in the order in which they came."""
    bench = Bench(height=6)
    for i, name in enumerate(("a", "b", "c", "d")):
        bench.board.add([row(i, "open", session=name)])
    bench.board.add([row(5, "close", session="d"), row(6, "noop", session="a")])
    lines = bench.look()
    assert [line.split()[0] for line in lines[1:-1]] == ["a", "c"]
    assert lines[-1] == "3 open, 4 in all, 6 packets, 2 more"


def test_memory_is_bounded() -> None:
    """The closed ones make room first."""
    bench = Bench()
    bench.board.add([row(1, "open", session="old"), row(1, "open", session="gone"), row(2, "close", session="gone")])
    bench.board.add([row(3 + i, "open", session=f"s{i}") for i in range(board.MOST - 1)])
    assert len(bench.board._sessions) == board.MOST
    assert "old" in bench.board._sessions
    assert "gone" not in bench.board._sessions
    assert bench.board.sessions == board.MOST + 1


def test_a_terminal_is_not_obeyed() -> None:
    """Whatever is in the traffic."""
    bench = Bench(120)
    bad = "\x1b[2J[red]"
    bench.board.add(
        [row(1, "CONNECT", session=bad, namespace=bad, client=bad), row(2, "EVENT", event=bad, session=bad)]
    )
    shown = "\n".join(bench.look())
    assert "\x1b" not in shown
    assert "[red]" in shown


def test_hours() -> None:
    """Have a place of their own."""
    assert [board._clock(seconds) for seconds in (5, 65, 3_600, 93_784)] == ["0:05", "1:05", "1:00:00", "26:03:04"]

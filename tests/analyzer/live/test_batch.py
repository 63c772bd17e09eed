"""Messages of some milliseconds to rows."""

from typing import Any

import pytest

from analyzer.limits import DEFAULT
from analyzer.live.batch import Said, take
from analyzer.live.intake import Intake, Socket
from analyzer.records import Row
from analyzer.sessions.trunk import Trunk
from tests.flowfiles import said, socket

OPEN = b'0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'


def failing(error: Exception) -> None:
    """Nothing should fail."""
    raise error


class Bench:
    """A trunk and the WebSocket of a session that has joined."""

    def __init__(self) -> None:
        self.trunk = Trunk(DEFAULT, ["proxy"])
        intake, flow = Intake(), socket()
        flow.request.data.path = b"/socket.io/?EIO=4&transport=websocket"
        self.trunk.take_all([*intake.requested(flow), *intake.answered(flow)])
        found = intake.socket(flow)
        assert found is not None
        self.socket: Socket = found
        self.failures: list[str] = []
        self.take(said(OPEN, 1, from_client=False), said(b"40", 1.001))
        self.take(said(b'40{"sid":"x"}', 1.002, from_client=False))

    def take(self, *records: Any) -> list[Row]:
        """Messages at once, and the rows they made."""
        take([Said(self.socket, record) for record in records], self.trunk, self._failed)
        return self.trunk.release(1 << 62)

    def _failed(self, error: Exception) -> None:
        self.failures.append(type(error).__name__)


MIXED = [
    said(b'42["a",1]', 2), said(b'42["b"]', 2.001, from_client=False),
    said(b"2", 2.002, from_client=False), said(b"3", 2.003),
    said(b'451-["f",{"_placeholder":true,"num":0}]', 2.004),
    said(b'42["c"]', 2.0045, from_client=False), said(b"\x01\x02", 2.005, is_text=False),
    said(b'42["d"]', 2.006), said(b'431["x"]', 2.007, from_client=False),
    said(b'42["gone"]', 2.008, dropped=True), said(b"4nonsense", 2.009), said(b'42/chat,["e"]', 2.01),
]  # fmt: skip


def test_at_once_as_one_by_one() -> None:
    """The same rows, in the order of their moments, whatever is in between."""
    together, apart = Bench().take(*MIXED), [row for bench in [Bench()] for one in MIXED for row in bench.take(one)]

    assert together == apart
    assert [row.event or row.type for row in together] == [
        "a", "b", "ping", "pong", "c", "f", "d", "ACK", "gone", "message", "e",
    ]  # fmt: skip
    assert [row.issue for row in together if row.issue] == ["mitm_dropped", "sio_bad_packet"]


def test_the_common_ones_are_not_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what makes it cheap."""
    bench = Bench()
    monkeypatch.setattr(bench.trunk, "take", failing)
    rows = bench.take(said(b'42["a",1]', 2), said(b'42["b"]', 2.001, from_client=False))
    assert [row.event for row in rows] == ["a", "b"]
    assert bench.failures == []


def test_what_cannot_be_read_concerns_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record without a time, and bugs of ours."""
    bench = Bench()
    odd = said(b'42["a"]', 2)
    odd.timestamp = "never"
    assert [row.event for row in bench.take(odd, said(b'42["b"]', 2.1))] == ["b"]
    monkeypatch.setattr(type(bench.socket.link), "skim", lambda *_: 1 // 0)
    assert [row.event for row in bench.take(said(b'42["c"]', 3))] == ["c"]
    monkeypatch.setattr(bench.trunk, "take", lambda event: 1 // 0)
    assert bench.take(said(b'42["d"]', 4)) == []
    assert bench.failures == ["ValueError", "ZeroDivisionError", "ZeroDivisionError", "ZeroDivisionError"]

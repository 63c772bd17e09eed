"""Sessions by sid: one where it merely moves, two where it is seen at two places; a bounded number of them."""

import pytest

from analyzer.decoding import registry as module
from analyzer.decoding.places import Link
from analyzer.decoding.registry import Registry
from analyzer.limits import Limits
from tests.analyzer.decoding.bench import Bench


def registry(limits: Limits | None = None) -> Registry:
    """An empty one."""
    return Registry(Bench().scribe, limits or Limits())


def link(stream: int = 0, server: str | None = "s:1") -> Link:
    """A connection."""
    return Link(stream, f"c:{stream}", server)


def test_opening_and_finding() -> None:
    """The open packet makes the session; requests on other connections find it, and these are then recognised."""
    all_of_them, first, second = registry(), link(), link(1)
    tap = all_of_them.opened("S", 4, first)
    assert (tap.sid, tap.engine, tap.opened, tap.servers) == ("S", 4, True, {"s:1"})
    assert all_of_them.find("S", 4, second) is tap
    assert first.tap is second.tap is tap
    assert second.recognised


def test_a_session_begun_before_the_capture() -> None:
    """A request names it; its open packet was not seen, and its revision is learned when something says it."""
    sessions = registry()
    tap = sessions.find("S", None, link())
    assert (tap.opened, tap.engine) == (False, None)
    assert sessions.find("S", 3, link(1)) is tap
    assert tap.engine == 3


def test_the_open_packet_at_two_places_is_two_taps() -> None:
    """Before and behind a proxy the same sid is opened twice; each connection belongs to the tap of its server."""
    sessions = registry()
    front, back = sessions.opened("S", 4, link(0, "proxy:80")), sessions.opened("S", 4, link(1, "app:3000"))
    assert front is not back
    assert sessions.find("S", 4, link(2, "proxy:80")) is front
    assert sessions.find("S", 4, link(3, "app:3000")) is back
    assert sessions.all() == [front, back]


def test_a_session_that_moves_is_one() -> None:
    """Another address alone proves nothing."""
    sessions = registry()
    tap = sessions.opened("S", 4, link(0, "s:1"))
    assert sessions.find("S", 4, link(1, "s:2")) is tap
    assert tap.servers == {"s:1", "s:2"}


def test_a_request_still_unanswered_at_one_tap_is_seen_at_another() -> None:
    """It cannot be asked anew while it awaits its answer: on a third address it belongs to the other tap."""
    sessions = registry()
    front = sessions.opened("S", 4, link(0, "proxy:80"))
    back = sessions.opened("S", 4, link(1, "app:3000"))
    ask = ("GET", "/?EIO=4&transport=polling&sid=S&t=x")
    back.asking.append(ask)
    assert sessions.find("S", 4, link(2, "other:1"), ask) is front
    assert sessions.find("S", 4, link(3, "another:1"), ("GET", "/else")) is front


def test_the_open_packet_after_its_first_request() -> None:
    """Where a request was seen first, the session gets its open packet later, and is one."""
    sessions = registry()
    tap = sessions.find("S", 4, link(0, "s:1"))
    assert sessions.opened("S", 4, link(1, "s:2")) is tap
    assert tap.opened


def test_a_nameless_session_is_named_after_its_stream() -> None:
    """One a connection, found again on it."""
    sessions, first = registry(), link(7)
    first.engine = 3
    tap = sessions.anonymous(first)
    assert (tap.sid, tap.engine) == ("?7", 3)
    assert sessions.anonymous(first) is tap
    assert sessions.anonymous(link(8)) is not tap


def test_too_many_sessions() -> None:
    """The one idle longest is forgotten, and counted."""
    sessions = registry(Limits(sessions=2))
    taps = [sessions.opened(sid, 4, link(i)) for i, sid in enumerate("ab")]
    assert sessions.find("a", 4, link(2)) is taps[0]
    sessions.opened("c", 4, link(3))
    assert (sessions.evicted, [tap.sid for tap in sessions.all()]) == (1, ["a", "c"])


def test_closed_sessions_are_remembered_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stragglers still find theirs; the number of closed ones is bounded, which is no eviction."""
    monkeypatch.setattr(module, "_CLOSED_KEPT", 2)
    sessions = registry()
    for i, sid in enumerate("abc"):
        tap = sessions.opened(sid, 4, link(i))
        sessions.close(tap)
        sessions.close(tap)
    assert ([tap.sid for tap in sessions.all()], sessions.evicted) == (["b", "c"], 0)
    assert all(tap.closed for tap in sessions.all())

"""Heartbeats by the live handshake's numbers."""

from analyzer.replay.actions import Opened
from analyzer.replay.heartbeat import NEVER, Heartbeat


def test_revision_4() -> None:
    """The server pings; it may be late by the timeout. An interval of 0 says nothing."""
    beat = Heartbeat(4)
    beat.open(Opened("s", 2.0, 1.0, 0), 10.0)
    assert (beat.ping_at, beat.dead_at) == (NEVER, 13.0)
    beat.heard("message", 11.0)
    assert beat.dead_at == 13.0
    beat.heard("ping", 12.0)
    assert beat.dead_at == 15.0
    beat = Heartbeat(4)
    beat.open(Opened("s", 0.0, 1.0, 0), 10.0)
    assert beat.dead_at == NEVER


def test_revision_3() -> None:
    """The client pings; every packet shows that the server lives."""
    beat = Heartbeat(3)
    beat.open(Opened("s", 2.0, 1.0, 0), 10.0)
    beat.heard("message", 11.0)
    assert (beat.ping_at, beat.dead_at) == (12.0, NEVER)
    beat.pinged(12.0)
    assert (beat.ping_at, beat.dead_at) == (NEVER, 13.0)
    beat.heard("pong", 12.5)
    assert (beat.ping_at, beat.dead_at) == (14.5, 15.5)
    beat.stop()
    assert (beat.ping_at, beat.dead_at) == (NEVER, NEVER)

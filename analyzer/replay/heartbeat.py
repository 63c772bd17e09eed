"""Live heartbeats by the numbers of the live handshake: a client of revision 3 pings, one of revision 4 answers."""

from analyzer.replay.actions import Opened

NEVER = float("inf")


class Heartbeat:
    """Times in seconds of the run's clock."""

    def __init__(self, revision: int) -> None:
        self._pings = revision < 4
        self._interval = self._timeout = NEVER
        self.ping_at = NEVER
        """When the client has to ping."""
        self.dead_at = NEVER
        """When the server has been silent for too long."""

    def open(self, handshake: Opened, now: float) -> None:
        """The session was opened."""
        self._interval, self._timeout = handshake.ping_interval, handshake.ping_timeout
        if self._pings:
            self.ping_at = now + self._interval
        elif self._interval:  # python-engineio names 0 where it pings more often than once a second
            self.dead_at = now + self._interval + self._timeout

    def pinged(self, now: float) -> None:
        """The client's ping has left."""
        self.ping_at, self.dead_at = NEVER, now + self._timeout

    def heard(self, kind: str, now: float) -> None:
        """A packet of this type came."""
        if self._pings:
            if kind == "pong":
                self.ping_at = now + self._interval
            if self.dead_at < NEVER:
                self.dead_at = now + self._interval + self._timeout
        elif kind == "ping" and self._interval:
            self.dead_at = now + self._interval + self._timeout

    def stop(self) -> None:
        """The session is over."""
        self.ping_at = self.dead_at = NEVER

"""No more messages a second than allowed, over all sessions of a run."""


class Throttle:
    """A bucket that fills with ``rate`` messages a second and holds one second's worth."""

    def __init__(self, rate: float = 1_000.0) -> None:
        self._rate = rate
        self.free_at = 0.0
        """When the next message may leave, in seconds of the run's clock."""
        self._full_at = 0.0

    def spend(self, now: float) -> None:
        """A message has left."""
        self._full_at = max(self._full_at, now) + 1 / self._rate
        self.free_at = self._full_at - 1.0

"""Made-up sessions that receive together."""

import pandas as pd

from tests.rows import Talk, log_of


class Crowd:
    """Sessions by name, all in one namespace; moments in ms, everyone joins at 0."""

    def __init__(self, names: str, namespace: str = "/") -> None:
        self.talks = {name: Talk(name, server="10.0.0.2:3000").open(0).join(1, namespace) for name in names}
        self._namespace = namespace

    def push(self, ms: float, names: str, data: str, event: str = "x") -> "Crowd":
        """A push to each of them, 0.1 ms apart."""
        for place, name in enumerate(names):
            at = ms + place / 10
            self.talks[name].socket(at, "EVENT", "s2c", self._namespace, event=event, data=data)
        return self

    def say(self, ms: float, name: str, data: str, event: str = "say") -> "Crowd":
        """An event of a client."""
        self.talks[name].socket(ms, "EVENT", "c2s", self._namespace, event=event, data=data)
        return self

    def log(self, until: float = 60_000) -> pd.DataFrame:
        """All of it; each is there until the end."""
        for talk in self.talks.values():
            if talk.rows[-1].type != "fin":
                talk.beat(until)
        return log_of(*self.talks.values())

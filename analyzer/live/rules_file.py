"""The rules file while the proxy runs: read, and read again when it changes."""

import os
from random import Random
from typing import Final

from analyzer.live import rules
from analyzer.live.choosing import Chooser, Sessions

_LOOK: Final = 0.5
"""Seconds between two looks whether the rules have changed."""


class RulesFile:
    """The file at ``path``, empty for none; ``seed`` begins the chance in its rules, 0 for another one each time."""

    def __init__(self, path: str, seed: int) -> None:
        self.path, self._seed = path, seed
        self._stamp, self._looked = (0, 0), float("-inf")

    def read(self, now: float, sessions: Sessions) -> Chooser:
        """Its rules, of which none has met anything yet. Raises RulesError, once for each change of the file."""
        self._looked, self._stamp = now, _stamp(self.path)
        found = rules.read(self.path) if self.path else []
        return Chooser(found, Random(self._seed or None), now, sessions)

    def changed(self, now: float) -> bool:
        """Whether it is another one than was read; looked for twice a second at most."""
        if not self.path or now - self._looked < _LOOK:
            return False
        self._looked = now
        return self._stamp != _stamp(self.path)


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size

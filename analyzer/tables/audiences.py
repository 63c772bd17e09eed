"""Whom each broadcast was for: those it reached, and the sender where it was left out (``socket.to``)."""

from collections import Counter, defaultdict
from typing import Final, NamedTuple

import numpy as np

from analyzer.tables.broadcasts import Fanout
from analyzer.tables.view import NONE, Ints

_MOSTLY: Final = 0.6
"""Share of the broadcasts to the same sessions that must come after an event of one other session, if nothing else
tells that it sent them.
"""

Audience = frozenset[int]
"""Keys of sessions."""
_Guess = tuple[Audience, int]


class Audiences(NamedTuple):
    """One of each a broadcast."""

    whole: list[Audience]
    """Whom it was for."""
    senders: Ints
    """The row of the client's event that brought it about; `NONE` where nothing tells."""


def audiences(fanout: Fanout) -> Audiences:
    """A session is taken for a sender that was left out where its event just before had the same payload, where
    several sessions' guesses agree on one audience, where that audience shows whole elsewhere, or where it is mostly
    this session that speaks before.
    """
    rows, relayed = fanout.prompts
    keys = np.append(fanout.view.key, NONE)[rows].tolist()
    reached = _reached(fanout)
    known: dict[Audience, Audience] = {one: one for one in reached}
    guesses = [
        known.setdefault(whole := some | {key}, whole) if key != NONE and key not in some else some
        for some, key in zip(reached, keys, strict=True)
    ]
    credible = _Credible(reached, keys, guesses)
    certain = [
        whole is some or sure or credible(some, key, whole)
        for some, key, whole, sure in zip(reached, keys, guesses, relayed.tolist(), strict=True)
    ]
    chosen = [guess if sure else some for guess, some, sure in zip(guesses, reached, certain, strict=True)]
    return Audiences(chosen, np.where(np.asarray(certain, np.bool_), rows, NONE))


def _reached(fanout: Fanout) -> list[Audience]:
    """The sessions that each broadcast reached; equal ones are one object."""
    found = fanout.found
    known: dict[Audience, Audience] = {}
    parts = np.split(fanout.view.key[found.pushes], found.starts[1:-1]) if len(found.first) else []
    return [known.setdefault(one, one) for one in (frozenset(part.tolist()) for part in parts)]


class _Credible:
    """Whether a session may be the sender that was left out."""

    def __init__(self, reached: list[Audience], keys: list[int], guesses: list[Audience]) -> None:
        self._whole = Counter(some for some, guess in zip(reached, guesses, strict=True) if some is guess)
        self._times = Counter(reached)
        self._votes: Counter[_Guess] = Counter()
        self._speakers: defaultdict[Audience, set[int]] = defaultdict(set)
        for some, key, guess in zip(reached, keys, guesses, strict=True):
            if guess is not some:
                self._votes[some, key] += 1
                self._speakers[guess].add(key)

    def __call__(self, some: Audience, key: int, guess: Audience) -> bool:
        votes = self._votes[some, key]
        mostly = votes > 1 and votes >= _MOSTLY * self._times[some]
        return mostly or guess in self._whole or len(self._speakers[guess]) > 1

"""Who was in a namespace when."""

from functools import cached_property

import numpy as np
import pandas as pd

from analyzer.tables.view import NONE, Bools, Ints, View


class Presence:
    """Sessions in namespaces, as the packets of a log show them: from the first one to the last."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._names = view.codes("namespace").astype(np.int64)

    @cached_property
    def spaces(self) -> Ints:
        """Of each row a number for its session and namespace together, `NONE` where it is no Socket.IO packet."""
        view, names = self.view, self._names
        rows = np.flatnonzero(view.socketio & (view.key >= 0) & (names >= 0))
        found = np.full(view.rows, NONE, np.int64)
        found[rows] = pd.factorize(view.key[rows] * (int(names.max(initial=0)) + 1) + names[rows])[0]
        return found

    @cached_property
    def _last(self) -> Ints:
        """The last row of each space."""
        rows = np.flatnonzero(self.spaces >= 0)
        found = np.zeros(int(self.spaces.max(initial=NONE)) + 1, np.int64)
        found[self.spaces[rows]] = rows  # of several, the last one stays
        return found

    @cached_property
    def began(self) -> Ints:
        """When each space showed first, ns since 1970 UTC."""
        rows = np.flatnonzero(self.spaces >= 0)[::-1]
        found = np.zeros(len(self._last), np.int64)
        found[self.spaces[rows]] = self.view.time[rows]
        return found

    @cached_property
    def ended(self) -> Ints:
        """When each was over: with a DISCONNECT, else with its session's last packet."""
        view, last = self.view, self._last
        end = view.times(view.last(view.key >= 0))[view.key[last]]
        return np.where(view.equal("type", "DISCONNECT")[last], view.time[last], end)

    @cached_property
    def connected(self) -> Bools:
        """Whether the log has the CONNECT of each."""
        found = np.zeros(len(self._last), np.bool_)
        found[self.spaces[(self.spaces >= 0) & self.view.equal("type", "CONNECT")]] = True
        return found

    def count(self, rows: Ints) -> Ints:
        """How many sessions were in the namespace of each row then."""
        found = np.zeros(len(rows), np.int64)
        names, of = self._names[self._last], self._names[rows]
        for name in np.unique(of).tolist():
            here, chosen = names == name, of == name
            times = self.view.time[rows[chosen]]
            come = np.searchsorted(np.sort(self.began[here]), times, "right")
            found[chosen] = come - np.searchsorted(np.sort(self.ended[here]), times, "left")
        return found

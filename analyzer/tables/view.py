"""The log as numpy arrays, and whose session each row belongs to: what all tables are computed from.

A session seen at two places (before and behind a proxy) has two taps. One sid is two taps only where its open packet
shows on connections to two servers' addresses; then a row's ``server`` says which tap it is of. A session that merely
moves is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.issues import Issue
from analyzer.records import C2S, S2C, Layer, Transport
from analyzer.tables.schema import NO_TIME

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

PROBE = "probe"
NONE = -1
"""Where a row, key or number is missing."""


@dataclass(frozen=True)
class Keys:
    """The sessions of a log, a tap each, numbered by first row."""

    of_row: Ints
    """Each row's key; `NONE` for rows without a session."""
    count: int


class View:
    """Columns of a log as arrays, computed when first asked for. Rows are meant by their position."""

    def __init__(self, log: pd.DataFrame) -> None:
        self.log = log
        self.rows = len(log)
        self.time: Ints = log["time"].to_numpy("datetime64[ns]").view(np.int64)

    def equal(self, column: str, value: str) -> Bools:
        """The rows that have ``value`` in ``column``."""
        found: Bools = self.codes(column) == self.code(column, value)
        return found

    def among(self, column: str, values: Sequence[str]) -> Bools:
        """The rows that have one of ``values`` in ``column``."""
        codes, names = self._factor(column)
        return np.isin(codes, [names[value] for value in values if value in names])

    def given(self, column: str) -> Bools:
        """The rows that have something in ``column``."""
        return ~np.asarray(self.log[column].isna(), bool)

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """A column of numbers, NaN where missing."""
        return self.log[column].to_numpy(np.float64, na_value=np.nan)

    def whole(self, column: str) -> Ints:
        """A column of whole numbers, `NONE` where missing."""
        return self.log[column].to_numpy(np.int64, na_value=NONE)

    def values(self, column: str, rows: Ints) -> npt.NDArray[np.object_]:
        """What some rows hold in ``column``; None where it is missing or the row is `NONE`."""
        found = np.full(len(rows), None, object)
        there = np.flatnonzero(rows >= 0)
        taken = self.log[column].take(rows[there])
        found[there] = taken.astype(object).where(taken.notna(), None).to_numpy(object)
        return found

    def codes(self, column: str) -> Ints:
        """Numbers that are equal where the column's values are; -1 where missing. They may be narrow: widen them before
        you multiply.
        """
        return self._factor(column)[0]

    def code(self, column: str, value: str) -> int:
        """The number that `codes` has for a value; -2 where no row has it."""
        return self._factor(column)[1].get(value, -2)

    def _factor(self, column: str) -> tuple[Ints, dict[str, int]]:
        found = self.__dict__.setdefault("_factors", {})
        if column not in found:
            values = self.log[column]
            if isinstance(values.dtype, pd.CategoricalDtype):
                codes, uniques = values.cat.codes.to_numpy(), values.cat.categories
            else:
                codes, uniques = pd.factorize(values)
                codes = codes.astype(np.int32)
            found[column] = codes, {name: code for code, name in enumerate(uniques)}
        return found[column]  # type: ignore[no-any-return]

    @cached_property
    def c2s(self) -> Bools:
        """Rows from the client."""
        return self.equal("direction", C2S)

    @cached_property
    def s2c(self) -> Bools:
        """Rows from the server."""
        return self.equal("direction", S2C)

    @cached_property
    def polling(self) -> Bools:
        """Rows of the polling transport."""
        return self.equal("transport", Transport.POLLING)

    @cached_property
    def websocket(self) -> Bools:
        """Rows of the WebSocket transport."""
        return self.equal("transport", Transport.WEBSOCKET)

    @cached_property
    def socketio(self) -> Bools:
        """Socket.IO packets."""
        return self.equal("layer", Layer.SOCKET) & self.given("type")

    @cached_property
    def engineio(self) -> Bools:
        """Engine.IO packets that carry no Socket.IO packet."""
        return self.equal("layer", Layer.ENGINE) & self.given("type")

    @cached_property
    def refused(self) -> Bools:
        """Packets that were sent but never delivered."""
        return self.equal("issue", Issue.HTTP_REFUSED) | self.equal("issue", Issue.MITM_DROPPED)

    @cached_property
    def packets(self) -> Bools:
        """Packets that were delivered, or may have been."""
        return (self.socketio | self.engineio) & ~self.refused

    @cached_property
    def probes(self) -> Bools:
        """Engine.IO packets of an upgrade's probe: ping and pong with ``probe``, which are no heartbeats, and the
        upgrade.
        """
        engine = self.engineio
        probe = engine & self.among("type", ("ping", "pong"))
        rows = np.flatnonzero(probe)
        probe[rows] = self.values("data", rows) == PROBE
        return probe | (engine & self.equal("type", "upgrade"))

    def engine(self, kind: str) -> Bools:
        """Delivered Engine.IO packets of a type, probes excluded."""
        return self.engineio & ~self.refused & self.equal("type", kind) & ~self.probes

    @cached_property
    def client_pings(self) -> Bools:
        """Whether each key's heartbeats are begun by the client: in revision 3, and where no row
        tells the revision, if it pinged first.
        """
        first = self.first(self.engine("ping"))
        known = self.has(self.whole("engine") > 0)
        found: Bools = np.where(known, self.engines < 4, pick(self.c2s, first, False))
        return found

    @cached_property
    def pings(self) -> Bools:
        """Heartbeats: pings of the side that pings in the session's revision."""
        return self.engine("ping") & self._pinger

    @cached_property
    def pongs(self) -> Bools:
        """Answers of the other side to heartbeats."""
        return self.engine("pong") & ~self._pinger

    @cached_property
    def _pinger(self) -> Bools:
        """Rows of the side that pings."""
        found: Bools = pick(self.client_pings, self.key, False) == self.c2s
        return found

    def exchange(self) -> Bools:
        """HTTP exchanges."""
        return self.equal("layer", Layer.HTTP)

    def of(self, layer: str, kind: str) -> Bools:
        """Rows of a layer and type."""
        return self.equal("layer", layer) & self.equal("type", kind)

    @cached_property
    def opens(self) -> Bools:
        """Open packets of the server."""
        return self.engineio & self.equal("type", "open") & self.s2c & ~self.refused

    @cached_property
    def keys(self) -> Keys:
        """Whose session each row belongs to."""
        sids = self.codes("session")
        named = np.flatnonzero(sids >= 0)
        codes, _ = pd.factorize(self._tapped(sids)[named])
        of_row = np.full(self.rows, NONE, np.int64)
        of_row[named] = codes
        return Keys(of_row, int(codes.max(initial=NONE)) + 1)

    def _tapped(self, sids: Ints) -> Ints:
        """Numbers that are equal where session and tap are."""
        servers = self.codes("server")
        opened = np.flatnonzero(self.opens & (sids >= 0) & (servers >= 0))
        pairs = pd.DataFrame({"sid": sids[opened], "server": servers[opened]}).drop_duplicates()
        pairs["tap"] = pairs.groupby("sid").cumcount()
        doubled = pairs[pairs["sid"].duplicated(keep=False)]
        if doubled.empty:
            return sids
        tap = np.zeros(self.rows, np.int64)
        both = np.flatnonzero(np.isin(sids, doubled["sid"]))
        rows = pd.DataFrame({"sid": sids[both], "server": servers[both]})
        tap[both] = rows.merge(doubled, how="left", on=["sid", "server"])["tap"].fillna(0).to_numpy(np.int64)
        return sids.astype(np.int64) * (int(tap.max()) + 1) + tap

    @cached_property
    def key(self) -> Ints:
        """Each row's session and tap; `NONE` for rows without a session."""
        return self.keys.of_row

    def first(self, mask: Bools) -> Ints:
        """The first row of each key among those of ``mask``; `NONE` where there is none."""
        rows = np.flatnonzero(mask & (self.key >= 0))[::-1]
        return self._placed(rows)

    def last(self, mask: Bools) -> Ints:
        """The last row of each key among those of ``mask``; `NONE` where there is none."""
        return self._placed(np.flatnonzero(mask & (self.key >= 0)))

    def _placed(self, rows: Ints) -> Ints:
        found = np.full(self.keys.count, NONE, np.int64)
        found[self.key[rows]] = rows  # of several, the last one stays
        return found

    def has(self, mask: Bools) -> Bools:
        """Whether each key has a row of ``mask``."""
        return self.counts(mask) > 0

    def counts(self, mask: Bools, weights: Any = None) -> Ints:
        """How many rows of ``mask`` each key has, or the sum of ``weights`` (one a row of the log) over them."""
        rows = np.flatnonzero(mask & (self.key >= 0))
        found = np.bincount(self.key[rows], None if weights is None else weights[rows], self.keys.count)
        return found.astype(np.int64)

    def times(self, rows: Ints) -> Ints:
        """Times of rows in ns; the missing time for `NONE`."""
        return pick(self.time, rows, NO_TIME)

    def before(self, rows: Ints) -> Bools:
        """The rows of sessions that come before their key's of ``rows``; none where that is `NONE`."""
        found: Bools = np.arange(self.rows) < pick(rows, self.key, NONE)
        return found

    @cached_property
    def engines(self) -> Ints:
        """The Engine.IO revision of each key: that of its open packet, else the last that a row has; else 3 where its
        client pings or its server answers pings, and 4.
        """
        number = self.whole("engine")
        opened, last = self.first(self.opens & (number > 0)), self.last(number > 0)
        old = self.has(~self.probes & ((self.engine("ping") & self.c2s) | (self.engine("pong") & self.s2c)))
        known: Ints = np.where(opened >= 0, opened, last)
        return np.where(known >= 0, pick(number, known, 4), np.where(old, 3, 4))

    @cached_property
    def introduced(self) -> Ints:
        """The row that shows each key's addresses: its open packet, or its first row."""
        opened = self.first(self.opens)
        return np.where(opened >= 0, opened, self.first(self.key >= 0))

    @cached_property
    def main(self) -> Bools:
        """Rows of sessions, of two taps those of the one nearer to the client, where the open packet is later."""
        sid = pick(self.codes("session"), self.first(self.key >= 0), NONE)
        order = np.lexsort((self.times(self.first(self.opens)), sid))
        chosen = np.ones(len(sid), np.bool_)
        chosen[order[:-1]] = sid[order[:-1]] != sid[order[1:]]
        return pick(chosen, self.key, False)


def pick(values: npt.NDArray[Any], places: Ints, missing: Any) -> npt.NDArray[Any]:
    """The values at some places, ``missing`` for `NONE`."""
    found: npt.NDArray[Any] = np.append(values, np.asarray([missing], values.dtype))[places]
    return found

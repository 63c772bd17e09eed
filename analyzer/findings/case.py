"""What rules look at: a log, and all that the tables know of its sessions, computed when first asked for."""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analyzer.findings.words import LONGEST_ID
from analyzer.records import Layer
from analyzer.tables.attempts import Attempts, attempts
from analyzer.tables.carriers import Carriers, carriers
from analyzer.tables.endings import Endings, endings
from analyzer.tables.every import of_view as every
from analyzer.tables.handshake import Floats, Handshakes, handshakes
from analyzer.tables.leaving import Leaving, leaving
from analyzer.tables.nearest import by_group, nearest_after, nearest_before
from analyzer.tables.view import Bools, Ints, View, pick
from analyzer.text import elide


class Case:
    """A log under examination. Rows are meant by position, sessions by `View.key`.

    Rules need these columns: time, source, frame, stream, client, server, session, transport, direction, engine, layer,
    type, namespace, event, ack_id, size, wire_size, status, url, duration, issue, detail on all rows; ``data`` on those
    that are no Socket.IO events or acks; ``headers`` on handshakes, WebSocket openings and refused requests.
    """

    def __init__(self, log: pd.DataFrame) -> None:
        self.log = log
        self.view = View(log)

    @cached_property
    def carried(self) -> Carriers:
        """What carried each session."""
        return carriers(self.view)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables, by name."""
        return every(self.view, self.carried)

    @cached_property
    def shakes(self) -> Handshakes:
        """What the server promised each session."""
        return handshakes(self.view)

    @cached_property
    def left(self) -> Leaving:
        """Which namespaces each session joined and left."""
        return leaving(self.view)

    @cached_property
    def ends(self) -> Endings:
        """How each session ended."""
        return endings(self.view, self.carried, self.shakes)

    @cached_property
    def attempts(self) -> Attempts:
        """Attempts to upgrade."""
        return attempts(self.view, self.carried)

    @cached_property
    def end_row(self) -> Ints:
        """The row that ended each session; `NONE` where none did."""
        return self.ends.evidence.row

    @cached_property
    def heartbeats(self) -> pd.DataFrame:
        """The table of heartbeats."""
        return self.tables["heartbeats"]

    @cached_property
    def acks(self) -> pd.DataFrame:
        """The table of acknowledgements."""
        return self.tables["acks"]

    @cached_property
    def holed(self) -> Bools:
        """Sessions of which packets are missing from the capture."""
        view = self.view
        return view.has(view.of(Layer.TCP, "gap")) | view.has(view.among("issue", ("http_body_cut", "ws_message_cut")))

    @cached_property
    def opened(self) -> Ints:
        """The open packet of each session; `NONE` where the log has none."""
        return self.view.first(self.view.opens)

    @cached_property
    def answered(self) -> Bools:
        """HTTP exchanges that were answered without an error."""
        status = self.view.numbers("status")
        found: Bools = self.view.exchange() & (status > 0) & (status < 400)
        return found

    @cached_property
    def polled(self) -> Bools:
        """Those of the polling transport."""
        return self.answered & self.view.polling

    @cached_property
    def sizes(self) -> Floats:
        """Bytes of each row; 0 where that is not known."""
        found: Floats = np.nan_to_num(self.view.numbers("size"))
        return found

    @cached_property
    def durations(self) -> Floats:
        """Seconds of each exchange; NaN where that is not known."""
        return self.view.numbers("duration")

    @cached_property
    def started(self) -> Ints:
        """When each row began, ns: an exchange with its request's first byte, others with themselves."""
        lasted = np.nan_to_num(self.view.numbers("duration")).clip(0, 1e9)
        found: Ints = self.view.time - np.rint(lasted * 1e9).astype(np.int64)
        return found

    @cached_property
    def accepted(self) -> Bools:
        """Exchanges answered without an error, and openings of WebSockets."""
        return self.answered | self.view.of(Layer.WEBSOCKET, "open")

    @cached_property
    def beats(self) -> Bools:
        """Pings and pongs of heartbeats."""
        return self.view.pings | self.view.pongs

    @cached_property
    def named(self) -> Bools:
        """Socket.IO packets with an event."""
        return self.view.socketio & self.view.given("event")

    @cached_property
    def from_client(self) -> Bools:
        """Delivered packets of clients."""
        return self.view.packets & self.view.c2s

    @cached_property
    def from_server(self) -> Bools:
        """Delivered packets of servers."""
        return self.view.packets & self.view.s2c

    @cached_property
    def pings(self) -> Bools:
        """Pings, in whatever direction, probes excluded."""
        return self.view.engine("ping")

    @cached_property
    def polls(self) -> Bools:
        """HTTP exchanges of the polling transport."""
        return self.view.exchange() & self.view.polling

    @cached_property
    def upgrades(self) -> Bools:
        """The packets by which clients switch to WebSocket."""
        return self.view.engineio & self.view.equal("type", "upgrade") & self.view.c2s

    @cached_property
    def cuts(self) -> Bools:
        """FIN and RST of connections."""
        return self.view.equal("layer", Layer.TCP) & self.view.among("type", ("fin", "reset"))

    def sid(self, key: int) -> str:
        """The id of a session, safe to show; ``a session`` where it is not known."""
        found = self.cell("session", int(self.view.introduced[key])) if key >= 0 else None
        return "a session" if found is None else elide(str(found), LONGEST_ID)

    def cell(self, column: str, row: int) -> Any:
        """What a row holds in a column; None for nothing, and for `NONE`."""
        value: Any = self._arrays[column][row] if row >= 0 else None
        if isinstance(value, str | list) or value is None:
            return value
        missing = value is pd.NA or value != value  # NaN is not itself
        return None if missing else value.item() if isinstance(value, np.generic) else value

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        """Columns as pandas arrays, of which single cells are quickly had."""
        return {str(name): self.log[name].array for name in self.log.columns}

    def side(self, row: int) -> str:
        """Who sent a row: ``client`` or ``server``."""
        return "client" if self.view.c2s[row] else "server"

    def text(self, column: str, row: int) -> str:
        """Likewise as text; empty for nothing."""
        found = self.cell(column, row)
        return "" if found is None else str(found)

    def time(self, row: int) -> int:
        """The time of a row, ns."""
        return int(self.view.time[row])

    def rows(self, mask: Bools) -> list[int]:
        """The rows of a mask."""
        return np.flatnonzero(mask).tolist()

    def before(self, mask: Bools, rows: Any) -> Ints:
        """For each row the last one of ``mask`` before it in the same session; `NONE` where there is none."""
        at = np.asarray(rows, np.int64).reshape(-1)
        return nearest_before(at, self.view.key[at], *by_group(mask, self.view.key))

    def after(self, mask: Bools, rows: Any) -> Ints:
        """For each row the first one of ``mask`` behind it in the same session; `NONE` where there is none."""
        at = np.asarray(rows, np.int64).reshape(-1)
        return nearest_after(at, self.view.key[at], *by_group(mask, self.view.key))

    @cached_property
    def _by_key(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.view.key, kind="stable")
        return order, self.view.key[order]

    def of(self, key: int, mask: Bools | None = None) -> Ints:
        """The rows of a session, or those of ``mask`` among them."""
        order, keys = self._by_key
        rows = order[np.searchsorted(keys, key, "left") : np.searchsorted(keys, key, "right")]
        return rows if mask is None else rows[mask[rows]]

    def patience(self, key: int) -> float:
        """Ns of pingInterval + pingTimeout; the defaults' 45 s where the handshake is not known."""
        total = float(self.shakes.interval[key] + self.shakes.timeout[key]) if key >= 0 else np.nan
        return total * 1e6 if np.isfinite(total) else 45e9

    def ended(self, cause: str, by: str | None = None) -> list[int]:
        """The sessions that ended for a cause."""
        found = self.ends.cause == cause
        return np.flatnonzero(found if by is None else found & (self.ends.by == by)).tolist()

    def per_row(self, of_key: Any, missing: Any) -> Any:
        """A value of each session spread over its rows."""
        return pick(of_key, self.view.key, missing)

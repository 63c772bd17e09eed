"""Whether a side had to give up: the deadlines of Engine.IO's heartbeat, as the official peers keep them.

Revision 4: the server gives up pingTimeout after a ping without pong, the client pingInterval + pingTimeout after the
last ping (or the open packet). Revision 3: the client gives up pingTimeout after its ping, which any packet moves to
pingInterval + pingTimeout after that packet; the server pingInterval + pingTimeout after the last packet, from
engine.io 6.6 on after the last ping.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.tables.handshake import Handshakes
from analyzer.tables.view import Bools, Ints, View

_MS = 1_000_000
SLACK_MS = 50.0
"""How far from its deadline a timer is still taken for the cause, with 2 % of the timeout on top."""


@dataclass(frozen=True)
class Moment:
    """Of each key, what had happened when it ended; times in ns."""

    row: Ints
    """The row that ended it."""
    time: Ints
    by_client: Bools
    polling: Bools
    """Whether it ended on polling."""


def slack(timeout: npt.NDArray[np.float64]) -> Ints:
    """How far from a deadline a timer may fire, in ns, for pingTimeouts in ms; 0 where there is none."""
    found: Ints = ((SLACK_MS + 0.02 * np.nan_to_num(timeout)) * _MS).astype(np.int64)
    return found


def timed_out(view: View, shakes: Handshakes, end: Moment) -> Bools:
    """Whether the side that ended each session had waited as long as it had to."""
    known = np.isfinite(shakes.interval) & np.isfinite(shakes.timeout) & (end.row >= 0)
    before = view.packets & view.before(end.row)
    timeout = (np.nan_to_num(shakes.timeout).clip(0, 1e12) * _MS).astype(np.int64)
    both = timeout + (np.nan_to_num(shakes.interval).clip(0, 1e12) * _MS).astype(np.int64)
    spare, now = slack(shakes.timeout), end.time
    opened = view.times(view.first(view.opens))
    client, server = view.last(before & view.c2s), view.last(before & view.s2c)
    ping, pong = view.last(before & view.pings), view.last(before & view.pongs)
    pinged = np.where(ping >= 0, view.times(ping), opened)
    waiting = (ping >= 0) & (ping > pong)
    server4 = waiting & (now >= pinged + timeout - spare)
    server4 |= end.polling & (client >= 0) & (now >= view.times(client) + both - spare)
    client4 = now >= pinged + both - spare
    client3 = (waiting & (server < ping) & (now >= pinged + timeout - spare)) | (
        (server >= 0) & (now >= view.times(server) + both - spare)
    )
    heard = np.where(client >= 0, view.times(client), opened)
    server3 = (now >= heard + both - spare) | (np.abs(now - pinged - both) <= spare)
    modern = view.engines >= 4
    found: Bools = known & np.where(
        modern, np.where(end.by_client, client4, server4), np.where(end.by_client, client3, server3)
    )
    return found

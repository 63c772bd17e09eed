"""Which namespaces each session joined and left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyzer.issues import Issue
from analyzer.tables.view import NONE, Bools, Ints, View, pick

DEFAULT = "/"


@dataclass(frozen=True)
class Leaving:
    """Of each key."""

    joined: Bools
    """Whether the server let it into a namespace."""
    all_left: Bools
    """Whether it left all it had joined."""
    row: Ints
    """Its last DISCONNECT; `NONE` where there is none."""


def leaving(view: View) -> Leaving:
    """Joins and leaves of a log's sessions.

    In revision 3 the server connects every client to ``/`` unasked; a client that has others only never leaves it.
    A DISCONNECT with a payload, which the official peers do not take, is none. Where the log does not show what was
    joined, a session has left when its last DISCONNECT is the last that its sender says.
    """
    packets = view.socketio & ~view.refused
    joins = packets & view.s2c & view.equal("type", "CONNECT")
    leaves = packets & view.equal("type", "DISCONNECT") & ~view.equal("issue", Issue.SIO_BAD_JSON)
    joined, last = view.has(joins), view.last(leaves)
    return Leaving(joined, np.where(joined, _left_all(view, joins, leaves), _last_word(view, packets, last)), last)


def _left_all(view: View, joins: Bools, leaves: Bools) -> Bools:
    found = np.zeros(view.keys.count, np.bool_)
    rows = np.flatnonzero((joins | leaves) & (view.key >= 0))
    table = pd.DataFrame(
        {
            "key": view.key[rows],
            "namespace": view.codes("namespace")[rows],
            "join": np.where(joins[rows], rows, NONE),
            "leave": np.where(leaves[rows], rows, NONE),
        }
    )
    spaces = table.groupby(["key", "namespace"], sort=False)[["join", "leave"]].max().reset_index()
    spaces = spaces[spaces["join"] >= 0]
    unasked = spaces["namespace"].eq(view.code("namespace", DEFAULT)) & (view.engines[spaces["key"]] < 4)
    others = spaces.groupby("key")["key"].transform("size") > 1
    spaces = spaces[~(unasked & others & (spaces["leave"] < 0))]
    left = spaces["leave"].gt(spaces["join"]).groupby(spaces["key"]).all()
    found[left.index.to_numpy(np.int64)] = left.to_numpy(bool)
    return found


def _last_word(view: View, packets: Bools, last: Ints) -> Bools:
    """Whether the last DISCONNECT of each key is the last Socket.IO packet of its sender."""
    client, server = view.last(packets & view.c2s), view.last(packets & view.s2c)
    said = np.where(pick(view.c2s, last, False), client, server)
    found: Bools = (last >= 0) & (said == last)
    return found

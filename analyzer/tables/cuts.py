"""Who first ended a connection."""

import numpy as np

from analyzer.records import Layer
from analyzer.tables.carriers import Carriers
from analyzer.tables.view import NONE, Ints, View, pick


def cuts(view: View, carried: Carriers, rows: Ints) -> Ints:
    """The first FIN or RST on the connection of each of some rows; `NONE` where there is none."""
    ends = np.flatnonzero(view.equal("layer", Layer.TCP) & view.among("type", ("fin", "reset")) & (carried.place >= 0))
    first = np.full(int(carried.place.max(initial=NONE)) + 1, NONE, np.int64)
    first[carried.place[ends[::-1]]] = ends[::-1]
    return pick(first, pick(carried.place, rows, NONE), NONE)

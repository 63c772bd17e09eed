"""Fixed-size records read from many offsets of a buffer at once: each record's cache lines are fetched once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.wire.block import Int64s

Records = NDArray[np.void]


def records(buffer: bytes, at: Int64s, shape: np.dtype[Any]) -> Records:
    """The record of type ``shape`` (structured, packed) at each offset; beyond the buffer's end are zeros.

    Offsets are never negative.
    """
    width = shape.itemsize
    last = len(buffer) - width
    if len(at) and int(at.max()) > last:
        return _past_the_end(buffer, at, shape)
    return _windows(buffer, width)[at].view(shape)


def _windows(buffer: bytes, width: int) -> Records:
    count = max(0, len(buffer) - width + 1)
    return np.ndarray((count,), np.dtype((np.void, width)), buffer, strides=(1,))


def _past_the_end(buffer: bytes, at: Int64s, shape: np.dtype[Any]) -> Records:
    width = shape.itemsize
    first = max(0, len(buffer) - width + 1)
    out = np.zeros(len(at), np.dtype((np.void, width)))
    inside = at < first
    out[inside] = _windows(buffer, width)[at[inside]]
    tail = buffer[first:] + bytes(2 * width)
    beyond = np.minimum(at[~inside], len(buffer)) - first
    out[~inside] = _windows(tail, width)[beyond]
    return out.view(shape)

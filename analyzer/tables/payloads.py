"""Which packets carry the same: a number for what each event holds, so that a log without its payloads can tell."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.records import Row

COLUMN: Final = "payload"
"""Column that a log's DataFrame may have beside its own: the numbers."""
_EVENTS: Final = frozenset({"EVENT", "BINARY_EVENT"})
_NOTHING: Final = "[]"

Ints = npt.NDArray[np.int64]


class Payloads:
    """Watches the rows of a log go by and keeps eight bytes of each."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []

    def watch(self, blocks: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """The blocks of a log, unchanged."""
        for block in blocks:
            self._parts.append(np.array([_number(row.type, row.data, row.attachments) for row in block], np.int64))
            yield block

    def beside(self, log: pd.DataFrame) -> pd.DataFrame:
        """The log of these rows with the numbers as a column."""
        return log.assign(**{COLUMN: np.concatenate([np.empty(0, np.int64), *self._parts])})


def payloads(log: pd.DataFrame) -> Ints:
    """Of each row of a log a number that is the same where an event's arguments and attachments are; 0 for no arguments
    and for other rows.

    It is of this process alone: numbers of two runs cannot be compared.
    """
    if COLUMN in log.columns:
        return log[COLUMN].to_numpy(np.int64)
    kinds, texts = log["type"].tolist(), log["data"].tolist()
    found = map(_number, kinds, texts, log["attachments"].tolist())
    return np.fromiter(found, np.int64, len(log))


def _number(kind: Any, data: Any, attachments: Any) -> int:
    if kind not in _EVENTS:
        return 0
    parts = tuple(attachments) if isinstance(attachments, list) else ()
    text = data if isinstance(data, str) and data != _NOTHING else None
    return hash((text, parts)) if text or parts else 0

"""Which request an ack answers, told while the rows go by."""

from collections import OrderedDict
from typing import Final

from analyzer.issues import Issue
from analyzer.records import C2S, S2C, Layer, Row

_ASKING: Final = frozenset({"EVENT", "BINARY_EVENT"})
_ANSWERING: Final = frozenset({"ACK", "BINARY_ACK"})
_OTHER: Final = {C2S: S2C, S2C: C2S}
_UNDELIVERED: Final = frozenset({Issue.HTTP_REFUSED, Issue.MITM_DROPPED})
KEPT: Final = 20_000
"""Requests that may wait for an answer at once; the oldest makes room."""

Request = tuple[int, str | None]
"""Time in ns, and event."""
_Key = tuple[str | None, str | None, str | None, str | None, int]


class Answers:
    """Rows in, in time order; the rules are those of the table of acks (`analyzer.tables.acks`)."""

    def __init__(self, kept: int = KEPT) -> None:
        self._waiting: OrderedDict[_Key, Request] = OrderedDict()
        self._kept = kept

    def request(self, row: Row) -> Request | None:
        """The request that a row answers; None where it answers none, or one that was not seen."""
        if row.ack_id is None or row.layer != Layer.SOCKET or row.issue in _UNDELIVERED:
            return None
        if row.type in _ANSWERING:
            return self._waiting.pop(_key(row, _OTHER.get(row.direction or "")), None)
        if row.type in _ASKING:
            key = _key(row, row.direction)
            self._waiting.pop(key, None)
            self._waiting[key] = row.time, row.event
            if len(self._waiting) > self._kept:
                self._waiting.popitem(last=False)
        return None


def _key(row: Row, direction: str | None) -> _Key:
    assert row.ack_id is not None
    return row.session, row.server, row.namespace, direction, row.ack_id

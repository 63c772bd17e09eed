"""Finding a record again behind a hole: the first one that authenticates, under keys and with a number it can have."""

from dataclasses import dataclass, field
from re import Pattern
from typing import NamedTuple

from analyzer.wire.tls_epochs import Epoch, Stage
from analyzer.wire.tls_records import HEADER, LARGEST, PROTECTED, PROTECTED_13

NEAR = 256
"""Numbers tried at least for a record, as far as the lost bytes can hold so many records."""
_FAR = 1 << 24
"""Bytes decrypted at most for one record to find its number, where more than `NEAR` are tried."""
_TRIAL = 512
"""What a trial costs beside its bytes, in bytes."""
CREDIT = 1 << 26
"""Bytes decrypted in vain before a direction is given up; every byte received adds `_RETURN`, up to this."""
_RETURN = 256
_STRANGERS = 4
"""Records tried in vain where none ever authenticated: the secret is another connection's."""


class Found(NamedTuple):
    """A record that authenticated: where it ends, its keys, number and content."""

    end: int
    epoch: Epoch
    seq: int
    opened: tuple[int, bytes]


@dataclass(slots=True)
class Search:
    """``lost`` bytes are missing, or could not be read, before those being searched."""

    lost: int
    hole: int
    """Of these, what is missing from the capture; 0 where a record was bad."""
    seq: int
    """Number of the record that would have come."""
    candidates: list[tuple[Epoch, int]] = field(default_factory=list)
    """Keys to try, and the least number under each."""
    fresh: bool = False
    """Whether no record of the direction ever authenticated."""
    need: int = HEADER
    """Bytes that have to be there before it goes on."""
    tried: int = 0
    """Records tried in vain."""
    reached: int = 0
    """Where the farthest of them ends in the bytes searched last."""

    @property
    def strange(self) -> bool:
        """Whether so many records in vain say that the secret is another connection's."""
        return self.fresh and self.tried >= _STRANGERS

    @property
    def hopeless(self) -> bool:
        """Whether the direction ends without any record that authenticates."""
        return self.fresh and self.tried > 0

    def find(self, data: bytes, pos: int, credit: "Credit") -> tuple[int, Found | None]:
        """Look from ``pos`` on; how far nothing was found, or the record."""
        self.reached = 0
        for match in self._pattern().finditer(data, pos):
            start = match.start()
            if start + HEADER > len(data):
                break
            length = data[start + 3] << 8 | data[start + 4]
            end = start + HEADER + length
            if length > LARGEST:
                continue
            if end > len(data):
                self.lost += start - pos
                self.need = end - start
                return start, None
            found = self._try(data, start, end, self.lost + start - pos, credit)
            if found is not None:
                return start, found
            self.reached = max(self.reached, end)
            if credit.spent or self.strange:
                return end, None
        left = max(pos, len(data) - HEADER + 1)
        self.lost += left - pos
        self.need = HEADER
        return left, None

    def _pattern(self) -> "Pattern[bytes]":
        return PROTECTED if self.candidates[0][0].stage is Stage.SESSION else PROTECTED_13

    def _try(self, data: bytes, start: int, end: int, lost: int, credit: "Credit") -> Found | None:
        head, body = data[start : start + HEADER], data[start + HEADER : end]
        for epoch, least in self.candidates:
            if len(body) < epoch.protection.overhead:
                continue
            window = min(lost // (HEADER + epoch.protection.overhead) + 2, max(NEAR, _FAR // (len(body) + _TRIAL)))
            found = epoch.protection.search(range(least, least + window), head, body)
            if found is not None:
                return Found(end, epoch, *found)
            credit.pay(window * (len(body) + _TRIAL))
        self.tried += 1
        return None


class Credit:
    """How much decrypting in vain one direction is worth, so that hostile bytes cannot make it long."""

    def __init__(self) -> None:
        self._left = CREDIT
        self.spent = False

    def earn(self, size: int) -> None:
        """``size`` bytes were received."""
        self._left = min(CREDIT, self._left + _RETURN * size)

    def pay(self, cost: int) -> None:
        """``cost`` bytes were decrypted in vain."""
        self._left -= cost
        self.spent = self.spent or self._left < 0

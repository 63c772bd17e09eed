"""One direction of a WebSocket: what is held back in it, and when it may go on. Time is given, in seconds."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from analyzer.live.pretty import Item

ALL: Final = ""
"""The queue that everything else of the direction has to wait behind."""
MOST: Final = 64 << 20
"""Bytes held back at most; where more come, they go on at once."""
_PATIENCE: Final = 1.0
"""Seconds for which nothing is put between a packet and its attachments, should these not come."""


@dataclass(slots=True)
class Held:
    """A packet with its attachments, until when it is held back, and why."""

    items: list[Item]
    why: str
    due: float
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(map(len, self.items))


@dataclass(slots=True)
class _Swap:
    """A packet that others are to overtake."""

    held: Held
    left: int


class Lane:
    """Queues of what is held back: `ALL` for the whole direction, others for what one rule delays, in order; and
    packets that are to change places with those behind them.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Held]] = {}
        self._swaps: list[_Swap] = []
        self._sent: deque[bytes] = deque()
        self._open: float | None = None
        self.size = 0
        """Bytes held back."""

    @property
    def busy(self) -> bool:
        """Whether whatever comes now has to wait behind others: those in the queue, and those just let go that have not
        passed yet.
        """
        return bool(self._queues.get(ALL) or self._sent)

    def hold(self, held: Held, queue: str = ALL) -> None:
        """Hold it back, behind those that its queue holds, and never before those that all wait for."""
        before = [each[-1].due for name in {queue, ALL} if (each := self._queues.get(name))]
        held.due = max([held.due, *before])
        self._queues.setdefault(queue, deque()).append(held)
        self.size += held.size

    def swap(self, held: Held, by: int) -> None:
        """Hold it back until so many others have passed, or it is due."""
        self._swaps.append(_Swap(held, by))
        self.size += held.size

    def passed(self) -> list[Held]:
        """Another packet goes by: those that have waited for it, to be sent right behind."""
        for swap in self._swaps:
            swap.left -= 1
        found = [swap for swap in self._swaps if swap.left <= 0]
        self._swaps = [swap for swap in self._swaps if swap.left > 0]
        return [self._gone(swap.held) for swap in found]

    def begun(self, now: float) -> None:
        """A packet goes by whose attachments are still to come: nothing may be put in between."""
        self._open = now + _PATIENCE

    def ended(self) -> None:
        """They are there."""
        self._open = None

    def due(self, now: float) -> Iterator[Held]:
        """What may go on now."""
        if self._open is not None and now < self._open:
            return
        for name, queue in list(self._queues.items()):
            while queue and (queue[0].due <= now or (self.size > MOST and len(queue) > 1)):
                held = self._gone(queue.popleft())
                if name == ALL:
                    self._sent.extend(map(_bytes, held.items))
                yield held
            if not queue:
                del self._queues[name]
        late = [swap for swap in self._swaps if swap.held.due <= now]
        self._swaps = [swap for swap in self._swaps if swap.held.due > now]
        for swap in late:
            yield self._gone(swap.held)

    def seen(self, content: bytes) -> None:
        """A message passes that no peer has sent just now: perhaps one that was let go."""
        while content in self._sent:
            if self._sent.popleft() == content:
                return

    def next_due(self) -> float | None:
        """When there is something to let go next; None: nothing is held back."""
        dues = [queue[0].due for queue in self._queues.values()] + [swap.held.due for swap in self._swaps]
        if not dues:
            return None
        return min(dues) if self._open is None else max(min(dues), self._open)

    def rest(self) -> list[Held]:
        """All that is held back, in the order in which it would have gone on; then there is nothing left."""
        found = [held for queue in self._queues.values() for held in queue] + [swap.held for swap in self._swaps]
        self._queues, self._swaps, self.size = {}, [], 0
        return sorted(found, key=lambda held: held.due)

    def _gone(self, held: Held) -> Held:
        self.size -= held.size
        return held


def _bytes(item: Item) -> bytes:
    return item.encode("utf-8", "surrogatepass") if isinstance(item, str) else item

"""Where packets of the proxy's own may go in polling bodies: never between a packet and its attachments, which may come
with a later body.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from analyzer.live.facts import attachments_of
from analyzer.live.pretty import Item

_MOST: Final = 4096
_BINARY: Final = (b"45", b"46")
"""What a body with a packet that has attachments holds somewhere."""


class Seams:
    """Knows, by session and direction, how many attachments are still to come. What was begun longest ago is forgotten
    first.
    """

    def __init__(self) -> None:
        self._due: OrderedDict[tuple[str, str], int] = OrderedDict()

    def heeds(self, sid: str, direction: str, body: bytes) -> bool:
        """Whether a body, not compressed, may have to do with attachments, and so must be shown to `place`."""
        return (sid, direction) in self._due or any(mark in body for mark in _BINARY)

    def place(self, sid: str, direction: str, items: Sequence[Item], revision: int) -> int | None:
        """The last index in a body at which packets may be put in; None: nowhere."""
        left = self._due.pop((sid, direction), 0)
        seam = None if left else 0
        for i, item in enumerate(items):
            if isinstance(item, bytes) or item[:1] == "b":
                left = max(0, left - 1)
            elif item[:1] == "4":  # attachments that have not come by now never will
                seam, left = i, attachments_of(item, revision)
            if not left:
                seam = i + 1
        if left:
            self._due[sid, direction] = left
            if len(self._due) > _MOST:
                self._due.popitem(last=False)
        return seam

    def forget(self, sid: str) -> None:
        """A session is over."""
        for key in [key for key in self._due if key[0] == sid]:
            del self._due[key]

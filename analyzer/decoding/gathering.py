"""A Socket.IO packet that waits for its attachments, with how each part of it came."""

from analyzer.decoding.places import Arrival
from analyzer.limits import Limits
from analyzer.socketio.attachments import Gathered, Gatherer
from analyzer.socketio.packet import Packet


class Gathering:
    """Header ``packet`` (``text`` as sent) and the parts that have come, whatever transport brought each."""

    __slots__ = ("_arrivals", "_gatherer", "_text")

    def __init__(self, packet: Packet, text: str, header: Arrival, limits: Limits) -> None:
        self._text = text
        self._arrivals = [header]
        self._gatherer = Gatherer(limits)
        self._gatherer.start(packet)

    def add(self, data: bytes, arrival: Arrival) -> Gathered | None:
        """Take the next attachment; the whole once it was the last one."""
        if len(self._arrivals) <= 1 << 16:
            self._arrivals.append(arrival)
        return self._gatherer.add(data)

    def arrival(self, whole: Gathered) -> Arrival:
        """How the whole came: at the place and moment of its last part, the sizes added up."""
        arrivals = self._arrivals
        known = [a.wire_size for a in arrivals if a.wire_size is not None]
        odd = next((a for a in arrivals if a.issue is not None), arrivals[0])
        return arrivals[-1]._replace(
            size=sum(a.size for a in arrivals),
            wire_size=sum(known) if len(known) == len(arrivals) else None,
            issue=odd.issue or whole.issue,
            detail=odd.detail or whole.detail,
        )

    def abort(self) -> tuple[str, list[tuple[str | bytes, Arrival]]]:
        """Give up: what is missing, and header text and kept attachments one by one."""
        given = self._gatherer.abort()
        if given is None:
            return "", [(self._text, self._arrivals[0])]
        parts: list[str | bytes] = [self._text, *given.attachments]
        return given.detail or "", list(zip(parts, self._arrivals, strict=False))

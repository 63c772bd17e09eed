"""What a plan is made of: what the client did, what the server said, and why each step had to wait."""

from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.replay.jsontext import Path

Key = tuple[str, str, str]
"""Kind, namespace and event (empty where there is none) of a packet: what live and captured packets are matched by."""

EVENT, ACK, CONNECT, DISCONNECT = "EVENT", "ACK", "CONNECT", "DISCONNECT"
REFUSAL, MESSAGE, OPEN = "CONNECT_ERROR", "MESSAGE", "OPEN"
PROBE, UPGRADE, END = "probe", "upgrade", "end"
"""Kinds of packets, and of steps that are none. MESSAGE is one of plain Engine.IO, OPEN its open packet, which is not
compared; END is the end of the session."""


class Said(NamedTuple):
    """A packet of the server, captured or live; ``time`` in ns since 1970 or, live, in seconds of the run's clock."""

    time: float
    kind: str
    namespace: str = "/"
    event: str | None = None
    ack_id: int | None = None
    data: str | None = None
    attachments: tuple[bytes, ...] = ()

    @property
    def key(self) -> Key:
        """What it is matched by; an ack is matched by its id instead."""
        return (self.kind, self.namespace, self.event or "")


class Expected(NamedTuple):
    """A captured packet of the server, the ``nth`` (from 1) of its key."""

    said: Said
    nth: int
    answers: int | None = None
    """Of an ack: the step it answers."""
    optional: bool = False
    """Said when the client had already left: it need not come again."""

    @property
    def key(self) -> Key:
        """What it is matched by."""
        return self.said.key


SOFT = frozenset(("push", "drain"))
"""Gates that are only a matter of order."""


class Gate(NamedTuple):
    """Something of the server that a step waits for: entry ``expected`` of the expectations of session ``session``.

    ``why``: ``ack`` (an ack outstanding), ``value`` (it uses a value given there), ``question`` (it is the answer),
    ``connect`` (the namespace has to be joined): hard; ``push`` (the last one before it), ``drain`` (all before the
    end): soft.
    """

    why: str
    session: int
    expected: int

    @property
    def hard(self) -> bool:
        """Whether the step is wrong without it; a soft gate is only a matter of order."""
        return self.why not in SOFT


class Use(NamedTuple):
    """A value the server gave that a step sends: found at ``source`` of the gate's packet, put to ``target``."""

    gate: Gate
    source: Path
    target: Path
    value: str
    """The captured value as text; replaced where it stands in the captured leaf, which may hold more around it."""


class Step(NamedTuple):
    """Something the client did at ``time`` (ns since 1970), the ``number``-th (from 0) of its session. ``data`` is JSON
    text as in the log.
    """

    number: int
    time: int
    kind: str
    namespace: str = "/"
    event: str | None = None
    ack_id: int | None = None
    data: str | None = None
    attachments: tuple[bytes, ...] = ()
    raw: str | None = None
    answers: int | None = None
    """Of an ack: the expectation it answers."""
    gates: tuple[Gate, ...] = ()
    uses: tuple[Use, ...] = ()
    trouble: str | None = None
    """Why it cannot be sent."""

    def waiting_for(self, gates: tuple[Gate, ...]) -> "Step":
        """The step with other gates; quicker than `_replace`."""
        return Step._make((*self[:_GATES], gates, *self[_GATES + 1 :]))

    @property
    def name(self) -> str:
        """What to call it in a report."""
        return name_of(self.kind, self.namespace, self.event)


_GATES = Step._fields.index("gates")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a session used its transports; `analyzer.replay.manner` reads it from the log."""

    revision: int
    transport: str
    """The first one: ``polling`` or ``websocket``."""
    upgrade: bool = False
    path: str = "/socket.io/"
    query: tuple[tuple[str, str], ...] = ()
    """The user's own fields of the query."""
    parser: str | None = "json"
    """``json``, ``msgpack``, ``object`` (JSON objects); None: plain Engine.IO."""
    base64: bool = False
    jsonp: bool = False
    packed: bool = False
    """Binary bodies of revision 3 were posted as octet-stream."""
    legacy: bool = False
    """The client shows a sign of Socket.IO 1.x."""
    deflate: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    """Fields of the handshake's request that the application set."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One session to replay. ``begun`` is when its handshake began, ns since 1970."""

    session: str
    begun: int
    manner: Manner
    steps: tuple[Step, ...] = ()
    expected: tuple[Expected, ...] = ()
    closed_by: str | None = None
    """``client``, ``server``, None: still open when the capture ended."""
    notes: tuple[str, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()
    """Values of the user's own, and the captured ones they stand for."""


@dataclass(slots=True)
class Plan:
    """All sessions of a source, in the order of their beginnings, and those that cannot be replayed with the reason."""

    sessions: list[SessionPlan] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    origins: frozenset[str] = frozenset()
    """``host:port`` and host names of the captured servers."""


def name_of(kind: str, namespace: str, event: str | None) -> str:
    """A packet in a few words: ``event 'say' in /chat``."""
    where = "" if namespace == "/" else f" in {namespace}"
    words = {EVENT: f"event {event!r}", ACK: f"ack of {event!r}" if event else "ack", MESSAGE: "message"}
    words |= {
        OPEN: "the handshake",
        END: "the end",
        CONNECT: "CONNECT",
        DISCONNECT: "DISCONNECT",
        REFUSAL: "CONNECT_ERROR",
    }
    return words.get(kind, kind) + where

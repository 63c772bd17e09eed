"""Rows of one session, taken in turn, to the steps of its client and the packets of its server."""

from analyzer.issues import Issue
from analyzer.records import C2S, Layer, Row, Transport
from analyzer.replay.steps import (
    ACK,
    CONNECT,
    DISCONNECT,
    END,
    EVENT,
    MESSAGE,
    OPEN,
    PROBE,
    REFUSAL,
    UPGRADE,
    Expected,
    Key,
    Said,
    Step,
)

_KINDS = {
    "EVENT": EVENT,
    "BINARY_EVENT": EVENT,
    "ACK": ACK,
    "BINARY_ACK": ACK,
    "CONNECT": CONNECT,
    "DISCONNECT": DISCONNECT,
    "CONNECT_ERROR": REFUSAL,
}
_SOCKET, _ENGINE = Layer.SOCKET.value, Layer.ENGINE.value
_UNDELIVERED = {Issue.HTTP_REFUSED, Issue.MITM_DROPPED}
"""Marks of packets that the other side never got."""


class Script:
    """What happened in one session, in order; ``plain``: it is Engine.IO without Socket.IO."""

    def __init__(self, session: int, plain: bool) -> None:
        self.steps: list[Step] = []
        self.expected: list[Expected] = []
        self.notes: list[str] = []
        self._session = session
        self._plain = plain
        self._counts: dict[Key, int] = {}
        self._asked: dict[tuple[str, int], int] = {}
        """Steps by namespace and ack id."""
        self._questions: dict[tuple[str, int], int] = {}
        """Expectations by namespace and ack id."""
        self._probed = False

    def take(self, row: Row) -> None:
        """The next row of the session."""
        layer = row.layer
        if layer == _SOCKET:
            (self._sent if row.direction == C2S else self._said)(row, _KINDS[row.type or "EVENT"])
        elif layer == _ENGINE:
            self._engine(row)

    def end(self, time: int, closed_by: str | None) -> None:
        """The session ended; what the server said to a client that had left need not come again."""
        self._step(time, END)
        if closed_by == "client":
            self.expected = [e if e.said.time <= time else e._replace(optional=True) for e in self.expected]

    def _engine(self, row: Row) -> None:
        sent = row.direction == C2S
        if row.type == "ping" and row.data == "probe" and sent and not self._probed:
            self._probed = True
            self._step(row.time, PROBE)
        elif row.type == "upgrade" and sent and row.transport == Transport.WEBSOCKET:
            self._step(row.time, UPGRADE)
        elif row.type == "open" and not sent:
            self.expected.append(Expected(Said(row.time, OPEN, data=row.data), 1, optional=True))
        elif row.type not in (None, "message"):
            return  # heartbeats and the like belong to the live transport
        elif self._plain and row.issue is None:
            (self._sent if sent else self._said)(row, MESSAGE)
        elif sent:
            trouble = f"the capture holds no packet there: {row.detail or row.issue or 'it cannot be read'}"
            self._step(row.time, "packet", trouble=trouble)
        else:
            self.notes.append(f"a packet of the server cannot be read and is not expected: {row.detail or row.issue}")

    def _sent(self, row: Row, kind: str) -> None:
        if row.issue in _UNDELIVERED:
            self.notes.append(f"a packet that never reached the server is not sent: {row.issue}")
            return
        namespace = row.namespace or "/"
        answers, event, trouble = None, row.event, None
        if kind == ACK:
            answers = self._questions.get((namespace, row.ack_id if row.ack_id is not None else -1))
            if answers is None:
                trouble = "the capture does not show what it answers"
            else:
                event = self.expected[answers].said.event
        elif kind == EVENT and row.ack_id is not None:
            self._asked[namespace, row.ack_id] = len(self.steps)
        attachments = tuple(row.attachments or ())
        number, gates, uses = len(self.steps), (), ()
        self.steps.append(
            Step(number, row.time, kind, namespace, event, row.ack_id, row.data, attachments, row.raw, answers, gates,
                 uses, trouble)
        )  # fmt: skip

    def _said(self, row: Row, kind: str) -> None:
        if row.issue == Issue.MITM_INJECTED:
            return
        namespace, event, answers = row.namespace or "/", row.event, None
        if kind == ACK and row.ack_id is not None:
            answers = self._asked.get((namespace, row.ack_id))
            event = None if answers is None else self.steps[answers].event
            if answers is None:
                self.notes.append(f"an ack of something that the capture does not show is not expected: {row.ack_id}")
                return
        elif kind == EVENT and row.ack_id is not None:
            self._questions[namespace, row.ack_id] = len(self.expected)
        said = Said(row.time, kind, namespace, event, row.ack_id, row.data, tuple(row.attachments or ()))
        key = said.key
        nth = self._counts[key] = self._counts.get(key, 0) + 1
        self.expected.append(Expected(said, nth, answers))

    def _step(self, time: int, kind: str, trouble: str | None = None) -> None:
        self.steps.append(Step(len(self.steps), time, kind, trouble=trouble))

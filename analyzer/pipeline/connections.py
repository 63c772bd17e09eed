"""The open connections of a run: which segment belongs to which, and what each has become."""

import itertools
from collections import OrderedDict, deque
from collections.abc import Iterator

from analyzer.decoding import query
from analyzer.decoding.places import NUMBER_BITS, Link
from analyzer.limits import Limits
from analyzer.pipeline.grouping import Group, Key
from analyzer.wire.conversation import Conversation
from analyzer.wire.endpoints import format_endpoint
from analyzer.wire.events import Event
from analyzer.wire.halfstream import SYN, Lane
from analyzer.wire.http1 import Head
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tcp import Columns, TcpConnection
from analyzer.wire.tls_facts import Unread

_TOMBSTONES = 10_000
_HELD = 1 << 27
"""Bytes held at most for TLS secrets that may still come."""


class Connection:
    """One TCP connection with all that reads it. ``done`` once nothing more of it will be read."""

    __slots__ = ("conversation", "done", "key", "keys", "kind", "link", "seen", "source", "tcp", "tls", "whole")

    def __init__(self, key: Key, stream: int, source: int, limits: Limits, keys: KeyLog) -> None:
        self.key = key
        self.source = source
        self.link = Link(stream, None, None)
        self.tcp = TcpConnection(limits)
        self.keys = keys
        self.tls: tuple[Unread | None, str] | None = None
        """Of a TLS connection of which nothing can be read: why (an `Unread`, or null where its handshake came to no
        end), and the name asked for in the handshake or else the server's address.
        """
        self.conversation: Conversation | None = None
        self.done = False
        self.kind: str | None = None
        """What it carries, as `Conversation.kind`; null while that is not known."""
        self.whole = False
        """Whether the capture shows its SYN."""
        self.seen = 0
        """Bit 1: the lower endpoint sent something, bit 2: the higher one did, bit 4: there were bytes."""

    def run(self, lanes: tuple[Lane | None, Lane | None]) -> bool:
        """Take a block's segments where they are plain and go on where this connection is; false where they have to be
        looked at.
        """
        sides = self.tcp.sides
        pairs = [(half, lane) for half, lane in zip(sides, lanes, strict=True) if lane is not None]
        if self.tcp.waiting or not all(half.continues(lane) for half, lane in pairs):
            return False
        for half, lane in pairs:
            half.run(lane)
        return True

    def note(self, plain: Group) -> None:
        """Remember which directions were seen; needed only until both were."""
        if self.seen != 7:
            self.seen |= plain.sides
            for side in (0, 1):
                self.tcp.sides[1 - side].peer_seen |= bool(self.seen & (1 << side))

    def receive(self, columns: Columns, begin: int, end: int) -> int:
        """Take segments ``begin..end-1`` one by one; returns where it stopped: a new connection begins there."""
        if self.done:
            return self._pass_by(columns, begin, end)
        stop = self.tcp.receive(columns, begin, end)
        self._note(columns, begin, stop)
        return stop

    def collect(self, limits: Limits) -> list[Event]:
        """What the bytes readable by now say."""
        pieces = self.tcp.take()
        if self.done or not (pieces[0] or pieces[1]):
            return []
        if self.conversation is None:
            self.conversation = Conversation(self.link, limits, asked, self.tcp.client, self.keys)
            self.conversation.skim, self.conversation.branch = self.link.skim, self._branch
        return self._settled(self.conversation, self.conversation.receive(pieces, one_way=self.seen & 3 != 3))

    @property
    def held(self) -> int:
        """Bytes that wait for a TLS secret."""
        secured = self.conversation.secured if self.conversation is not None else None
        return secured.held if secured is not None else 0

    def retry(self, time: int, frame: int) -> list[Event]:
        """More TLS secrets are known."""
        if self.conversation is None or self.done:
            return []
        return self._settled(self.conversation, self.conversation.retry(time, frame))

    def give_up(self) -> list[Event]:
        """No TLS secret is waited for any longer."""
        return self._settled(self.conversation, self.conversation.give_up()) if self.conversation is not None else []

    def _settled(self, conversation: Conversation, events: list[Event]) -> list[Event]:
        if events:
            self.name()
        self._settle(conversation)
        return events

    def _settle(self, conversation: Conversation) -> None:
        """Note what the connection carries and whether reading it goes on."""
        self.kind = conversation.kind
        secured = conversation.secured
        if secured is not None and self.kind == "tls":
            server = self.key[:3] if conversation.client else self.key[3:]
            self.tls = secured.facts.unread, secured.facts.sni or format_endpoint(*server)
        self.done = conversation.finished or conversation.passed_over is not None

    def finish(self, time: int, frame: int, limits: Limits, *, ended: bool = False) -> list[Event]:
        """No more segments will come: give up what is waited for and what is half read."""
        if self.done:
            return []
        self.tcp.finish(time)
        events = self.collect(limits)
        if self.conversation is not None and not self.done:
            events += self.conversation.finish(time, frame, ended=ended)
            if events:
                self.name()
        self.done = True
        return events

    def lay_to_rest(self) -> None:
        """Keep only what is needed to tell its stragglers from a new connection."""
        self.conversation = None
        self.tcp.forget()

    def name(self) -> None:
        """Tell the link which endpoint is the client."""
        if self.link.client is None and self.conversation is not None and self.conversation.client is not None:
            low, high = format_endpoint(*self.key[:3]), format_endpoint(*self.key[3:])
            self.link.client, self.link.server = (high, low) if self.conversation.client else (low, high)

    def _branch(self) -> Link:
        """A link for one of the connection's WebSockets."""
        self.name()
        return self.link.branch()

    def _note(self, columns: Columns, begin: int, end: int) -> None:
        """Remember which directions were seen; needed only until both were."""
        if self.seen != 7:
            for i in range(begin, end):
                self.seen |= (2 if columns.side[i] else 1) | (4 if columns.length[i] or columns.missing[i] else 0)
                self.whole = self.whole or bool(columns.flags[i] & SYN)

    def _pass_by(self, columns: Columns, begin: int, end: int) -> int:
        self._note(columns, begin, end)
        flags = columns.flags
        for i in range(begin, end):
            if flags[i] & SYN and self.tcp.opens_another(columns.side[i], columns.seq[i], flags[i]):
                return i
        return end


class Connections:
    """All connections by their endpoints; the ones idle longest make room when there are too many."""

    def __init__(self, limits: Limits, keys: KeyLog, numbers: Iterator[int] | None = None) -> None:
        self._limits = limits
        self._numbers = numbers if numbers is not None else itertools.count()
        self._keys = keys
        self._known = keys.secrets
        self._table: OrderedDict[Key, Connection] = OrderedDict()
        self._done: deque[Connection] = deque()
        self._waiting: dict[Connection, None] = {}
        self.count = 0
        """Connections so far."""
        self.evicted = 0
        """Connections given up while open, because there were too many."""
        self.retired: list[Connection] = []
        """Connections that left the table since the last look; the summary counts them."""

    def receive(self, groups: list[Group]) -> list[Event]:
        """Take a block's segments; what happened on all connections, unsorted."""
        happened: list[Event] = []
        for each in groups:
            connection = self._find(each.key, each.frame >> NUMBER_BITS)
            if each.lanes is not None and connection.seen & 4 and (connection.done or connection.run(each.lanes)):
                connection.note(each)
                happened += connection.collect(self._limits)
                self._after(connection)
            else:
                happened += self._one_by_one(connection, each.columns())
        return happened

    def _one_by_one(self, connection: Connection, columns: Columns) -> list[Event]:
        happened: list[Event] = []
        begin, end = 0, len(columns.time)
        while begin < end:
            begin = connection.receive(columns, begin, end)
            happened += connection.collect(self._limits)
            if begin < end:
                last = connection.finish(columns.time[begin], columns.frame[begin], self._limits, ended=True)
                happened += last
                self._retire(connection)
                connection = self._find(connection.key, columns.frame[begin] >> NUMBER_BITS)
            self._after(connection)
        return happened

    def retry(self, time: int, frame: int) -> list[Event]:
        """What can be read now that more secrets are known, at this moment."""
        if self._known == self._keys.secrets:
            return []
        self._known = self._keys.secrets
        happened: list[Event] = []
        for connection in self._table.values():
            happened += connection.retry(time, frame)
            self._after(connection)
        return happened

    def expire(self, now: int) -> list[Event]:
        """Give up holes whose time has come by ``now`` (ns)."""
        happened: list[Event] = []
        for connection in list(self._waiting):
            connection.tcp.expire(now)
            happened += connection.collect(self._limits)
            self._after(connection)
        return happened

    def make_room(self, time: int, frame: int) -> list[Event]:
        """Let go of connections beyond the limit."""
        happened: list[Event] = []
        while len(self._done) > _TOMBSTONES:
            self._retire(self._done.popleft())
        while len(self._table) > self._limits.connections:
            connection = next(iter(self._table.values()))
            self.evicted += not connection.done
            happened += connection.finish(time, frame, self._limits)
            self._retire(connection)
        return happened + (self._bound() if self._keys.growing else [])

    def _bound(self) -> list[Event]:
        """Those that have been silent longest wait no longer for a secret where all together hold too much."""
        waiting = [(connection, held) for connection in self._table.values() if (held := connection.held)]
        excess = sum(held for _, held in waiting) - _HELD
        happened: list[Event] = []
        for connection, held in waiting:
            if excess <= 0:
                break
            excess -= held
            happened += connection.give_up()
            self._after(connection)
        return happened

    def finish(self, time: int, frame: int) -> list[Event]:
        """The capture is over."""
        happened: list[Event] = []
        for connection in self._table.values():
            happened += connection.finish(time, frame, self._limits)
        self.retired += self._table.values()
        self._table.clear()
        return happened

    def _find(self, key: Key, source: int) -> Connection:
        connection = self._table.get(key)
        if connection is None:
            connection = self._table[key] = Connection(key, next(self._numbers), source, self._limits, self._keys)
            self.count += 1
        else:
            self._table.move_to_end(key)
        return connection

    def _retire(self, connection: Connection) -> None:
        self._waiting.pop(connection, None)
        if self._table.get(connection.key) is connection:
            del self._table[connection.key]
            self.retired.append(connection)

    def _after(self, connection: Connection) -> None:
        """Keep the lists of those that wait for bytes, and of those that are only remembered."""
        if connection.tcp.waiting and not connection.done:
            self._waiting[connection] = None
        else:
            self._waiting.pop(connection, None)
        if connection.done and connection.conversation is not None:
            self._done.append(connection)
            connection.lay_to_rest()


def asked(head: Head) -> query.Query | None:
    """What a request asks of Engine.IO, if it does."""
    return query.parse(head.target) if head.target else None


def wanted(head: Head) -> bool:
    """Whether a request asks for Engine.IO."""
    return asked(head) is not None

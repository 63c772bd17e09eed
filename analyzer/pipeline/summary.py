"""What a run says of its sources as a whole: a summary row each, and a row for each oddity of the capture."""

import json
from collections import Counter
from dataclasses import dataclass, field

from analyzer.issues import Issue
from analyzer.pipeline.connections import Connection
from analyzer.records import Layer, Row
from analyzer.sources.summary import Summary
from analyzer.stamps import to_text
from analyzer.text import elide
from analyzer.wire.block import Counters
from analyzer.wire.tls_facts import Unread

_SHOWN = 20
_NAMED = 5
_DISORDER = 1_000_000_000
"""Packets further behind the one before them than this, in ns, are an oddity: the clock was set, or files were joined.
"""


@dataclass(slots=True)
class Tally:
    """How many there were, and the first few of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, stream: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(stream)

    def __str__(self) -> str:
        more = f" and {self.count - len(self.first)} more" if self.count > len(self.first) else ""
        return f"{self.count} (stream {', '.join(map(str, self.first))}{more})"


@dataclass(slots=True)
class SourceFacts:
    """Counters of one source; times in ns, null where no packet was seen."""

    name: str
    packets: int = 0
    bytes: int = 0
    truncated: int = 0
    dropped: int | None = None
    not_tcp: int = 0
    undecoded: int = 0
    scapy: int = 0
    udp443: int = 0
    webtransport: bool = False
    """Whether a server offered it."""
    first_time: int | None = None
    last_time: int | None = None
    connections: int = 0
    one_way: Tally = field(default_factory=Tally)
    midstream: Tally = field(default_factory=Tally)
    passed_over: Counter[str] = field(default_factory=Counter)
    unread: dict[Unread | None, Counter[str]] = field(default_factory=dict)
    """Servers of TLS connections that could not be read, by why (an `Unread`) and by the names asked for."""
    oddities: list[tuple[str, str]] = field(default_factory=list)
    """Issue code and sentence of what is odd about the source."""
    comments: list[str] = field(default_factory=list)
    """Comments the capture file holds."""

    def read(self, summary: Summary, counters: Counters) -> None:
        """The source was read to its end."""
        self.packets, self.bytes, self.truncated = summary.packets, summary.bytes, summary.truncated
        self.first_time, self.last_time, self.dropped = summary.first_time, summary.last_time, summary.dropped
        self.not_tcp, self.undecoded = counters.not_tcp, counters.undecoded
        self.scapy, self.udp443 = counters.scapy, counters.udp443
        self.comments = [f"{comment.where}: {comment.text}" for comment in summary.comments[:_SHOWN]]
        if summary.cut:
            self.oddities.append((Issue.CAPTURE_CUT, "the file ends in the middle of a packet"))
        if summary.trouble:
            self.oddities.append((Issue.CAPTURE_CUT, summary.trouble))
        if summary.damaged:
            places = ", ".join(f"{place.size} bytes at offset {place.offset}" for place in summary.damage[:3])
            sentence = f"{summary.damaged} places of the file could not be read: {places}"
            self.oddities.append((Issue.CAPTURE_DAMAGED, sentence))
        if summary.behind > _DISORDER:
            back = f"by up to {summary.behind / 1e9:.3f} s"
            sentence = f"{summary.backwards} packets carry an earlier time than the packet before them, {back}"
            self.oddities.append((Issue.CAPTURE_TIME_ORDER, sentence))

    def count(self, connection: Connection) -> None:
        """Count a connection that is over."""
        self.connections += 1
        stream = connection.link.stream
        if not connection.link.recognised:
            if connection.tls is not None:
                why, name = connection.tls
                self.unread.setdefault(why, Counter())[name] += 1
            self.passed_over[connection.kind or ("other" if connection.seen & 4 else "empty")] += 1
        if connection.seen & 4:
            if not connection.whole:
                self.midstream.add(stream)
            if connection.seen & 3 != 3:
                self.one_way.add(stream)

    def noticed(self) -> list[tuple[str, str]]:
        """All that is odd about the source, as issue codes and sentences."""
        found = list(self.oddities)
        if self.truncated:
            found.append(
                (
                    Issue.CAPTURE_TRUNCATED,
                    f"{self.truncated} of {self.packets} packets were cut short by the snapshot length",
                )
            )
        if self.dropped:
            found.append((Issue.CAPTURE_DROPPED, f"the capture says that it dropped {self.dropped} packets"))
        if self.midstream.count:
            found.append((Issue.CAPTURE_MIDSTREAM, f"connections that began before the capture: {self.midstream}"))
        if self.one_way.count:
            found.append(
                (Issue.CAPTURE_ONE_WAY, f"connections of which only one direction was captured: {self.one_way}")
            )
        found += [(Issue.CAPTURE_ENCRYPTED, _encrypted(why, names)) for why, names in self.unread.items()]
        if self.udp443 and self.webtransport:
            seen = f"{self.udp443} UDP packets on port 443 may be that: it is not decoded"
            sentence = f"a server offered WebTransport, and {seen}"
            found.append((Issue.EIO_WEBTRANSPORT, sentence))
        return found

    def as_json(self, missing_bytes: int) -> str:
        """The summary row's ``data``."""
        counters = {
            "packets": self.packets,
            "bytes": self.bytes,
            "connections": self.connections,
            "passed_over": sum(self.passed_over.values()),
            "passed_over_kinds": dict(self.passed_over),
            "truncated": self.truncated,
            "dropped": self.dropped,
            "missing_bytes": missing_bytes,
            "one_way": self.one_way.count,
            "midstream": self.midstream.count,
            "scapy": self.scapy,
            "not_tcp": self.not_tcp,
            "undecoded": self.undecoded,
            "first_time": None if self.first_time is None else to_text(self.first_time),
            "last_time": None if self.last_time is None else to_text(self.last_time),
        }
        if self.comments:
            counters["comments"] = self.comments
        return json.dumps(counters)


_UNREAD = {
    Unread.NO_SECRET: "no key log holds their secrets",
    Unread.WRONG_SECRET: "nothing authenticates with the secrets that the key log holds for them",
    Unread.NO_HELLO: "their handshake is not in the capture",
    Unread.UNSUPPORTED: "a version, cipher suite or extension that cannot be read",
    None: "their handshake did not come to an end",
}


def _encrypted(why: Unread | None, names: Counter[str]) -> str:
    """What is said of the TLS connections that could not be read for one reason."""
    shown = [f"{count} to {elide(name)}" for name, count in names.most_common(_NAMED)]
    shown += [f"and {len(names) - _NAMED} other servers"] if len(names) > _NAMED else []
    return f"{names.total()} TLS connections could not be read ({', '.join(shown)}): {_UNREAD[why]}"


def capture_rows(facts: SourceFacts, time: int, missing_bytes: int) -> list[Row]:
    """The source's rows at ``time`` (ns), which is when the run ended; the summary is the last."""
    rows = [
        Row(time, facts.name, layer=Layer.CAPTURE, type="issue", issue=code, detail=sentence)
        for code, sentence in facts.noticed()
    ]
    return [*rows, Row(time, facts.name, layer=Layer.CAPTURE, type="summary", data=facts.as_json(missing_bytes))]

"""What a run says of a HAR or a flow file as a whole: a summary row, and a row for each oddity."""

import json
from collections import Counter
from dataclasses import dataclass, field

from analyzer.issues import Issue
from analyzer.records import Layer, Row
from analyzer.sources.seen import Account
from analyzer.stamps import to_text


@dataclass(slots=True)
class ExchangeFacts:
    """Counters of one source; times in ns, null where it tells of nothing."""

    name: str
    exchanges: int = 0
    messages: int = 0
    connections: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """Connections that carried no Engine.IO, and what is no HTTP at all, by kind."""
    first_time: int | None = None
    last_time: int | None = None
    writer: str | None = None
    oddities: list[tuple[str, str]] = field(default_factory=list)
    """Issue code and sentence of what is odd about the source."""

    def read(self, account: Account) -> None:
        """The source was read to its end."""
        self.exchanges, self.writer, self.oddities = len(account.seen), account.writer, list(account.oddities)
        self.messages = sum(len(seen.messages) for seen in account.seen)
        self.connections = account.others.total()
        self.passed_over = account.others.copy()
        for seen in account.seen:
            last = max([seen.ended, *(message.time for _, message in seen.messages[-1:])])
            self.first_time = min(seen.begun, seen.begun if self.first_time is None else self.first_time)
            self.last_time = max(last, last if self.last_time is None else self.last_time)

    def forgot(self, sessions: int) -> None:
        """Sessions had to be forgotten in the run."""
        if sessions:
            sentence = f"{sessions} sessions were forgotten to make room for others (--max-sessions)"
            self.oddities.append((Issue.CAPTURE_LIMIT, sentence))

    def rows(self, time: int) -> list[Row]:
        """The source's rows at ``time`` (ns), which is when the run ended; the summary is the last."""
        rows = [
            Row(time, self.name, layer=Layer.CAPTURE, type="issue", issue=code, detail=sentence)
            for code, sentence in self.oddities
        ]
        return [*rows, Row(time, self.name, layer=Layer.CAPTURE, type="summary", data=self._as_json())]

    def _as_json(self) -> str:
        return json.dumps(
            {
                "exchanges": self.exchanges,
                "websocket_messages": self.messages,
                "connections": self.connections,
                "passed_over": self.passed_over.total(),
                "passed_over_kinds": dict(self.passed_over),
                "writer": self.writer,
                "first_time": None if self.first_time is None else to_text(self.first_time),
                "last_time": None if self.last_time is None else to_text(self.last_time),
            }
        )

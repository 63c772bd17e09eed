"""HAR files (HTTP Archive 1.2) of Chrome DevTools, Firefox, Playwright, mitmproxy and others that write alike."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from analyzer.issues import CaptureError, Issue
from analyzer.sources import har_exchange, har_messages, har_times, loose
from analyzer.sources.har_exchange import Entry
from analyzer.sources.json_text import JsonText
from analyzer.sources.seen import Account, Seen, Terms, endpoint
from analyzer.sources.streams import Stream

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def read(stream: Stream, terms: Terms) -> Account:
    """All exchanges of a HAR. Raises CaptureError where it is damaged, or is no HAR."""
    reader = _Reader(stream.where, terms)
    found = False
    for name, value in _log(JsonText(stream, "HAR")):
        found = found or name == "entries"
        if name == "creator":
            reader.created(value)
        elif name == "entry":
            reader.entry(value)
    if not found:
        raise CaptureError(f"{stream.where}: is no HAR (it has no entries); give one that a browser or proxy saved")
    return reader.finish(stream.trouble)


def _log(text: JsonText) -> Iterator[tuple[str, Any]]:
    """Members of the ``log`` object."""
    text.expect("{")
    while (name := text.key()) is not None:
        if name == "log" and text.take("{"):
            yield from _members(text)
        else:
            text.value()
    if text.peek():
        raise text.damaged()


def _members(text: JsonText) -> Iterator[tuple[str, Any]]:
    """Name and value; for ``entries`` None, and then each of them as ``entry``."""
    while (name := text.key()) is not None:
        if name == "entries" and text.take("["):
            yield "entries", None
            while not text.take("]"):
                yield "entry", text.value()
                text.take(",")
        elif name == "creator":
            yield name, text.value()
        else:
            text.value()


class _Reader:
    """Entry by entry; what can be told only from all of them waits for `finish`."""

    def __init__(self, where: str, terms: Terms) -> None:
        self._account = Account(where)
        self._terms = terms
        self._writer = ""
        self._entries = 0
        self._last = 0
        self._odd: Counter[str] = Counter()
        self._hosts: dict[str, set[str]] = {}
        self._strangers: list[tuple[str, Seen]] = []

    def created(self, value: Any) -> None:
        """What wrote the file."""
        self._writer = loose.text(value, "name") or ""
        self._account.writer = f"{self._writer} {loose.identity(value, 'version') or ''}".strip() or None

    def entry(self, entry: Any) -> None:
        """The next entry."""
        self._entries += 1
        url = _split(loose.text(entry, "request", "url"))
        if url is None:
            self._odd["unreadable"] += 1
            return
        start = har_times.started(entry)
        if start is None:
            start = min(har_messages.times(entry), default=None)
        self._odd["undated"] += start is None
        place = self._entries if start is None else 0
        self._last = self._last if start is None else start
        target = str(loose.text(entry, "request", "url")).partition("#")[0]
        seen, talk = har_exchange.read(Entry(entry, target, self._last, place, self._writer), self._terms)
        self._odd.update(backwards=talk.backwards, dateless=talk.dateless, strange=talk.strange)
        self._locate(entry, url, seen)
        self._account.add(seen)

    def finish(self, trouble: str | None) -> Account:
        """All of it; ``trouble`` is what is wrong with the file, though the HAR in it is whole."""
        if trouble:
            self._account.oddities.append((Issue.CAPTURE_CUT, trouble))
        for host, seen in self._strangers:
            seen.server = min(self._hosts.get(host, ()), default=host)
        odd, account = self._odd, self._account
        account.notice(Issue.CAPTURE_DAMAGED, odd["unreadable"], "entries do not say what was asked for")
        account.notice(Issue.CAPTURE_DAMAGED, odd["undated"], "entries do not say when: they go with the one before")
        account.notice(Issue.CAPTURE_DAMAGED, odd["dateless"], "messages do not say when: they go with the one before")
        account.notice(Issue.CAPTURE_DAMAGED, odd["strange"], "records of WebSockets are neither text nor binary")
        account.notice(Issue.CAPTURE_TIME_ORDER, odd["backwards"], "messages carry an earlier time than others before")
        return account

    def _locate(self, entry: Any, url: SplitResult, seen: Seen) -> None:
        """Say which server it was and on which connection, as far as known; browsers never name the client.

        A WebSocket mostly comes without the server's address: another entry with the same host may have it.
        """
        port = _port(url)
        host, address = endpoint(url.hostname or "", port), loose.text(entry, "serverIPAddress")
        if address:
            own = loose.integer(entry, "_serverPort")
            seen.server = endpoint(address, port if own is None else own)
            self._hosts.setdefault(host, set()).add(seen.server)
        elif url.hostname:
            self._strangers.append((host, seen))
        # Firefox and Chrome give the server's port as the connection, others what HAR 1.2 asks for: its id
        shared = loose.identity(entry, "connection")
        own_id = loose.identity(entry, "_connectionId")
        seen.connection = own_id or (None if shared in (str(port), "0") else shared)


def _split(url: str | None) -> SplitResult | None:
    try:
        return urlsplit(url) if url else None
    except ValueError:
        return None


def _port(url: SplitResult) -> int | None:
    try:
        return url.port or _PORTS.get(url.scheme.lower())
    except ValueError:
        return None

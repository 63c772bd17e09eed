"""The section that says what was read."""

from collections.abc import Mapping
from typing import Any

from analyzer.report import units
from analyzer.report.text import cells
from analyzer.report.text.screen import Screen
from analyzer.report.values import nanoseconds, number

SHOWN = 12
"""Sources shown at most."""
COMMENTS = 3
"""Comments of a capture shown at most."""
COUNTERS = {
    "truncated": ("packet", "cut short"),
    "dropped": ("packet", "dropped by the capture"),
    "missing_bytes": ("byte", "missing"),
    "one_way": ("connection", "with one direction only"),
    "midstream": ("connection", "begun before the capture"),
    "not_tcp": ("packet", "not TCP"),
    "undecoded": ("packet", "with broken headers"),
    "scapy": ("packet", "left to scapy"),
}
"""What a counter counts; one that is not here shows by its name."""
_KEY_LOG = (
    "to read TLS, give --keylog FILE: the secrets that a peer writes while it talks, with SSLKEYLOGFILE=FILE in its "
    "environment (browsers, curl, Python), as node --tls-keylog=FILE, or with MITMPROXY_SSLKEYLOGFILE=FILE (mitmproxy)"
)
_ELSEWHERE = {
    "source",
    "packets",
    "rows",
    "bytes",
    "connections",
    "passed_over",
    "passed_over_kinds",
    "first_time",
    "last_time",
}


def show(screen: Screen, sources: list[dict[str, Any]]) -> None:
    """Per source its size, its time span, its connections, and every other counter that is not zero; and, where TLS had
    to be passed over, what opens it.
    """
    screen.heading("Sources", "" if len(sources) == 1 else units.count(len(sources)))
    for source in sources[:SHOWN]:
        screen.line((screen.safe(source.get("source")), "bold"), indent=2)
        for line in (_span(source), _connections(screen, source), _rest(screen, source)):
            screen.paragraph(line, indent=4, lines=4)
        for comment in _comments(source):
            screen.paragraph(f"comment: {screen.safe(comment)}", indent=4, lines=2)
    cells.more(screen, len(sources) - SHOWN, "source")
    if any(_has_tls(source) for source in sources):
        screen.paragraph(_KEY_LOG, indent=2, lines=6)


def _span(source: Mapping[str, Any]) -> str:
    size = number(source.get("bytes"))
    parts = [_counted(source, "packets", "packet"), _counted(source, "rows", "row"), units.size(size) if size else ""]
    read = ", ".join(filter(None, parts))
    first, last = nanoseconds(source.get("first_time")), nanoseconds(source.get("last_time"))
    if first is None or last is None:
        return read
    return f"{read} in {units.duration((last - first) / 1e9)} from {units.moment(first)}"


def _counted(source: Mapping[str, Any], name: str, noun: str) -> str:
    found = number(source.get(name))
    return "" if found is None else units.plural(found, noun)


def _connections(screen: Screen, source: Mapping[str, Any]) -> str:
    passed, kinds = number(source.get("passed_over")), source.get("passed_over_kinds")
    over = f"{units.count(passed)} passed over" if passed else ""
    if over and isinstance(kinds, dict) and kinds:
        over += (
            f" ({', '.join(f'{units.count(number(found))} {screen.safe(kind, 30)}' for kind, found in kinds.items())})"
        )
    return ", ".join(filter(None, (_counted(source, "connections", "connection"), over)))


def _has_tls(source: Mapping[str, Any]) -> bool:
    kinds = source.get("passed_over_kinds")
    return isinstance(kinds, dict) and bool(number(kinds.get("tls")))


def _rest(screen: Screen, source: Mapping[str, Any]) -> str:
    """Every other counter that is not zero."""
    said = []
    for name, value in source.items():
        found = None if name in _ELSEWHERE or isinstance(value, str) else number(value)
        if found:
            noun, what = COUNTERS.get(name, ("", screen.safe(name.replace("_", " "), 40)))
            said.append(f"{units.plural(found, noun) if noun else units.count(found)} {what}")
    return ", ".join(said)


def _comments(source: Mapping[str, Any]) -> list[Any]:
    comments = source.get("comments")
    return comments[:COMMENTS] if isinstance(comments, list) else []

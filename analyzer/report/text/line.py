"""One row of the log as one line: direction, time, session, transport, size, and what it says, decoded and elided."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from analyzer.records import S2C, Layer, Row
from analyzer.report import units
from analyzer.report.answers import Request
from analyzer.report.text.screen import Screen

Parts = list[tuple[str, str]]
"""Texts with their rich styles; joined they are the line."""

BAD, ODD, GOOD, DIM = "bold red", "yellow", "green", "dim"
_CARRIERS: Final = {"websocket": "ws", "polling": "poll", "webtransport": "wt"}
_LAYERS: Final[dict[str, str]] = {Layer.HTTP: "http", Layer.TCP: "tcp", Layer.TLS: "tls", Layer.CAPTURE: ""}
"""What carried a row, in four letters; a layer's own rows say the layer."""
_STYLES: Final = {
    "CONNECT": GOOD, "DISCONNECT": ODD, "CONNECT_ERROR": BAD, "ping": DIM, "pong": DIM, "noop": DIM, "open": GOOD,
    "close": ODD, "upgrade": GOOD, "gap": BAD, "reset": BAD, "fin": ODD, "summary": DIM,
}  # fmt: skip
_SOCKET: Final = Layer.SOCKET.value
_COMMON: Final = frozenset({"EVENT", "ACK"})
_PACKETS: Final[frozenset[str]] = frozenset({Layer.SOCKET, Layer.ENGINE})
_NAMED: Final = frozenset({"CONNECT", "DISCONNECT", "CONNECT_ERROR"})
"""Types that concern a namespace, so that it is named even where it is the default one."""
_PLACEHOLDER: Final = re.compile(r'\{"_placeholder":true,"num":(\d{1,6})\}')
_LOOKED_AT: Final = 2_000
"""Characters of a row's data looked at; a line shows far fewer."""
_BYTES: Final = 8
"""Bytes of a binary message shown."""


class About(NamedTuple):
    """What a line says that its row does not, as it is shown."""

    when: str = ""
    since: str = ""
    session: str = ""
    answers: Request | None = None
    """The request that an ack answers."""
    note: str = ""
    """A remark behind the type."""


NOTHING: Final = About()


def line(row: Row, screen: Screen, about: About = NOTHING) -> Parts:
    """A row in one line as wide as the screen at most; all of it is safe to show."""
    way, columns = head(row, screen, about)
    return [way, columns, *fitted(content(row, about), screen.width - len(way[0]) - len(columns[0]), screen)]


def common(row: Row, screen: Screen, about: About) -> str | None:
    """The text of `line` of an ordinary event or ack, which most rows of a lively session are; None of any other."""
    kind, namespace, event, ack_id, data, attachments = row[11], row[12], row[14], row[15], row[16], row[17]
    if row[10] != _SOCKET or kind not in _COMMON or namespace != "/" or attachments or about.note or not data:
        return None
    when, since, session, answers, _ = about
    way = screen.backwards if row[8] == S2C else screen.forwards
    size = "" if row[19] is None else _size(row[19])
    front = f"{way} {when}{since:>9} {session:<3} {_CARRIERS.get(row[7] or '', ''):<4} {size:>7}  "
    asked, asking = answers or (None, None)
    name = asking if event is None else event
    said = f"{kind} {name}" if name else kind
    if ack_id is not None:
        said += f" #{ack_id}" if asked is None else f" #{ack_id} in {units.duration((row[0] - asked) / 1e9)}"
    room = screen.width - len(front) - len(said) - 1
    most = room if len(data) <= room else room - len(screen.ellipsis)
    whole = f"{said} {data[:most]}"
    if not 0 < most < _LOOKED_AT or not when or row[8] is None or not (whole.isascii() and whole.isprintable()):
        return None
    return front + whole if most == room else front + whole + screen.ellipsis


def oddity(row: Row, screen: Screen, indent: int = 2) -> Parts:
    """What is odd about a row, in a line of its own."""
    code, detail = screen.safe(row.issue, 40), row.detail or ""
    said = f"{code}: {screen.safe(detail)}" if detail else code
    return [(" " * indent, ""), (screen.cut(f"! {said}", screen.width - indent), ODD)]


def head(row: Row, screen: Screen, about: About) -> Parts:
    """The columns in front, two parts: direction; times, session, transport and size."""
    direction = row.direction
    if direction is None:
        way = " ", ""
    else:
        way = (screen.backwards, "magenta") if direction == S2C else (screen.forwards, "cyan")
    carrier = _LAYERS.get(row.layer)
    if carrier is None:
        carrier = _CARRIERS.get(row.transport or "", "")
    size = "" if row.size is None else _size(row.size)
    before = f" {about.when}{about.since:>9}" if about.since or about.when else ""
    return [way, (f"{before} {about.session:<3} {carrier:<4} {size:>7}  ", DIM)]


_size: Final = lru_cache(4096)(units.size)


def content(row: Row, about: About = NOTHING) -> Parts:
    """What a row says, neither cut nor made safe."""
    if row.layer in _PACKETS:
        return _packet(row, about)
    if row.layer == Layer.HTTP:
        return _exchange(row)
    if row.layer == Layer.WEBSOCKET:
        return _websocket(row)
    return _below(row)


def _packet(row: Row, about: About) -> Parts:
    kind, namespace, event = row.type or "no packet", row.namespace, row.event
    parts = [(kind, _STYLES.get(kind, "") if row.type else BAD)]
    if namespace is not None and (namespace != "/" or kind in _NAMED):
        parts.append((namespace, "blue"))
    asked, asking = about.answers or (None, None)
    if event is not None or asking is not None:
        parts.append((event, "bold") if event is not None else (asking or "", DIM))
    if row.ack_id is not None:
        answered = "" if asked is None else f" in {units.duration((row.time - asked) / 1e9)}"
        parts.append((f"#{row.ack_id}{answered}", "cyan"))
    if about.note:
        parts.append((about.note, ODD))
    parts.append((_data(row), ""))
    return parts


def _data(row: Row) -> str:
    """A packet's data, with the attachments' sizes where they belong."""
    binaries = row.attachments
    text = "" if row.data is None else row.data[:_LOOKED_AT]
    if not binaries:
        return text
    if row.data is None:
        return " ".join(f"<{units.size(len(one))}: {one[:_BYTES].hex(' ')}>" for one in binaries[:_BYTES])

    def sized(match: "re.Match[str]") -> str:
        index = int(match[1])
        return f"<{units.size(len(binaries[index]))}>" if index < len(binaries) else match[0]

    return _PLACEHOLDER.sub(sized, text)


def _exchange(row: Row) -> Parts:
    bad = row.status is None or row.status >= 400
    status = "no answer" if row.status is None else str(row.status)
    parts = [(row.type or "exchange", ""), (status, BAD if bad else "")]
    if row.duration is not None:
        parts.append((units.duration(row.duration), DIM))
    return [*parts, ((row.data or "")[:_LOOKED_AT], ""), (row.url or "", DIM)]


def _websocket(row: Row) -> Parts:
    kind = row.type or "frame"
    status = [] if row.status is None else [(str(row.status), "")]
    took = [(units.duration(row.duration), DIM)] if row.duration is not None else []
    told = ((row.data or "")[:_LOOKED_AT], "")
    return [(f"WebSocket {kind}", _STYLES.get(kind, "")), *status, *took, told, (row.url or "", DIM)]


def _below(row: Row) -> Parts:
    kind = row.type or row.layer
    said = "" if row.issue or (row.data and row.type != "act") else row.detail or ""
    said = " ".join(filter(None, (said, row.data)))
    return [
        (f"{row.layer} {kind}" if row.layer == Layer.CAPTURE else kind, _STYLES.get(kind, "")),
        (said[:_LOOKED_AT], ""),
    ]


def fitted(parts: Parts, room: int, screen: Screen) -> Parts:
    """The texts that are there, a blank between them, safe to show, as far as there is room."""
    found: Parts = []
    for text, style in parts:
        if not text:
            continue
        if room <= bool(found):
            break
        blank = " " if found else ""
        room -= len(blank)
        taken = len(text)
        if taken > room or not (text.isascii() and text.isprintable()):
            text, taken = safe(text, room, screen)
        found.append((blank + text, style))
        room -= taken
    return found


def safe(text: str, room: int, screen: Screen) -> tuple[str, int]:
    """A text safe to show and cut to so many columns, and the columns it takes."""
    most = room - len(screen.ellipsis)
    if most > 0 and len(text) > room:
        start = text[:most]
        if start.isascii() and start.isprintable():
            return start + screen.ellipsis, room
    shown = screen.safe(text, max(room, len(screen.ellipsis)))
    return shown, _width(shown)


@lru_cache(1024)
def _width(shown: str) -> int:
    from rich.cells import cell_len

    return cell_len(shown)

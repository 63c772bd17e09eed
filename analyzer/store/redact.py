"""Rows of the log without their secrets: cookies, authorisations, tokens in queries, what CONNECT and events named for
it carry to authenticate, and fields named like secrets, wherever they are.

A mask is as long as what it hides, and nothing else of a text changes. Session ids stay: rows are told apart by them.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from analyzer.records import C2S, S2C, Layer, Row
from analyzer.store import redact_text
from analyzer.store.redact_json import by_name, keep, mask_json
from analyzer.store.redact_names import is_secret_event, is_suspicious
from analyzer.store.redact_text import MASK, Hide, mask_text, mask_url, stars
from analyzer.text import ELLIPSIS

_ASKING: Final = frozenset({"EVENT", "BINARY_EVENT"})
_ANSWERING: Final = frozenset({"ACK", "BINARY_ACK"})
_OTHER: Final = {C2S: S2C, S2C: C2S}
_KEPT: Final = 20_000
"""Requests with secrets that may wait for their answers, and secrets that are told apart, at once."""
_TOLD_APART: Final = 8
"""Characters of a secret that are enough to put a number into its mask."""
_QUOTED: Final = 60
"""Characters that a sentence quotes of a text at most."""
_NAMED_SO_FAR: Final = 64
_HEAD = re.compile(r'[\d-]*(?P<namespace>/[^,\[{"]*)?,?\d*(?P<event>\s*\[\s*"(?:[^"\\]++|\\.)*+")?', re.DOTALL)
"""What comes before the payload in a packet's text, an event's name included."""

_HEADERS: Final[dict[str, Callable[[str, Hide], str]]] = {
    "cookie": redact_text.mask_cookies,
    "set-cookie": redact_text.mask_set_cookie,
    "authorization": redact_text.mask_authorization,
    "proxy-authorization": redact_text.mask_authorization,
    "sec-websocket-protocol": redact_text.mask_protocols,
    **dict.fromkeys(("referer", "location", ":path", "x-original-url", "x-original-uri", "x-forwarded-uri"), mask_url),
}
"""Header fields that are masked in part."""

_Question = tuple[str | None, str | None, str | None, str | None, int]


class Redactor:
    """Masks rows, which come in the order of the log: an answer is as secret as the event that asked for it.

    Cookies, and the ids by which Socket.IO recovers a session (``pid``), have a number at the end of their masks, the
    same for the same value.
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._asked: OrderedDict[_Question, None] = OrderedDict()

    def watch(self, blocks: Iterable[Sequence[Row]]) -> Iterator[list[Row]]:
        """The blocks of a log, masked."""
        return map(self.rows, blocks)

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """The next rows, masked."""
        return [self._row(row) for row in rows]

    def numbered(self, secret: str) -> str:
        """A mask that tells a secret from others."""
        mask = stars(secret)
        if len(mask) < _TOLD_APART:
            return mask
        key = hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key not in self._numbers and len(self._numbers) >= _KEPT:
            return mask
        number = str(self._numbers.setdefault(key, len(self._numbers) + 1))
        return mask[: -len(number)] + number

    def _row(self, row: Row) -> Row:
        whole = self._is_secret(row)
        if whole or row.attachments or _is_suspicious(row):
            return _Mask(self, row, whole).masked()
        return row

    def _is_secret(self, row: Row) -> bool:
        """Whether all that a packet carries is there to authenticate."""
        if row.layer != Layer.SOCKET:
            return False
        if row.type in _ANSWERING and row.ack_id is not None:
            return self._asked.pop(_question(row, _OTHER.get(row.direction or ""), row.ack_id), False) is None
        if row.type in _ASKING and is_secret_event(row.event):
            if row.ack_id is not None:
                self._asked[_question(row, row.direction, row.ack_id)] = None
                if len(self._asked) > _KEPT:
                    self._asked.popitem(last=False)
            return True
        return row.type == "CONNECT" and row.direction == C2S


class _Mask:
    """One row being masked."""

    def __init__(self, redactor: Redactor, row: Row, whole: bool) -> None:
        self._redactor, self._row = redactor, row
        self._hide: Hide | None = self._stars if whole else None
        self._hidden: list[str] = []
        self._attachments: set[int] = set()

    def masked(self) -> Row:
        """The row."""
        row = self._row
        found = row._replace(
            data=row.data and self._payload(row.data),
            raw=row.raw and self._raw(row.raw),
            url=row.url and mask_url(row.url, self._stars),
            headers=row.headers and mask_json(row.headers, self._header)[0],
            namespace=row.namespace and mask_url(row.namespace, self._stars),
            event=row.event and mask_text(row.event, self._stars),
        )
        parts = row.attachments and [self._part(*part) for part in enumerate(row.attachments)]
        return found._replace(attachments=parts, detail=row.detail and self._detail(row.detail))

    def _stars(self, secret: str) -> str:
        if len(self._hidden) < _NAMED_SO_FAR and len(secret) > 3:
            self._hidden.append(secret)
        return stars(secret)

    def _numbered(self, secret: str) -> str:
        return self._redactor.numbered(secret)

    def _named(self, name: str) -> Hide | None:
        """What hides a field of a payload."""
        if self._row.type == "CONNECT" and name in ("pid", "offset"):
            return self._numbered if name == "pid" else keep
        return self._stars if by_name(name) else None

    def _header(self, name: str) -> Hide | None:
        """What hides a header field."""
        if name in _HEADERS:
            hide = self._numbered if name.endswith("cookie") else self._stars
            mask = _HEADERS[name]
            return lambda text: mask(text, hide)
        return keep if name.startswith("access-control-") else self._named(name)

    def _payload(self, text: str) -> str:
        masked, attachments = mask_json(text, self._named, self._hide)
        self._attachments |= attachments
        return masked

    def _raw(self, text: str) -> str:
        """A packet's text: behind its head there is the payload."""
        head = _HEAD.match(text)
        end = head.end() if head else 0
        return mask_url(text[:end], self._stars) + self._rest(text, end, bool(head and head["event"]))

    def _rest(self, text: str, start: int, within: bool) -> str:
        """The payload; where it goes on behind an event's name, with a bracket that makes it JSON."""
        return self._payload("[" + text[start:])[1:] if within else self._payload(text[start:])

    def _part(self, number: int, part: bytes) -> bytes:
        if self._hide is not None or number in self._attachments:
            return MASK.encode() * len(part)
        try:
            text = part.decode()
        except UnicodeDecodeError:
            return part
        return mask_json(text, self._named)[0].encode() if is_suspicious(text) else part

    def _detail(self, text: str) -> str:
        """The sentence about the row, which may quote what was masked, or its beginning."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, stars(secret))
            at = text.find(ELLIPSIS)
            for length in range(min(len(secret), _QUOTED), 2, -1) if at > 0 else ():
                if text.endswith(secret[:length], 0, at):
                    text = text[: at - length] + MASK * length + text[at:]
                    break
        return mask_text(text)


def _is_suspicious(row: Row) -> bool:
    """Whether there may be a secret in one of a row's texts; those that repeat are looked at once."""
    for text in (row.data, row.raw, row.url, row.headers, row.detail, row.namespace, row.event):
        if text and (_known(text) if len(text) < _SHORT else is_suspicious(text)):
            return True
    return False


_SHORT: Final = 24
"""Characters of a text that is worth remembering."""
_known = lru_cache(maxsize=4096)(is_suspicious)


def _question(row: Row, direction: str | None, number: int) -> _Question:
    return row.session, row.server, row.namespace, direction, number

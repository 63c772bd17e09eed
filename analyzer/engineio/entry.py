"""What a polling body is made of, and how it is written: the shapes that all payload codecs share."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from analyzer.issues import Issue, PacketError
from analyzer.text import elide


@dataclass(frozen=True, slots=True)
class Form:
    """How a polling body is written. The defaults are those of a current peer."""

    revision: int = 4
    packed: bool = False
    """Revision 3 as ``application/octet-stream``: before each entry a kind byte and a length of digit bytes."""
    jsonp: Literal["request", "response"] | None = None
    swapped: bool = False
    """Revision 3 lengths count the other thing: bytes in text (python-engineio 3) or UTF-16 units when packed (Go,
    early 1.0 parsers), where it is units in text and bytes when packed."""
    double: bool = False
    """Revision 3 text as socket.io 1.x writes it: each entry is UTF-8 twice."""


class Entry(NamedTuple):
    """One packet of a body, not yet decoded: either ``text`` or ``binary`` (revision 3, with its type byte).

    ``size`` is its bytes in the body, framing excluded (of a JSONP body: once unwrapped). ``error`` says what is
    wrong with it. Both ``text`` and ``binary`` are None where framing is broken: then ``raw`` is the bytes that
    could not be read.
    """

    text: str | None
    binary: bytes | None
    size: int
    error: PacketError | None = None
    raw: bytes | None = None


def broken(raw: bytes, message: str) -> Entry:
    """The entry that stands for bytes whose framing cannot be read."""
    error = PacketError(Issue.EIO_BAD_PAYLOAD, f"{message}: {elide(raw) or 'no bytes'}")
    return Entry(None, None, len(raw), error, raw)


def text_entry(raw: bytes) -> Entry:
    """The entry of text ``raw``: surrogates in three bytes pass, other bytes that are not UTF-8 are marked."""
    try:
        return Entry(str(raw, "utf-8"), None, len(raw))
    except UnicodeDecodeError:
        pass
    try:
        return Entry(str(raw, "utf-8", "surrogatepass"), None, len(raw))
    except UnicodeDecodeError:
        error = PacketError(Issue.EIO_BAD_PACKET, f"text that is not UTF-8: {elide(raw)}")
        return Entry(str(raw, "utf-8", "replace"), None, len(raw), error)

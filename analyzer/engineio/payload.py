"""Polling bodies to and from their packets: every encoding of revisions 2 to 4, text, packed or JSONP.

A body is content-decoded before it comes here. Framing is told apart from packets: entries are not decoded, so one
that is no packet does not take its neighbours with it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.engineio import jsonp, payload3
from analyzer.engineio.entry import Entry, Form, broken, text_entry
from analyzer.engineio.packet import Packet, encode_base64
from analyzer.issues import PacketError

__all__ = ["Entry", "Form", "decode_double", "encode_double", "encode_payload", "guess_form", "resync4", "split"]

_SEPARATOR = b"\x1e"
_LENGTH = re.compile(rb"\s*+[0-9]++:")
PLAIN = frozenset(b"%d" % digit for digit in range(7))
"""First bytes of revision 4 bodies that begin with a packet of text."""
_FORM4 = Form(4)
_PACKED = re.compile(rb"[\x00\x01][\x00-\x09]++\xff")


def split(body: bytes, form: Form, cut: bool = False) -> Iterator[Entry]:
    """Entries of ``body`` in order. Never raises: what cannot be read is an entry with an error.

    ``cut`` says that ``body`` is only the beginning: a last entry that may be incomplete then comes as raw bytes.
    """
    if form.jsonp:
        try:
            inner = jsonp.unwrap(body, form.jsonp)
        except PacketError as error:
            yield Entry(None, None, len(body), error, body)
            return
        form = replace(form, jsonp=None, packed=inner.packed and form.revision < 4)
        body, cut = inner.payload, cut or not inner.whole
    if form.revision >= 4:
        yield from _split4(body, cut)
    elif form.packed:
        yield from payload3.split_packed(body, form.swapped, cut)
    elif body or not cut:
        entries = payload3.split_text(body, form.swapped)
        yield from map(_undoubled, entries) if form.double else entries


def resync4(tail: bytes, cut: bool = False) -> Iterator[Entry]:
    """Entries of revision 4 text whose beginning is missing: all up to the first separator comes as raw bytes."""
    lost, separator, rest = tail.partition(_SEPARATOR)
    if lost:
        yield broken(lost, "the end of a packet whose beginning is missing")
    if separator:
        yield from _split4(rest, cut)


def encode_payload(packets: Iterable[str | bytes], form: Form) -> bytes:
    """The body of ``packets``, each the text or bytes of an entry: ``split`` gives the same back.

    Bytes stay bytes only in a packed body, else they become base64 text; those of revision 3 begin with their type
    byte.
    """
    if form.revision >= 4:
        texts = (x if isinstance(x, str) else encode_base64(Packet("message", x), 4) for x in packets)
        body = _SEPARATOR.join(text.encode("utf-8", "surrogatepass") for text in texts)
    elif form.packed:
        body = payload3.join_packed(packets, form.swapped)
    else:
        doubled = (encode_double(x) if form.double and isinstance(x, str) else x for x in packets)
        body = payload3.join_text(doubled, form.swapped)
    return jsonp.wrap(body, form.jsonp) if form.jsonp else body


def guess_form(body: bytes, revision: int | None = None, content_type: str | None = None) -> Form:
    """The form of ``body``, or of its beginning; ``revision`` as the session has it, None while it is unknown.

    ``double`` stays False: whether a session is of 1.x only the whole of it shows.
    """
    if revision == 4 and body[:1] in PLAIN:
        return _FORM4
    kind = jsonp.kind_of(body)
    inner = _inner(body, kind) if kind else body
    if revision is None:
        revision = 3 if _LENGTH.match(inner) or _PACKED.match(inner) else 4
    if revision >= 4:
        return Form(4, jsonp=kind)
    octets = "octet-stream" in (content_type or "").lower()
    packed = kind is None and (inner[:1] in (b"\0", b"\1") or (octets and not _LENGTH.match(inner)))
    return Form(3, packed, kind, _swapped(inner, packed))


def decode_double(text: str) -> str | None:
    """``text`` without the first of its two UTF-8 encodings (`Form.double`); None where it has but one."""
    if text.isascii():
        return None
    try:
        return str(text.encode("latin-1"), "utf-8", "surrogatepass")
    except UnicodeError:
        return None


def encode_double(text: str) -> str:
    """``text`` as socket.io 1.x hands it to the UTF-8 encoder of the body."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _split4(body: bytes, cut: bool) -> Iterator[Entry]:
    start = 0
    while (end := body.find(_SEPARATOR, start)) >= 0:
        yield text_entry(body[start:end])
        start = end + 1
    rest = body[start:]
    if not cut:
        yield text_entry(rest)
    elif rest:
        yield broken(rest, "the beginning of a packet whose end is missing")


def _undoubled(entry: Entry) -> Entry:
    text = None if entry.text is None else decode_double(entry.text)
    return entry if text is None else entry._replace(text=text)


def _inner(body: bytes, kind: jsonp.Kind) -> bytes:
    try:
        return jsonp.unwrap(body, kind).payload
    except PacketError:
        return b""


def _swapped(body: bytes, packed: bool) -> bool:
    """Whether lengths fit the body only when they count the other thing."""
    if body.isascii() and not packed:
        return False
    read = payload3.split_packed if packed else payload3.split_text
    return _errors(read(body)) and not _errors(read(body, True))


def _errors(entries: Iterable[Entry]) -> bool:
    return any(entry.error is not None for entry in entries)

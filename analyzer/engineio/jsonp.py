"""JSONP bodies (``j`` in the query): ``___eio[0]("...");`` as response, a form with its field ``d`` to POST."""

import json
import re
from typing import Literal, NamedTuple
from urllib.parse import quote_plus, unquote_to_bytes

from analyzer.issues import Issue, PacketError
from analyzer.javascript import paired, quote
from analyzer.text import elide

Kind = Literal["request", "response"]


class Unwrapped(NamedTuple):
    """The payload inside of a JSONP body. ``whole`` is False where the body ends early."""

    payload: bytes
    whole: bool
    packed: bool = False
    """1.x writes a packed payload as JSON of a Buffer when the request did not ask for base64."""


_CALL = re.compile(r"\s*+(?:/\*[^*]*+\*/)?+\s*+___eio\s*+\[[^\]]{0,20}+\]\s*+\(\s*+")
_LITERAL = re.compile(r'"((?:[^"\\]++|\\.)*+)"\s*+\)\s*+;?+\s*+', re.DOTALL)
_BUFFER = re.compile(r"(\{[^{}]*+\})\s*+\)\s*+;?+\s*+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_SINGLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_NEWLINE = re.compile(r"(\\?)\\n")


def kind_of(body: bytes) -> Kind | None:
    """What JSONP body ``body`` begins like; no other payload begins so."""
    if body.startswith(b"d="):
        return "request"
    return "response" if _CALL.match(str(body[:80], "latin-1")) else None


def unwrap(body: bytes, kind: Kind) -> Unwrapped:
    """The payload of a JSONP body, UTF-8 again.

    Raises:
        PacketError: ``EIO_BAD_PAYLOAD`` for a body that is none.
    """
    return unwrap_request(body) if kind == "request" else unwrap_response(body)


def unwrap_request(body: bytes) -> Unwrapped:
    """Field ``d`` of a form; ``\\n`` is a line end and ``\\\\n`` is ``\\n``, which browsers would otherwise rewrite.

    Raises:
        PacketError: ``EIO_BAD_PAYLOAD`` where there is no such field.
    """
    for field in body.split(b"&", 16):
        if field.startswith(b"d="):
            text = _text(unquote_to_bytes(field[2:].replace(b"+", b" ")))
            text = _NEWLINE.sub(lambda found: found[0] if found[1] else "\n", text).replace("\\\\n", "\\n")
            return Unwrapped(text.encode("utf-8", "surrogatepass"), True)
    raise PacketError(Issue.EIO_BAD_PAYLOAD, f"a form without payload: {elide(body)}")


def unwrap_response(body: bytes) -> Unwrapped:
    """The string that a script hands to its callback, as the script's engine reads it.

    Raises:
        PacketError: ``EIO_BAD_PAYLOAD`` where ``body`` calls nothing.
    """
    text = _text(body)
    call = _CALL.match(text)
    if call is None:
        raise PacketError(Issue.EIO_BAD_PAYLOAD, f"no call of a JSONP callback: {elide(body)}")
    argument = text[call.end() :]
    if argument[:1] == "{":
        return Unwrapped(_buffer(argument), True, packed=True)
    literal = _LITERAL.fullmatch(argument)
    end = argument.rfind('")')  # where python-engineio's strings end, whose backslashes are not escaped
    inner = literal[1] if literal else argument[1 : end if end > 0 else len(argument)]
    payload = unescape(inner).encode("utf-8", "surrogatepass")
    return Unwrapped(payload, literal is not None or end > 0)


def wrap(payload: bytes, kind: Kind, index: int = 0) -> bytes:
    """The JSONP body of a text payload, as official clients and servers write it."""
    text = _text(payload)
    if kind == "request":
        return b"d=" + quote_plus(text.replace("\\n", "\\\\n").replace("\n", "\\n"), errors="surrogatepass").encode(
            "ascii"
        )
    literal = quote(text).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"___eio[{index}]({literal});".encode()


def unescape(inner: str) -> str:
    """The value of the JavaScript string literal with the text ``inner`` between its quotation marks."""
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return paired(_ESCAPE.sub(_unescaped, inner))


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _SINGLE.get(found[3], found[3])


def _buffer(argument: str) -> bytes:
    found = _BUFFER.fullmatch(argument)
    try:
        values = json.loads(found[1]).get("data") if found else None
        if isinstance(values, list):
            return bytes(values)
    except (ValueError, TypeError, RecursionError):
        pass
    raise PacketError(Issue.EIO_BAD_PAYLOAD, f"neither string nor Buffer: {elide(argument)}")


def _text(raw: bytes) -> str:
    try:
        return str(raw, "utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return str(raw, "utf-8", "replace")

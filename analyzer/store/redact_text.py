"""Secrets in text of any kind: fields of queries, headers, ``name: value`` wherever it stands, and what looks like one.

A mask has as many ASCII characters as what it hides has bytes in UTF-8, so that sizes stay what they were. Every
function takes time that is linear in its text, whatever that holds.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote_plus

from analyzer.store.redact_names import is_secret, is_secret_in_query, is_suspicious

MASK = "*"

_LOOKS = re.compile(
    r"(?<![\w-])eyJ[\w-]{8,}+(?:\.[\w-]*+){0,4}"
    r"|(?<![A-Za-z])[Bb]earer[ +]{1,4}[\w.~+/=-]{8,}+"
    r"|(?<![A-Za-z])[Bb]asic[ +]{1,4}(?=[A-Za-z+/]*[\dA-Z=])[A-Za-z0-9+/]{6,}+=*"
    r"|(?<!\w)(?:[spr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|AKIA|AIza)[\w-]{8,}+"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*+(?:-----END)?"
    r"|(?<=://)[^\s/?#@\"'<>\\]{1,1000}+(?=@)"
)
"""JSON Web Tokens (RFC 7519), credentials of a scheme (RFC 7235), keys with a vendor's prefix, user and password in a
URL (RFC 3986 section 3.2.1)."""
_SCHEME = re.compile(r"(?:[Bb]earer|[Bb]asic)[ +]+")
_NAMED = re.compile(r"(?<![\w.$\[\]-])([\w.$\[\]-]++)(?:\\{0,3}[\"'`])?\s{0,8}(?:[=:]|%3[AaDd])>?\s{0,8}")
_QUOTE = re.compile(r"\\{0,3}[\"'`]")
_BARE = re.compile(
    r"(?!(?:true|false|null|undefined)\b)[^\s,;&\"'`<>(){}\[\]\\%…]++(?:%(?!2[6C]|3B)[^\s,;&\"'`<>(){}\[\]\\%…]*+)*+"
)
_BETWEEN_FIELDS = re.compile(r"([&;#])")
_RESERVED = frozenset({"EIO", "transport", "sid", "t", "j", "b64"})
"""Fields of the query that Engine.IO itself has."""
_RANDOM = re.compile(r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NEXT_COOKIE = re.compile(r"(, (?=[^\s;,=]++=))")
_ATTRIBUTES = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"}
)

Hide = Callable[[str], str]
"""What a secret becomes."""


def stars(secret: str) -> str:
    """The mask of a secret: as many characters as it has bytes."""
    return MASK * (len(secret) if secret.isascii() else len(secret.encode("utf-8", "surrogatepass")))


def mask_text(text: str, hide: Hide = stars) -> str:
    """Any text with its secrets hidden: what looks like a credential, and the values of fields named like one."""
    if not is_suspicious(text):
        return text
    text = _LOOKS.sub(lambda match: _look(match[0], hide), text)
    out, at = [], 0
    for start, end in _values(text):
        out += [text[at:start], hide(text[start:end])]
        at = end
    return "".join([*out, text[at:]])


def mask_url(url: str, hide: Hide = stars) -> str:
    """Path and query, likewise; the fields of Engine.IO itself (``sid`` as well) stay."""
    path, mark, query = url.partition("?")
    fields = _BETWEEN_FIELDS.split(query)
    return mask_text(path, hide) + mark + "".join(_field(field, hide) for field in fields)


def mask_cookies(text: str, hide: Hide = stars) -> str:
    """The values of a ``Cookie`` field (RFC 6265 section 4.2)."""
    return ";".join(_cookie(pair, hide) for pair in text.split(";"))


def mask_set_cookie(text: str, hide: Hide = stars) -> str:
    """The values of ``Set-Cookie`` fields that were joined by commas; their attributes stay (RFC 6265 section 4.1)."""
    return ";".join(
        "".join(_cookie(pair, hide, _ATTRIBUTES) for pair in _NEXT_COOKIE.split(part)) for part in text.split(";")
    )


def mask_authorization(text: str, hide: Hide = stars) -> str:
    """What follows the scheme of an ``Authorization`` field (RFC 7235)."""
    scheme, space, rest = text.partition(" ")
    return f"{scheme} {hide(rest)}" if space else hide(text)


def mask_protocols(text: str, hide: Hide = stars) -> str:
    """What looks random among the values of ``Sec-WebSocket-Protocol``, where browsers have nowhere else to put it."""
    return ",".join(hide(one) if _RANDOM.fullmatch(one.strip()) else mask_text(one, hide) for one in text.split(","))


def _cookie(text: str, hide: Hide, plain: frozenset[str] = frozenset()) -> str:
    name, equals, value = text.partition("=")
    if name.strip().lower() in plain or not text.strip(" ,"):
        return text
    return f"{name}={hide(value)}" if equals else hide(text)


def _field(text: str, hide: Hide) -> str:
    name, equals, value = text.partition("=")
    plain = unquote_plus(name)
    if plain in _RESERVED:
        return text
    random = _RANDOM.fullmatch(value) is not None and not _UUID.fullmatch(value)
    hidden = hide(value) if random or is_secret_in_query(plain) else mask_text(value, hide)
    return mask_text(name, hide) + equals + hidden


def _look(text: str, hide: Hide) -> str:
    scheme = _SCHEME.match(text)
    kept = scheme.end() if scheme else 0
    return text[:kept] + hide(text[kept:])


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Where the values of fields stand that are named like secrets, quoted (and with quotes escaped) or bare."""
    at = 0
    for named in _NAMED.finditer(text):
        if named.start() < at or not is_secret(named[1]):
            continue
        start = named.end()
        if quote := _QUOTE.match(text, start):
            start = quote.end()
            closing = _closing(quote[0]).search(text, start)
            at = closing.start() if closing else len(text)
        elif bare := _BARE.match(text, start):
            at = bare.end()
        else:
            continue
        yield start, at


@lru_cache(maxsize=16)
def _closing(quote: str) -> "re.Pattern[str]":
    return re.compile(r"(?<!\\)" + re.escape(quote))

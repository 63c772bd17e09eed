"""Names under which secrets travel: of JSON fields, header fields, fields of a query, and events."""

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_PARTS = re.compile(
    r"password|passwd|passphrase|passcode|passkey|passwort|secret|token|credential|authori[sz]ation|cookie|jwt|bearer"
    r"|csrf|xsrf|signature|sessionid|sessid"
    r"|(?:api|access|private|auth|signing|encryption|session|shared|client|master|licen[cs]e|subscription)key"
    r"|(?<!com)(?<!by)(?<!tres)pass$"
)
"""In a name without its separators, in lower case."""
_WORDS = frozenset({"auth", "pass", "pwd", "pw", "otp", "totp", "pin", "cvv", "cvc", "ssn", "sig", "hmac"})
_IN_QUERY = frozenset({"key", "code", "ticket", "session"})
_EVENTS = frozenset(
    {"login", "logon", "signin", "signon", "signup", "authenticate", "authentication", "authn", "reauth"}
)
_LONGEST = 200
"""Characters of a name that are looked at, from its end."""

_HINT = re.compile(
    r"a(?:uth|iza|kia)|b(?:earer|asic)|c(?:red|ookie|srf|v|ode[=%])|eyj|g(?:h|lpat)|hmac|jwt|key|log|otp|p(?:ass|w|in|id)"
    r"|s(?:ecret|ess|ig|sn)|t(?:oken|icket)|x(?:srf|ox)|_(?:live|test)_|@|%|\\u"
)
"""One of these is in every text, in lower case, that has something to mask in it."""


def is_suspicious(text: str) -> bool:
    """Whether a text may hold a secret; a quick look that errs on the safe side."""
    return _HINT.search(text.lower()) is not None


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return not _WORDS.isdisjoint(words) or _PARTS.search("".join(words)) is not None


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret: ``password``, ``accessToken``, ``API_KEY``, ``x-csrf-token``."""
    return _is_secret(name[-_LONGEST:])


def is_secret_in_query(name: str) -> bool:
    """The same of a field of a query, where ``key``, ``code`` and the like are secrets as well."""
    return is_secret(name) or name.lower()[:_LONGEST] in _IN_QUERY


def is_secret_event(event: str | None) -> bool:
    """Whether all that an event carries is taken for secret: ``login``, ``authenticate``, ``new token``."""
    if event is None:
        return False
    return is_secret(event) or "".join(_WORD.findall(event[-_LONGEST:])).lower() in _EVENTS

"""What the query of a request says: Engine.IO is recognised by it, never by path or port."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from analyzer.records import Transport

_PLAIN = re.compile(r"/(?!/)[!\"$&-*,-~\x80-\xff]*").fullmatch
"""Targets of which `urlsplit` and `parse_qsl` would make no more than what their `&` and `=` divide."""

_USUAL = re.compile(
    r"/(?!/)[!\"$&-*,->@-~\x80-\xff]*\?EIO=([0-9]+)&transport=([a-z]+)(?:&t=[\w.-]*)?(?:&sid=([\w-]+))?", re.ASCII
).fullmatch
"""Those of the JavaScript client, which are told at a glance; this runs once an exchange."""

_FIELDS = 1000
_new = tuple.__new__


class Query(NamedTuple):
    """Engine.IO's part of a request target."""

    url: str
    """Path and query as sent."""
    engine: int | None
    """Revision: 4 for ``EIO=4``, 3 for any other value; null where the request does not say."""
    transport: str
    sid: str | None
    jsonp: bool


def parse(target: str) -> Query | None:
    """The Engine.IO query of a request target, null where it is none: ``transport`` and one of ``EIO`` and ``sid`` are
    needed.
    """
    usual = _USUAL(target)
    if usual is not None:
        number, transport, sid = usual.groups()
        return _new(Query, (target, 4 if number == "4" else 3, transport, sid, False))
    if "transport=" not in target:
        return None
    url, found = _plain(target) if _PLAIN(target) else _any(target)
    engine = found.get("EIO")
    if "transport" not in found or (engine is None and "sid" not in found):
        return None
    revision = None if engine is None else 4 if engine == "4" else 3
    return Query(url, revision, found["transport"], found.get("sid") or None, "j" in found)


def _plain(target: str) -> tuple[str, dict[str, str]]:
    """What `_any` gives, for the targets that nearly all are."""
    fields = target.partition("?")[2].split("&", _FIELDS)
    if len(fields) > _FIELDS:
        return target, {}
    found = {}
    for field in reversed(fields):
        name, _, value = field.partition("=")
        found[name] = value
    return target, found


def _any(target: str) -> tuple[str, dict[str, str]]:
    """The target as a path with its query, and the query's fields, of each name the first."""
    try:
        parts = urlsplit(target)
        found = dict(reversed(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_FIELDS)))
    except ValueError:
        return target, {}
    return f"{parts.path}?{parts.query}" if parts.scheme else target, found


def carries_payload(query: Query) -> bool:
    """Whether bodies of this exchange hold Engine.IO payloads."""
    return query.transport == Transport.POLLING

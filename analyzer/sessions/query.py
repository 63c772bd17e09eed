"""What the query of a request says: Engine.IO is recognised by it, never by path or port."""

from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from analyzer.records import Transport


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
    if "transport=" not in target:
        return None
    try:
        parts = urlsplit(target)
        found = dict(reversed(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=1000)))
    except ValueError:
        return None
    engine = found.get("EIO")
    if "transport" not in found or (engine is None and "sid" not in found):
        return None
    url = f"{parts.path}?{parts.query}" if parts.scheme else target
    revision = None if engine is None else 4 if engine == "4" else 3
    return Query(url, revision, found["transport"], found.get("sid") or None, "j" in found)


def carries_payload(query: Query) -> bool:
    """Whether bodies of this exchange hold Engine.IO payloads."""
    return query.transport == Transport.POLLING

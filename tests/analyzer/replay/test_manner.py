"""How a session used its transports."""

import json

import pytest

from analyzer.records import C2S
from analyzer.replay import manner
from tests.analyzer.replay.talks import opening, row, said, sent
from tests.recorded import rows


@pytest.mark.parametrize(
    ("scenario", "revision", "transport", "upgrade", "parser", "base64"),
    [
        ("v4-upgrade", 4, "polling", True, "json", False),
        ("v2-upgrade", 3, "polling", True, "json", True),
        ("v4-msgpack", 4, "polling", True, "msgpack", False),
        ("v4-upgrade-refused", 4, "polling", False, "json", False),
    ],
)
def test_recorded(scenario: str, revision: int, transport: str, upgrade: bool, parser: str, base64: bool) -> None:
    """The sessions of our captures."""
    found = manner.of([r for r in rows_of(scenario) if r.session])
    assert (found.revision, found.transport, found.upgrade) == (revision, transport, upgrade)
    assert (found.parser, found.base64, found.path) == (parser, base64, "/socket.io/")


def rows_of(scenario: str) -> list:
    """The rows of a capture of ours."""
    return rows(f"captures/{scenario}/capture.pcap")


def test_packed_and_deflate() -> None:
    """Octet-stream bodies and permessage-deflate are seen."""
    assert manner.of([r for r in rows_of("v1-binary") if r.session]).packed
    assert manner.of([r for r in rows_of("v4-deflate") if r.session]).deflate


def test_query_and_headers() -> None:
    """The user's own fields are kept, those of Engine.IO and HTTP are not."""
    headers = json.dumps({"request": {"host": "h:1", "x-own": "1", "sec-fetch-mode": "cors", "cookie": "a=b"}})
    url = "/rt/?a=1&EIO=4&transport=polling&t=x&j=0&b=%26"
    found = manner.of([row(0, C2S, "http", "GET", url=url, headers=headers, transport="polling"), *opening()[1:]])
    assert (found.path, found.query, found.jsonp) == ("/rt/", (("a", "1"), ("b", "&")), True)
    assert dict(found.headers) == {"x-own": "1", "cookie": "a=b"}


def test_parsers() -> None:
    """Plain Engine.IO has none; packets that are JSON objects are told by their text."""
    assert manner.of([*opening(), row(3, C2S, "engine.io", "message", data="hi")]).parser is None
    assert manner.of([*opening(), sent(3, "EVENT", event="a", raw='{"type":2}')]).parser == "object"
    assert manner.of(opening()).parser == "json"


def test_hosts() -> None:
    """A captured server by address and name."""
    headers = json.dumps({"request": {"host": "Shop.example:8080"}})
    assert manner.hosts([said(0, "EVENT", headers=headers)]) == {"10.0.0.1:3000", "shop.example:8080", "shop.example"}
    assert manner.hosts([said(0, "EVENT", headers="[]")]) == {"10.0.0.1:3000"}

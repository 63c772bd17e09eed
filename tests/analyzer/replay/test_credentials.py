"""Credentials are known by name and look."""

from dataclasses import replace

import pytest

from analyzer.replay.credentials import is_secret, withheld
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import bye, opening, said, sent, shop


@pytest.mark.parametrize(
    "name",
    ["token", "accessToken", "X-Api-Key", "Authorization", "cookie", "password", "pwd", "client_secret", "session_id"],
)
def test_names(name: str) -> None:
    """Names of credentials."""
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["lang", "room", "user", "monkey", "author", "x-request-id", "accept-language", "pinned"]
)
def test_other_names(name: str) -> None:
    """Names of other things."""
    assert not is_secret(name, "value")


def test_looks() -> None:
    """Tokens under other names."""
    assert is_secret("x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")
    assert is_secret("x", "Bearer abc")
    assert is_secret("x", "0123456789abcdef0123456789abcdef")
    assert not is_secret("x", "a long sentence without any token in it at all")


def test_withheld() -> None:
    """They are gone from headers, queries and what CONNECT carries; everything else is there."""
    plan = session(shop())
    manner = replace(plan.manner, headers=(("cookie", "a=b"), ("x-own", "1")), query=(("token", "t"), ("lang", "fr")))
    found, names = withheld(replace(plan, manner=manner))
    assert (found.manner.headers, found.manner.query) == ((("x-own", "1"),), (("lang", "fr"),))
    assert found.steps[0].data == '{"token":"","lang":"fr"}'
    assert names == ("header cookie", "query token", "auth token")


def test_query_of_a_namespace() -> None:
    """As clients of the second generation send them; recovery is no credential."""
    rows = [
        *opening(3),
        said(3, "CONNECT"),
        sent(4, "CONNECT", namespace="/a?token=x&lang=fr", raw="0/a?token=x&lang=fr"),
    ]
    found, names = withheld(session([*rows, bye(9)]))
    assert (found.steps[0].namespace, found.steps[0].raw) == ("/a?lang=fr", None)
    assert names == ("query token of /a",)
    rows = [*opening(), sent(3, "CONNECT", data='{"pid":"P7fGh2kLmN0pQrStUvWx","offset":"Q86KISD.1"}'), bye(9)]
    assert withheld(session(rows))[1] == ()

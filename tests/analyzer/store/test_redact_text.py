"""Secrets in plain text, queries and header fields; masks are as long as what they hide."""

import pytest

from analyzer.store.redact_text import (
    mask_authorization,
    mask_cookies,
    mask_protocols,
    mask_set_cookie,
    mask_text,
    mask_url,
    stars,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def test_a_mask_has_the_length_in_bytes() -> None:
    """Sizes are bytes."""
    assert stars("abc") == "***"
    assert stars("é€😀\ud800") == "*" * (2 + 3 + 4 + 3)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("nothing here", "nothing here"),
        ("token=abc&x=1", "token=***&x=1"),
        ("password: hunter2, next", "password: *******, next"),
        ("{'password': 'hun, ter2', 'a': 1}", "{'password': '*********', 'a': 1}"),
        ('{\\"api_key\\": \\"a\\\\\\"b\\", \\"n\\": 1}', '{\\"api_key\\": \\"******\\", \\"n\\": 1}'),
        ('{"password":"cut sho', '{"password":"*******'),
        ('"token":true,"secret":null', '"token":true,"secret":null'),
        ("next=http%3A%2F%2Fh%2F%3Ftoken%3Dabc%26a%3Db", "next=http%3A%2F%2Fh%2F%3Ftoken%3D***%26a%3Db"),
        (f"got {JWT}!", f"got {stars(JWT)}!"),
        ("Bearer abcdefgh1", "Bearer *********"),
        ("Basic dXNlcjpwYXNz", "Basic ************"),
        ("basic authentication", "basic authentication"),
        ("ws://bob:pw@host/x", "ws://******@host/x"),
        ("sk_live_abcdefghij and ghp_0123456789", "****************** and **************"),
        ("author: Bob, keyboard=x", "author: Bob, keyboard=x"),
    ],
)
def test_text(text: str, masked: str) -> None:
    """By the name before it, quoted, escaped, encoded, cut short or bare; or by its looks."""
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("/socket.io/?EIO=4&transport=polling&sid=Yhe4lpDwEKGWUI9DAAAA&t=4vywlm76", None),
        ("/socket.io/?token=a%20b&EIO=4", "/socket.io/?token=*****&EIO=4"),
        ("/?auth%5Btoken%5D=abc&KEY=k&user=bob", "/?auth%5Btoken%5D=***&KEY=*&user=bob"),
        ("/?room=8f14e45fceea167a5a36dedd4bea2543", "/?room=" + "*" * 32),
        ("/?id=123e4567-e89b-12d3-a456-426614174000", None),
        (f"/x/{JWT}/?a#token=abc", f"/x/{stars(JWT)}/?a#token=***"),
        ("/admin?token=x", "/admin?token=*"),
    ],
)
def test_urls(url: str, masked: str | None) -> None:
    """By name, decoded; what is long and random, too; not what Engine.IO needs."""
    assert mask_url(url) == (url if masked is None else masked)


def test_cookies() -> None:
    """Names stay, and of Set-Cookie the attributes."""
    assert mask_cookies('a=b; c="d=e"; bare') == "a=*; c=*****;*****"
    given = "io=abc; Path=/; Expires=Wed, 21 Oct 2026 07:00:00 GMT; HttpOnly, s=xy; SameSite=Lax"
    assert mask_set_cookie(given) == given.replace("abc", "***").replace("xy", "**")


def test_authorization() -> None:
    """The scheme stays."""
    assert mask_authorization("Bearer a.b") == "Bearer ***"
    assert mask_authorization("secret") == "******"
    assert mask_protocols("chat, 0123456789abcdef0123456789") == "chat,***************************"


@pytest.mark.parametrize("text", ["password:", "token=\\'", "eyJ", "://", "Basic ", '\\"', "=;, ", "&a=", "a", 'auth"'])
def test_huge_text_takes_linear_time(text: str) -> None:
    """The worst, through all of them: seconds if it is linear, hours if not."""
    huge = text * (300_000 // len(text))
    for mask in (mask_text, mask_url, mask_cookies, mask_set_cookie, mask_authorization, mask_protocols):
        assert len(mask(huge)) == len(huge)

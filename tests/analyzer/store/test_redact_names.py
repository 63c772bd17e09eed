"""Names that mean a secret, and those that only look like it."""

import pytest

from analyzer.store.redact_names import is_secret, is_secret_event, is_secret_in_query, is_suspicious

SECRET = """
password PASSWORD userPassword user_password new-password pwd pass dbpass token accessToken access_token ACCESS_TOKEN
refresh.token idToken2 secret clientSecret api_key apiKey APIKey apikey x-api-key X-Auth-Token private_key jwt jwtValue
userJWT auth x-auth authorization bearer credentials cookie csrfToken _csrf xsrf otp pin userPin cvv signature sig
sessionId PHPSESSID
"""
PLAIN = """
author authority authenticated ping pinned spin design key keyboard monkey sid sec-websocket-key cache-control compass
bypass passenger session name ключ keepAlive assign total
"""


@pytest.mark.parametrize("name", [*SECRET.split(), "x" * 500 + "_token"])
def test_secret(name: str) -> None:
    """In snake, camel, kebab and shouting; and the quick look passes none of them over."""
    assert is_secret(name)
    assert is_suspicious(f'{{"{name}":"x"}}')


@pytest.mark.parametrize("name", [*PLAIN.split(), ""])
def test_plain(name: str) -> None:
    """Words that hold such a word by chance."""
    assert not is_secret(name)


@pytest.mark.parametrize("name", ["key", "code", "ticket", "token"])
def test_in_a_query(name: str) -> None:
    """There, some more."""
    assert is_secret_in_query(name)
    assert is_suspicious(f"?{name}=x")


def test_events() -> None:
    """Those that carry what a user authenticates with."""
    assert all(map(is_secret_event, ("login", "Sign-In", "authenticate", "auth", "new token", "set_password")))
    assert not any(map(is_secret_event, (None, "", "logged in", "message", "user:loginFailedCount", "authors")))

"""What passes between a session and the world."""

from analyzer.replay.actions import Closed, Fetch, Switched


def test_defaults() -> None:
    """A GET has no body, an upgrade that ends has no failure."""
    assert Fetch(1, "GET", "/").body == b""
    assert Switched().failure is None
    assert Closed("left", "x") == ("left", "x")

"""Where a replay may go."""

import pytest

from analyzer.issues import ReplayError
from analyzer.replay.guard import Leave, Target, check, is_loopback, is_origin, target_of


@pytest.mark.parametrize(
    ("url", "target", "base"),
    [
        ("http://localhost:3000", Target("http", "localhost", 3000), "http://localhost:3000"),
        ("localhost:3000/", Target("http", "localhost", 3000), "http://localhost:3000"),
        ("https://Test.example/rt/", Target("https", "test.example", 443, "/rt/"), "https://test.example:443"),
        ("wss://[::1]:5", Target("https", "::1", 5), "https://[::1]:5"),
    ],
)
def test_targets(url: str, target: Target, base: str) -> None:
    """Scheme, host, port and path of a URL."""
    assert target_of(url) == target
    assert target.base == base


@pytest.mark.parametrize(
    "url", ["ftp://x", "http://", "http://x:99999", "http://u:p@x", "http://x/?a=1", "http://[", ""]
)
def test_no_targets(url: str) -> None:
    """One line; a password is not repeated."""
    with pytest.raises(ReplayError) as caught:
        target_of(url)
    assert "u:p" not in str(caught.value)


LOCAL, FAR = Target("http", "localhost", 3000), Target("http", "shop.example", 80)


@pytest.mark.parametrize(
    ("target", "addresses", "leave", "fine"),
    [
        (LOCAL, ["127.0.0.1", "::1"], Leave(), True),
        (LOCAL, ["127.0.0.1", "10.0.0.1"], Leave(), False),
        (FAR, ["10.0.0.1"], Leave(), False),
        (FAR, ["127.0.0.1"], Leave(), True),
        (FAR, ["10.0.0.1"], Leave(["SHOP.example"]), True),
        (FAR, ["10.0.0.1"], Leave(["10.0.0.1"]), True),
        (FAR, ["10.0.0.1", "10.0.0.2"], Leave(["10.0.0.1"]), False),
        (FAR, ["10.0.0.1"], Leave(["other.example"]), False),
        (FAR, ["10.0.0.1"], Leave(captured_origin=True), False),
        (FAR, [], Leave(["shop.example"]), False),
    ],
)
def test_hosts(target: Target, addresses: list[str], leave: Leave, fine: bool) -> None:
    """Loopback by its addresses, not by its name; others only by name or all their addresses."""
    if fine:
        check(target, addresses, (), leave)
    else:
        with pytest.raises(ReplayError):
            check(target, addresses, (), leave)


@pytest.mark.parametrize("origin", ["shop.example", "shop.example:80", "10.0.0.1:80"])
def test_the_captured_server(origin: str) -> None:
    """By name or address: it has to be asked for twice."""
    assert is_origin(FAR, ["10.0.0.1"], {origin})
    with pytest.raises(ReplayError, match="--yes-captured-origin"):
        check(FAR, ["10.0.0.1"], {origin}, Leave(["shop.example"]))
    check(FAR, ["10.0.0.1"], {origin}, Leave(["shop.example"], captured_origin=True))
    assert not is_origin(FAR, ["10.0.0.1"], {"10.0.0.1:81"})


def test_loopback() -> None:
    """Of both families, mapped and scoped, and nothing that is no address."""
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::1%lo"]))
    assert not any(map(is_loopback, ["10.0.0.1", "localhost", "::ffff:10.0.0.1", "0.0.0.0", ""]))

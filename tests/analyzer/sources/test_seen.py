"""What a source told of, before it becomes events."""

import itertools

import pytest

from analyzer.issues import CaptureError
from analyzer.sources import seen
from analyzer.sources.seen import Account, Seen, endpoint
from analyzer.wire.events import Exchange
from analyzer.wire.frames import Message
from analyzer.wire.http_head import Head


def made(begun: int, target: str = "/", place: int = 0) -> Seen:
    """An exchange that begins then."""
    return Seen(begun, place, begun, begun, Exchange(Head(begun, 0, begun, "GET", target, 0, "", "1.1", [])))


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("127.0.0.1", 80, "127.0.0.1:80"),
        ("::1", 80, "[::1]:80"),
        ("[2001:DB8::1]", 443, "[2001:db8::1]:443"),
        ("::ffff:192.0.2.1", 1, "192.0.2.1:1"),
        ("example.org", 80, "example.org:80"),
        ("example.org", None, "example.org"),
        ("::1", None, "[::1]"),
        ("not:an address", 5, "[not:an address]:5"),
    ],
)
def test_endpoints(host: str, port: int | None, expected: str) -> None:
    """As captures name them."""
    assert endpoint(host, port) == expected


def test_order_is_by_time_then_place_then_content() -> None:
    """Never by where it stood in the file."""
    first, one, other, last = made(1, "/b"), made(2, "/a"), made(2, "/c"), made(2, "/a", place=1)
    orders = [sorted(some) for some in itertools.permutations([first, one, other, last])]
    assert all(found == orders[0] for found in orders)
    assert orders[0] in ([first, one, other, last], [first, other, one, last])


def test_what_is_kept_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to do."""
    monkeypatch.setattr(seen, "KEPT", 10_000)
    account = Account("a.har")
    account.add(made(1))
    large = made(2)
    large.messages.append(("c2s", Message(2, 0, 1, b"x" * 10_000, None)))
    with pytest.raises(CaptureError, match=r"^a\.har: holds more than 1 GiB of Engine\.IO traffic; give it in parts$"):
        account.add(large)


def test_oddities_are_told_where_there_are_any() -> None:
    """With their count."""
    account = Account("a.har")
    account.notice("code", 0, "things")
    account.notice("code", 2, "things")
    assert account.oddities == [("code", "2 things")]

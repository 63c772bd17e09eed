"""Targets of requests."""

from urllib.parse import parse_qsl

from analyzer.replay.address import Address, base36
from analyzer.replay.steps import Manner


def test_order_of_fields() -> None:
    """As official clients write them; the cache buster grows, and a sid comes once it is known."""
    address = Address(Manner(3, "polling", path="/a b/", query=(("x", "1&2"),), base64=True, jsonp=True), 35)
    assert address.of("polling") == "/a%20b/?x=1%262&EIO=3&transport=polling&t=10&b64=1&j=0"
    address.sid = "S"
    assert address.of("polling").endswith("t=11&b64=1&j=0&sid=S")
    assert dict(parse_qsl(address.of("websocket").partition("?")[2])) == {
        "x": "1&2", "EIO": "3", "transport": "websocket", "b64": "1", "sid": "S",
    }  # fmt: skip


def test_base36() -> None:
    """Digits and lower-case letters."""
    assert [base36(n) for n in (0, 35, 36, 46656)] == ["0", "z", "10", "1000"]

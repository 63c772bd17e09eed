"""Values changed in packets."""

import base64

import msgpack
import pytest

from analyzer.live.pretty import Item
from analyzer.live.replacing import replaced


@pytest.mark.parametrize("item", ["2", "4x", b"\1", "42[1", "4" + '2["a",' + "[" * 100_000])
def test_what_cannot_be_replaced_stays(item: Item) -> None:
    """Without harm."""
    assert replaced(item, {"1": 2}, 4) == item


def test_head_and_order_stay() -> None:
    """Only the values change."""
    made = replaced('451-/n,9["a",{"x":1,"y":"é"},{"_placeholder":true,"num":0}]', {"1.x": [1], "0": "b"}, 4)
    assert made == '451-/n,9["b",{"x":[1],"y":"é"},{"_placeholder":true,"num":0}]'


def test_a_text_that_json_cannot_write() -> None:
    """Lone surrogates stay what they are."""
    assert replaced('42["a","\\ud800"]', {"0": "b"}, 4) == '42["b","\ud800"]'


EVENT = {
    "type": 2,
    "data": ["a", {"x": 1, "y": b"\1"}, msgpack.ExtType(0, b"\0")],
    "nsp": "/n",
    "options": {"compress": True},
}
OTHER = EVENT | {"data": ["b", {"x": [1], "y": b"\1"}, msgpack.ExtType(0, b"\0")]}


def in_base64(head: str, value: object) -> str:
    """As polling has it."""
    return head + base64.b64encode(msgpack.packb(value)).decode()


@pytest.mark.parametrize(
    ("item", "revision", "expected"),
    [
        (msgpack.packb(EVENT), 4, msgpack.packb(OTHER)),
        (b"\4" + msgpack.packb(EVENT), 3, b"\4" + msgpack.packb(OTHER)),
        (in_base64("b", EVENT), 4, in_base64("b", OTHER)),
        (in_base64("b4", EVENT), 3, in_base64("b4", OTHER)),
    ],
)
def test_msgpack(item: Item, revision: int, expected: Item) -> None:
    """In either transport and revision; what JSON has not stays."""
    assert replaced(item, {"1.x": [1], "0": "b", "9": 0}, revision) == expected


@pytest.mark.parametrize("item", ["bAQID", "b!", b"\x82\xa4type\xa3nsp", msgpack.packb(EVENT)[:-1]])
def test_other_binary(item: Item) -> None:
    """Stays as it is."""
    assert replaced(item, {"0": "b"}, 4) == item

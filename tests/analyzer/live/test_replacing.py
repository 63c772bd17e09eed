"""Values changed in packets."""

import pytest

from analyzer.live.pretty import Item
from analyzer.live.replacing import replaced


@pytest.mark.parametrize("item", ["2", "4x", b"\1", "42[1", "4" + '2["a",' + "[" * 100_000])
def test_what_cannot_be_replaced_stays(item: Item) -> None:
    """Without harm."""
    assert replaced(item, {"1": 2}) == item


def test_head_and_order_stay() -> None:
    """Only the values change."""
    made = replaced('451-/n,9["a",{"x":1,"y":"é"},{"_placeholder":true,"num":0}]', {"1.x": [1], "0": "b"})
    assert made == '451-/n,9["b",{"x":[1],"y":"é"},{"_placeholder":true,"num":0}]'


def test_a_text_that_json_cannot_write() -> None:
    """Lone surrogates stay what they are."""
    assert replaced('42["a","\\ud800"]', {"0": "b"}) == '42["b","\ud800"]'

"""What rules look at."""

import base64

import msgpack
import pytest

from analyzer.live.facts import Act, Facts, act, attachments_of, facts_of
from analyzer.live.pretty import Item, summary
from analyzer.live.rules import load

BODY: list[Item] = ["2", '42["a",{"n":1.0}]', '451-["file",{"_placeholder":true,"num":0}]', "bAQID", '43/x,7["ok"]']
PACKED = msgpack.packb({"type": 2, "data": ["a", 1], "id": 3, "nsp": "/n"})


def test_facts() -> None:
    """What filters look at."""
    assert facts_of("3", 4, "c2s", "S") == Facts(None, None, "pong", "c2s", "S")
    assert facts_of('42/x,5["a"]', 4, "s2c", None) == Facts("/x", "a", "EVENT", "s2c", None, 5)
    assert facts_of(b"\1", 4, "s2c", None).type == "binary"
    assert [attachments_of(item, 4) for item in (*BODY, b"1")] == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("item", "revision"),
    [
        (PACKED, 4),
        (b"\4" + PACKED, 3),
        ("b" + base64.b64encode(PACKED).decode(), 4),
        ("b4" + base64.b64encode(PACKED).decode(), 3),
    ],
)
def test_msgpack(item: Item, revision: int) -> None:
    """On a WebSocket and, as base64, in a polling body."""
    assert facts_of(item, revision, "c2s", "S") == Facts("/n", "a", "EVENT", "c2s", "S", 3)


@pytest.mark.parametrize("item", ["bAQID", "b!", "b" + base64.b64encode(PACKED[:-1]).decode(), "b9AQID"])
def test_other_base64(item: str) -> None:
    """Is binary, and no more is known of it."""
    assert summary(item, 3 if item == "b9AQID" else 4) == ("binary", None)


def test_what_is_told() -> None:
    """A long packet has its own row, that of the act does without it."""
    (rule,) = load('[[rule]]\nname="n"\ndo="drop"\n', "r")
    assert act(rule, Facts(type="EVENT", event="a"), '42["a"]').item == '42["a"]'
    assert act(rule, Facts(), "4" * 100_000).item is None
    assert Act(rule, Facts(type="ACK"), more=", late").detail == "rule 'n': drop ACK, late"

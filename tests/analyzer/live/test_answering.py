"""Acks of the proxy's own."""

import base64

import msgpack
import pytest

from analyzer.live.answering import Answered, answer
from analyzer.live.facts import Facts
from analyzer.live.pretty import Item
from analyzer.live.rules import load

DATA = ["ok", {"file": {"$binary": "AQID"}}, [1]]
PACKED = msgpack.packb({"type": 2, "data": ["a", 1], "id": 3, "nsp": "/n"})
ACK = {"type": 3, "data": ["ok", {"file": b"\1\2\3"}, [1]], "id": 3, "nsp": "/n"}


@pytest.mark.parametrize(
    ("item", "revision", "data", "expected"),
    [
        ('42/n,7["a",1]', 4, ["yes", 1], ['43/n,7["yes",1]']),
        ('427["a"]', 3, "é", ['437["é"]']),
        ('427["a"]', 4, None, ["437[]"]),
        ('451-7["a",{"_placeholder":true,"num":0}]', 3, {"$binary": "AQ=="}, [
            '461-7[{"_placeholder":true,"num":0}]', b"\4\1",
        ]),
    ],
)  # fmt: skip
def test_json(item: Item, revision: int, data: object, expected: list[Item]) -> None:
    """In the namespace and with the id of the event."""
    assert answer(item, revision, data) == expected


def test_msgpack() -> None:
    """One message, with its binary values in it; peers of revision 3 have types of their own for such."""
    (made,) = answer(PACKED, 4, DATA)
    assert msgpack.unpackb(made) == ACK
    (made,) = answer("b4" + base64.b64encode(PACKED).decode(), 3, DATA)
    assert isinstance(made, bytes)
    assert (made[:1], msgpack.unpackb(made[1:])) == (b"\4", ACK | {"type": 6})


@pytest.mark.parametrize(("item", "data"), [("2", None), ('42["a"]', None), ('427["a"]', {"$binary": "é"})])
def test_what_cannot_be_answered(item: Item, data: object) -> None:
    """Is said."""
    with pytest.raises(ValueError):
        answer(item, 4, data)


def test_late_acks_are_known() -> None:
    """Once, by session, namespace, direction and id."""
    answered, (rule,) = Answered(), load('[[rule]]\ndo="answer"\nforward=true\n', "r")
    answered.add(Facts("/", "a", "EVENT", "c2s", "S", 7), rule)
    others = [
        Facts("/", None, "ACK", way, sid, ack) for way, sid, ack in (("c2s", "S", 7), ("s2c", "T", 7), ("s2c", "S", 8))
    ]
    assert [answered.take(other) for other in others] == [None] * 3
    late = Facts("/", None, "BINARY_ACK", "s2c", "S", 7)
    assert [answered.take(late), answered.take(late)] == [rule, None]

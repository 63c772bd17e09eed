"""Packets that a person wants sent."""

import pytest

from analyzer.live import speech
from analyzer.live.speech import Voice
from analyzer.socketio import msgpack_parser

FOUR, THREE = Voice(4), Voice(3)


def test_events() -> None:
    """An array is the arguments, anything else the only one; blanks and escapes as the libraries write them."""
    assert speech.event("say", '["é", 1]', "/", FOUR) == ['42["say","é",1]']
    assert speech.event("say", '{"a": 1}', "/chat", FOUR, 7) == ['42/chat,7["say",{"a":1}]']
    assert speech.event('a "b"', "", "/", FOUR) == ['42["a \\"b\\""]']


def test_attachments() -> None:
    """Numbered in the order of the text; in revision 3 behind their type."""
    data = '[{"x": {"$binary": "AQI="}}, [{"$binary": ""}], {"$binary": "AA==", "other": 1}]'
    first, *rest = speech.event("f", data, "/", FOUR)
    assert first == (
        '452-["f",{"x":{"_placeholder":true,"num":0}},[{"_placeholder":true,"num":1}],{"$binary":"AA==","other":1}]'
    )
    assert rest == [b"\1\2", b""]
    assert speech.event("f", '{"$binary": "AQ=="}', "/", THREE)[1:] == [b"\4\1"]


def test_acks_and_ends() -> None:
    """In any namespace."""
    assert speech.ack(12, '["ok"]', "/", FOUR) == ['4312["ok"]']
    assert speech.ack(0, '{"$binary": "AQ=="}', "/a", FOUR)[0] == '461-/a,0[{"_placeholder":true,"num":0}]'
    assert [speech.disconnect(name, FOUR) for name in ("/", "/a")] == [["41"], ["41/a,"]]


@pytest.mark.parametrize(
    ("data", "namespace", "why"),
    [
        ("[", "/", "is no JSON"),
        ("[" * 100_000, "/", "is no JSON"),
        ("[]", "chat", "no namespace"),
        ("[]", "/a,b", "no namespace"),
    ],
)
def test_mistakes(data: str, namespace: str, why: str) -> None:
    """Are one sentence."""
    with pytest.raises(ValueError, match=why):
        speech.event("e", data, namespace, FOUR)


def test_more_mistakes() -> None:
    """Likewise."""
    with pytest.raises(ValueError, match="no base64"):
        speech.event("e", '{"$binary": "*"}', "/", FOUR)
    with pytest.raises(ValueError, match="not negative"):
        speech.ack(-1, "", "/", FOUR)


def test_msgpack() -> None:
    """Attachments stay inside; revision 3 has its type byte in front, and ends in JSON."""
    (made,) = speech.event("f", '[{"$binary": "AQI="}, "é"]', "/a", Voice(4, "msgpack"), 7)
    assert isinstance(made, bytes)
    packet, attachments = msgpack_parser.decode(made)
    assert (packet.type, packet.namespace, packet.event, packet.ack_id) == ("EVENT", "/a", "f", 7)
    assert packet.data == '[{"_placeholder":true,"num":0},"é"]'
    assert attachments == [b"\1\2"]
    (old,) = speech.ack(3, "[1]", "/", Voice(3, "msgpack"))
    assert isinstance(old, bytes)
    assert old[:1] == b"\4"
    assert msgpack_parser.decode(old[1:], 3)[0].ack_id == 3
    assert speech.disconnect("/a", Voice(3, "msgpack")) == ['4{"type":1,"nsp":"/a"}']

"""Packets that a person wants sent."""

import pytest

from analyzer.live import speech


def test_events() -> None:
    """An array is the arguments, anything else the only one; blanks and escapes as the libraries write them."""
    assert speech.event("say", '["é", 1]', "/", 4) == ['42["say","é",1]']
    assert speech.event("say", '{"a": 1}', "/chat", 4, 7) == ['42/chat,7["say",{"a":1}]']
    assert speech.event('a "b"', "", "/", 4) == ['42["a \\"b\\""]']


def test_attachments() -> None:
    """Numbered in the order of the text; in revision 3 behind their type."""
    data = '[{"x": {"$binary": "AQI="}}, [{"$binary": ""}], {"$binary": "AA==", "other": 1}]'
    first, *rest = speech.event("f", data, "/", 4)
    assert first == (
        '452-["f",{"x":{"_placeholder":true,"num":0}},[{"_placeholder":true,"num":1}],{"$binary":"AA==","other":1}]'
    )
    assert rest == [b"\1\2", b""]
    assert speech.event("f", '{"$binary": "AQ=="}', "/", 3)[1:] == [b"\4\1"]


def test_acks_and_ends() -> None:
    """In any namespace."""
    assert speech.ack(12, '["ok"]', "/", 4) == ['4312["ok"]']
    assert speech.ack(0, '{"$binary": "AQ=="}', "/a", 4)[0] == '461-/a,0[{"_placeholder":true,"num":0}]'
    assert [speech.disconnect(name) for name in ("/", "/a")] == [["41"], ["41/a,"]]


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
        speech.event("e", data, namespace, 4)


def test_more_mistakes() -> None:
    """Likewise."""
    with pytest.raises(ValueError, match="no base64"):
        speech.event("e", '{"$binary": "*"}', "/", 4)
    with pytest.raises(ValueError, match="not negative"):
        speech.ack(-1, "", "/", 4)

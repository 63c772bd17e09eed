"""Socket.IO packets, piece by piece."""

import pytest

from analyzer.explain import socket
from analyzer.explain.reading import Reading


def said(text, revision=4):
    """All that is said of a message."""
    reading = Reading("x")
    socket.explain_text(reading, text, revision)
    return reading.steps


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ('2/admin,17["hi",1]', ["2", "/admin,", "17", '["hi",1]']),
        ('61-/a,5[{"_placeholder":true,"num":0}]', ["6", "1-", "/a,", "5"]),
        ("1/admin,", ["1", "/admin,"]),
        ("0/admin", ["0", "/admin"]),
        ('0/a?t=1,{"x":1}', ["0", "/a?t=1,", '{"x":1}']),
        ('2["a-b",1]', ["2", "", "", '["a-b",1]']),
        ('2/x-y,["a"]', ["2", "/x-y,"]),
    ],
)
def test_pieces(text, pieces):
    """In the order in which they stand there."""
    assert [piece for piece, _ in said(text)][: len(pieces)] == pieces


@pytest.mark.parametrize(
    ("payload", "who"),
    [
        ('{"sid":"s"}', "from the server: let in"),
        ('{"sid":"s","pid":"p"}', "connection state recovery"),
        ('{"pid":"p","offset":"o"}', "asks to recover"),
        ('{"token":"t"}', "auth payload"),
    ],
)
def test_connect(payload, who):
    """Its payload shows who sent it."""
    assert who in said(f"0{payload}")[-1][1]


def test_json_object():
    """The other parser's packets."""
    assert 'event "a"' in str(said('{"type":2,"data":["a"],"nsp":"/"}'))
    assert "WRONG" in str(said('{"type":2'))

"""Bodies and the room they share."""

from analyzer.limits import Limits
from analyzer.wire.http2_body import Half, Room
from analyzer.wire.http_head import Head

HEAD = Head(1, 1, 1, "POST", "/", 0, "", "2", [])


def half(room: Room, keep: bool = True) -> Half:
    """One that begins."""
    return Half(HEAD, keep, room, 0)


def test_pieces_make_a_body() -> None:
    """One, several or none; the room is given back."""
    room = Room.of(Limits(message=100))
    for pieces in ([], [b"abc"], [b"ab", b"", b"c"]):
        body = half(room)
        for piece in pieces:
            body.add(b"<" + piece + b">", 1, 1 + len(piece))
        message = body.message(5, 6)
        assert message.body == b"".join(pieces)
        assert message == (HEAD, message.body, len(message.body), 5, 6, None, None, b"", True)
        assert room.left == 200


def test_what_is_not_kept_is_counted() -> None:
    """Nobody wants the body."""
    body = half(Room.of(Limits()), keep=False)
    body.add(b"abc", 0, 3)
    assert body.message(5, 6)[:3] == (HEAD, b"", 3)


def test_holes() -> None:
    """The body ends at the first hole; what follows the last one is told as well."""
    room = Room.of(Limits(message=100))
    body = half(room)
    body.add(b"abc", 0, 3)
    body.hole(2)
    body.add(b"def", 0, 3)
    body.hole(-1)
    body.add(b"gh", 0, 2)
    body.add(b"i", 0, 1)
    message = body.message(5, 6)
    assert (message.body, message.tail, message.wire_size, message.complete) == (b"abc", b"ghi", 11, False)
    assert (message.issue, message.detail) == ("http_body_cut", "bytes are missing from the body behind byte 3")
    assert room.left == 200


def test_limits() -> None:
    """One body, and all of them together."""
    room = Room.of(Limits(message=4))
    large = half(room)
    large.add(b"abc", 0, 3)
    large.add(b"def", 0, 3)
    message = large.message(5, 6)
    assert (message.body, message.wire_size, message.issue) == (b"abcd", 6, "http_body_limit")
    many = [half(room) for _ in range(3)]
    for body in many:
        body.add(b"abc", 0, 3)
    assert [body.message(5, 6).body for body in many] == [b"abc", b"abc", b"ab"]
    assert room.left == 8


def test_what_is_forgotten() -> None:
    """It takes no room any more."""
    room = Room.of(Limits(message=4))
    body = half(room)
    body.add(b"abc", 0, 3)
    body.forget()
    body.forget()
    assert room.left == 8

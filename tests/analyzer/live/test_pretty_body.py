"""Bodies in their pretty form, and back."""

import pytest

from analyzer.live.pretty_body import ACKS, HEARTBEATS, Body, read, show

MIXED = Body(4, '0{"sid":"x"}\x1e2\x1e42["é",1.0]\x1ebAQID\x1e430[]\x1e3'.encode())
BODIES = {
    "4": MIXED,
    "3": Body(3, '7:42["é"]'.encode() + b"1:3" + b"6:b4AQID"),
    "3-packed": Body(3, b"\x00\x01\xff2\x01\x04\xff\x04\x01\x02\x03", "application/octet-stream"),
    "jsonp": Body(3, b'___eio[7]("9:42[\\"a\\",1]");'),
    "form": Body(3, b"d=9%3A42%5B%22a%22%2C1%5D"),
    "text": Body(4, b'42["a",1]', message=True),
    "bytes": Body(4, b"\1\2\3", message=True, text=False),
    "bytes-3": Body(3, b"\4\2\3", message=True, text=False),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("hide", [set(), {HEARTBEATS}, {HEARTBEATS, ACKS}])
def test_left_as_it_was(name: str, hide: set[str]) -> None:
    """It is the same, byte for byte, with what was hidden."""
    body = BODIES[name]
    assert read(show(body, hide), body, hide) == body.data


def test_one_packet_below_the_other() -> None:
    """With remarks."""
    shown = show(MIXED, remark=lambda index: f"packet {index}" if index < 2 else None)
    assert shown.split("\n") == [
        "# packet 0", 'open  {"sid":"x"}', "---", "# packet 1", "ping", "---", 'EVENT  ["é",1.0]', "---",
        "base64 3 bytes",
        "0000  01 02 03                                         |...|", "---", "ACK ack=0  []", "---", "pong",
    ]  # fmt: skip


def test_what_is_hidden_is_counted() -> None:
    """And stays where it was when something else is edited."""
    hide = {HEARTBEATS, ACKS}
    shown = show(MIXED, hide)
    assert "# 3 hidden" in shown
    edited = read(shown.replace("1.0", "2"), MIXED, hide)
    assert edited == '0{"sid":"x"}\x1e2\x1e42["é",2]\x1ebAQID\x1e430[]\x1e3'.encode()


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("3", '["é"]', '["éé"]', '8:42["éé"]1:36:b4AQID'.encode()),
        ("3-packed", "01 02 03", "09", b"\x00\x01\xff2\x01\x02\xff\x04\x09"),
        ("jsonp", ",1", ",22", b'___eio[7]("10:42[\\"a\\",22]");'),
        ("form", ",1", ",22", b"d=10%3A42%5B%22a%22%2C22%5D"),
        ("text", '"a"', '"b"', b'42["b",1]'),
        ("bytes", "01 02", "ff", b"\xff\3"),
        ("bytes-3", "02", "05", b"\4\5\3"),
        ("4", "ping\n---\n", "ping\n---\nEVENT [1]\n---\n".replace("EVENT ", "EVENT  "), None),
    ],
)
def test_edited(name: str, old: str, new: str, expected: bytes | None) -> None:
    """Lengths, framing and escapes are put right."""
    body = BODIES[name]
    made = read(show(body).replace(old, new, 1), body)
    assert made == expected or (expected is None and b"42[1]" in made)


def test_a_packet_more_or_less() -> None:
    """In a polling body; a message is one packet."""
    assert read("ping\n---\npong", Body(4, b"2")) == b"2\x1e3"
    assert read("ping", Body(4, b"2\x1e3\x1e3")) == b"2"
    with pytest.raises(ValueError, match="is one packet of text"):
        read("ping\n---\npong", Body(4, b"2", message=True))


@pytest.mark.parametrize("body", [Body(3, b"5:4abc"), Body(4, b"\xff"), Body(4, b"\xff", message=True)])
def test_what_cannot_be_read(body: Body) -> None:
    """Is refused: mitmproxy then shows the bytes."""
    with pytest.raises(ValueError):
        show(body)

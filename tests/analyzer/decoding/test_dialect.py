"""Which protocol a session's messages are: by its first message, or by all of them."""

import msgpack
import pytest

from analyzer.decoding.dialect import Dialect, Mode
from analyzer.records import C2S, S2C
from analyzer.socketio.packet import decode

JOIN = msgpack.packb({"type": 0, "nsp": "/"})
EVENT = msgpack.packb({"type": 2, "nsp": "/", "data": ["a"]})


@pytest.mark.parametrize(
    ("direction", "engine", "message", "mode", "parser"),
    [
        (C2S, 4, "0", Mode.SOCKET, "json"),
        (C2S, 4, '0/chat,{"token":1}', Mode.SOCKET, "json"),
        (S2C, 3, "0", Mode.SOCKET, "json"),
        (S2C, 3, '4"not authorized"', Mode.SOCKET, "json"),
        (S2C, 3, '4{"code":1}', Mode.SOCKET, "json"),
        (C2S, 3, '4"not authorized"', Mode.PLAIN, "json"),
        (S2C, 4, '4"not authorized"', Mode.PLAIN, "json"),
        (S2C, 3, "41", Mode.PLAIN, "json"),
        (C2S, 3, "0/chat?a=b", Mode.SOCKET, "json"),
        (S2C, 3, '2["welcome",{"a":1}]', Mode.SOCKET, "json"),
        (S2C, 3, '51-["welcome",{"_placeholder":true,"num":0}]', Mode.SOCKET, "json"),
        (S2C, 3, "2", Mode.PLAIN, "json"),
        (S2C, 3, "2 apples", Mode.PLAIN, "json"),
        (C2S, 3, '2["a"]', Mode.PLAIN, "json"),
        (S2C, 4, '2["a"]', Mode.PLAIN, "json"),
        (C2S, 4, JOIN, Mode.SOCKET, "msgpack"),
        (C2S, 4, '{"type":0,"nsp":"/"}', Mode.SOCKET, "json"),
        (S2C, 4, "0", Mode.PLAIN, "json"),
        (C2S, 3, "0", Mode.PLAIN, "json"),
        (C2S, 4, "hello", Mode.PLAIN, "json"),
        (C2S, 4, '2["a"]', Mode.PLAIN, "json"),
        (C2S, 4, b"\x01\x02", Mode.PLAIN, "json"),
        (C2S, 4, EVENT, Mode.PLAIN, "json"),
        (C2S, 4, "{", Mode.PLAIN, "json"),
        (C2S, 4, "", Mode.PLAIN, "json"),
    ],
)
def test_the_first_message_settles_it(
    direction: str, engine: int, message: str | bytes, mode: Mode, parser: str
) -> None:
    """It begins with a CONNECT of the client in revision 4; in 3 with the server's, its ERROR, or a namespace."""
    dialect = Dialect(whole=True)
    dialect.judge(direction, engine, message)
    assert (dialect.mode, dialect.parser) == (mode, parser)


@pytest.mark.parametrize(
    ("message", "parser"), [('2["a"]', "json"), (EVENT, "msgpack"), ("prose", "json"), (b"\x01", "json")]
)
def test_without_the_start_it_is_a_guess(message: str | bytes, parser: str) -> None:
    """Any message may be the first one seen of a session begun before the capture."""
    dialect = Dialect(whole=False)
    dialect.judge(S2C, 4, message)
    assert (dialect.mode, dialect.parser) == (Mode.GUESSED, parser)


def test_a_guess_holds_until_something_speaks_against_it() -> None:
    """A message that is no Socket.IO makes the session plain."""
    dialect = Dialect(whole=False)
    dialect.judge(S2C, 4, "0")
    dialect.agrees(decode("0"))
    assert not dialect.convinced
    assert dialect.disagrees()
    assert dialect.mode is Mode.PLAIN


@pytest.mark.parametrize(
    ("text", "convinced"), [('2["a"]', True), ('0{"sid":"x"}', True), ("1", False), ('4"no"', False)]
)
def test_what_convinces(text: str, convinced: bool) -> None:
    """A packet with a payload could hardly be anything else; then one bad message is an oddity of it."""
    dialect = Dialect(whole=False)
    dialect.judge(S2C, 4, text)
    dialect.agrees(decode(text))
    assert dialect.convinced is convinced
    assert dialect.disagrees() is not convinced


def test_a_session_seen_from_its_start_does_not_change() -> None:
    """Once it has joined, it is Socket.IO whatever comes."""
    dialect = Dialect(whole=True)
    dialect.judge(C2S, 4, "0")
    assert not dialect.disagrees()
    assert dialect.mode is Mode.SOCKET

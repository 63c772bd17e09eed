"""Messages to and from packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import PacketError
from analyzer.replay.codec import Decoder, messages
from analyzer.replay.jsontext import dump
from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, EVENT, MESSAGE, Said
from analyzer.socketio import msgpack_parser

PLACE = '{"_placeholder":true,"num":0}'
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5)


@given(
    st.sampled_from([("json", 4), ("json", 3), ("msgpack", 4), ("msgpack", 3), ("object", 4)]),
    st.sampled_from(["/", "/chat"]),
    st.none() | st.integers(0, 99),
    st.lists(SCALARS | st.lists(SCALARS, max_size=2), max_size=3),
)
def test_there_and_back(how: tuple[str, int], namespace: str, ack_id: int | None, args: list) -> None:
    """What is encoded is decoded as it was, in every parser."""
    packet = Said(0.0, EVENT, namespace, "say", ack_id, dump(args))
    (message,) = messages(packet, *how)
    assert Decoder(*how).take(message, 0.0) == packet


@pytest.mark.parametrize("how", [("json", 4), ("json", 3), ("msgpack", 4), ("msgpack", 3)])
@pytest.mark.parametrize("kind", [EVENT, ACK])
def test_binary(how: tuple[str, int], kind: str) -> None:
    """Attachments behind the packet, or inside of it."""
    packet = Said(0.0, kind, "/", "file" if kind == EVENT else None, 5, f"[1,{PLACE}]", (b"\0\1",))
    decoder = Decoder(*how)
    found = [decoder.take(message, 0.0) for message in messages(packet, *how)]
    assert found[-1] == packet
    assert len(found) == (1 if how[0] == "msgpack" else 2)


def test_wire_forms() -> None:
    """As the official parsers write them."""
    assert messages(Said(0, CONNECT, "/a", data='{"t":1}'), "json", 4) == ['0/a,{"t":1}']
    assert messages(Said(0, DISCONNECT), "object", 4) == ['{"type":1,"nsp":"/"}']
    assert messages(Said(0, EVENT, "/", "e", 1, "[2]"), "object", 4) == ['{"type":2,"data":["e",2],"nsp":"/","id":1}']
    assert messages(Said(0, CONNECT, "/a"), "msgpack", 3) == ['{"type":0,"nsp":"/a"}']
    (packed,) = messages(Said(0, EVENT, "/", "e", None, f"[{PLACE}]", (b"x",)), "msgpack", 3)
    assert msgpack_parser.decode(packed, 3)[0].type == "BINARY_EVENT"


def test_plain_engine() -> None:
    """Messages are themselves."""
    assert messages(Said(0, MESSAGE, data="hi"), None, 4) == ["hi"]
    assert messages(Said(0, MESSAGE, attachments=(b"x",)), None, 4) == [b"x"]
    assert Decoder(None, 4).take("hi", 1.0) == Said(1.0, MESSAGE, data="hi")
    assert Decoder(None, 4).take(b"x", 1.0) == Said(1.0, MESSAGE, attachments=(b"x",))


def test_out_of_place() -> None:
    """Text where an attachment is due, and an attachment where none is."""
    decoder = Decoder("json", 4)
    assert decoder.take(f'51-["a",{PLACE}]', 0) is None
    with pytest.raises(PacketError):
        decoder.take('2["b"]', 0)
    with pytest.raises(PacketError):
        Decoder("json", 4).take(b"x", 0)


def test_half_a_pair_of_surrogates_in_msgpack() -> None:
    """Is sent as JavaScript sends it."""
    (message,) = messages(Said(0, EVENT, "/", "a", None, '["\\ud83d"]'), "msgpack", 4)
    assert b"\xed\xa0\xbd" in bytes(message)  # type: ignore[arg-type]

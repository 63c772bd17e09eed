"""Packets in msgpack, edited as JSON."""

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio import packet as engineio
from analyzer.live import pretty_msgpack
from analyzer.live.pretty_msgpack import decode, edited, whole
from analyzer.socketio.packet import Packet

MOMENT = msgpack.Timestamp(1_700_000_000, 5_000_000)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
LEAVES |= st.text(max_size=5) | st.binary(max_size=3)
KEYS = st.text("abc", min_size=1, max_size=2)
VALUES = st.recursive(LEAVES, lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=3))


def packed(*data: Any, **more: Any) -> bytes:
    """An event."""
    return bytes(msgpack.packb({"type": 2, "data": ["e", *data], "nsp": "/"} | more))


def rewritten(data: bytes, text: str, **more: Any) -> Any:
    """The members of an event once its payload was edited to be ``text``."""
    packet = decode(data, 4)
    assert packet is not None
    made = edited(data, packet._replace(**more), text, 4)
    return msgpack.unpackb(made, strict_map_key=False)


def test_what_was_left_is_what_it_was() -> None:
    """A date, a float that is whole, bytes, and what JSON does not tell at all."""
    undefined = msgpack.ExtType(0, b"\0")
    data = packed({"when": MOMENT, "half": 2.0, "gone": undefined, "file": b"\1\2", "n": 1}, 7)
    text = whole(decode(data, 4) or Packet("EVENT"))
    assert json.loads(text)[1].keys() == {"when", "half", "file", "n"}
    found = rewritten(data, text.replace('"n":1', '"n":2'))
    assert found["data"] == ["e", {"gone": undefined, "when": MOMENT, "half": 2.0, "file": b"\1\2", "n": 2}, 7]
    assert isinstance(found["data"][1]["half"], float)


def test_bytes_move_with_their_number() -> None:
    """And may be told twice, or not at all."""
    data = packed(b"one", b"two")
    second = '{"_placeholder":true,"num":1}'
    assert rewritten(data, f'["e",{second},[{second}]]')["data"] == ["e", b"two", [b"two"]]
    with pytest.raises(ValueError, match="num 2 stands for no bytes: there are 2"):
        rewritten(data, '["e",{"_placeholder":true,"num":2}]')


def test_the_head() -> None:
    """Type, namespace and ack id, with all that is not in the head kept."""
    data = packed(1, id=3, options={"compress": True})
    found = rewritten(data, '["e",1]', namespace="/a", ack_id=None)
    assert found == {"type": 2, "nsp": "/a", "data": ["e", 1], "options": {"compress": True}}
    assert rewritten(data, "[1]", type="ACK", ack_id=9) | {"options": 0} == {
        "type": 3, "nsp": "/", "data": [1], "id": 9, "options": 0,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", "[", "1", f'["e",{2**70}]', "[" * 5000 + "]" * 5000])
def test_what_is_no_packet_is_refused(text: str) -> None:
    """With one documented exception."""
    with pytest.raises(ValueError, match=r"\S"):
        rewritten(packed(1), text)


def test_only_msgpack_is_edited_as_such() -> None:
    """What was no packet in msgpack does not become one."""
    assert [decode(item, 4) for item in ("42[1]", b"\x81\xa1a\1", "b!!")] == [None, None, None]
    with pytest.raises(ValueError, match="msgpack already"):
        edited("42[1]", Packet("EVENT"), "[1]", 4)


def test_nothing_that_a_terminal_would_not_show() -> None:
    """It is escaped, and what it was all the same."""
    data = packed("\u202e\x1b")
    text = whole(decode(data, 4) or Packet("EVENT"))
    assert text == '["e","\\u202e\\u001b"]'
    assert rewritten(data, text) == msgpack.unpackb(data)


@given(st.lists(VALUES, max_size=4), st.sampled_from([3, 4]), st.booleans())
def test_any_payload(values: list[Any], revision: int, base64: bool) -> None:
    """A changed namespace changes nothing else, in either revision and form."""
    data = packed(*values)
    item: str | bytes = data if revision == 4 else b"\4" + data
    if base64:
        item = engineio.encode_base64(engineio.Packet("message", data), revision)
    packet = decode(item, revision)
    assert packet is not None
    made = pretty_msgpack.content(edited(item, packet._replace(namespace="/n"), whole(packet), revision), revision)
    assert made is not None
    assert msgpack.unpackb(made) == msgpack.unpackb(data) | {"nsp": "/n"}

"""msgpack packets: the protocol's vectors, JSON as JSON.stringify writes it, and bombs."""

import json
import struct
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.limits import Limits
from analyzer.socketio.msgpack_parser import decode, looks_like
from analyzer.socketio.packet import Packet

GOOD = [
    ("M1", "83a474797065 00 a464617461 81a17401 a36e7370 a22f61", Packet("CONNECT", "/a", data='{"t":1}'), []),
    ("M2", "83a474797065 00 a464617461 d40000 a36e7370 a52f6e6f7065", Packet("CONNECT", "/nope"), []),
    (
        "M3",
        "83a474797065 02 a464617461 94 a26869 01 a2c3a9 c4020102 a36e7370 a22f61",
        Packet("EVENT", "/a", "hi", data='[1,"é",{"_placeholder":true,"num":0}]', attachments=1),
        [b"\1\2"],
    ),
    (
        "M4",
        "85a474797065 02 a464617461 91a178 a76f7074696f6e73 81a8636f6d7072657373c3 a26964 00 a36e7370 a22f61",
        Packet("EVENT", "/a", "x", 0, "[]"),
        [],
    ),
    (
        "M5",
        "84a26964 00 a474797065 03 a464617461 92 a178 c40105 a36e7370 a22f61",
        Packet("ACK", "/a", None, 0, '["x",{"_placeholder":true,"num":0}]', 1),
        [b"\5"],
    ),
    ("M6", "82a474797065 01 a36e7370 a22f61", Packet("DISCONNECT", "/a"), []),
]

BAD = [
    ("X35-type", "83a474797065 05 a464617461 91a178 a36e7370 a22f61"),
    ("X35-namespace", "82a474797065 02 a464617461 91a178"),
    ("X35-id", "84a474797065 02 a464617461 91a178 a36e7370 a22f61 a26964 a131"),
    ("X35-data", "83a474797065 02 a464617461 80 a36e7370 a22f61"),
    ("X35-null", "83a474797065 00 a464617461 c0 a36e7370 a22f61"),
    ("X35-behind", "82a474797065 01 a36e7370 a22f61 00"),
    ("X36", "325b2261225d"),
    ("empty", ""),
    ("short", "82a474797065 01 a36e7370 a22f"),
    ("fraction", "82a474797065 cb3ff8000000000000 a36e7370 a22f61"),
    ("fraction-id", "83a474797065 02 a26964 cb3ff8000000000000 a36e7370 a22f61 a464617461 91a178"),
    ("reserved", "83a474797065 02 a464617461 91c1 a36e7370 a22f61"),
    ("error-number", "83a474797065 04 a464617461 05 a36e7370 a22f61"),
    ("disconnect-data", "83a474797065 01 a464617461 80 a36e7370 a22f61"),
    ("nested-key", "83a474797065 02 a464617461 92a178 819001 a36e7370 a22f61"),
]


def raw_event(*arguments: bytes) -> tuple[Packet, list[bytes]]:
    """An event whose arguments are msgpack bytes."""
    data = b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\xdc" + struct.pack(">H", 1 + len(arguments)) + b"\xa1e"
    return decode(data + b"".join(arguments))


@pytest.mark.parametrize(("text", "packet", "attachments"), [x[1:] for x in GOOD], ids=[x[0] for x in GOOD])
def test_good_vectors(text: str, packet: Packet, attachments: list[bytes]) -> None:
    """A vector decodes as the protocol says."""
    data = bytes.fromhex(text)
    assert looks_like(data)
    assert decode(data) == (packet._replace(parser="msgpack"), attachments)


@pytest.mark.parametrize("text", [x[1] for x in BAD], ids=[x[0] for x in BAD])
def test_bad_vectors(text: str) -> None:
    """What the official parser rejects is one documented error."""
    with pytest.raises(PacketError) as caught:
        decode(bytes.fromhex(text))
    assert caught.value.code == Issue.SIO_BAD_MSGPACK
    assert str(caught.value).isprintable()


def test_binary_types_of_revision_3() -> None:
    """Peers of revision 3 send types 5 and 6."""
    data = msgpack.packb({"type": 5, "nsp": "/", "data": ["e", b"x"]})
    packet, attachments = decode(data, revision=3)
    assert (packet.type, packet.event, attachments) == ("BINARY_EVENT", "e", [b"x"])


def test_number_as_name() -> None:
    """A name may be a number; its text is JavaScript's."""
    packet, _ = decode(msgpack.packb({"type": 2, "nsp": "/", "data": [1.0, 2]}))
    assert (packet.event, packet.data) == ("1", "[2]")


@pytest.mark.parametrize("data", [[], [None], [["a"]], [True]])
def test_event_without_name(data: list[Any]) -> None:
    """The parser takes it; the array stays whole."""
    packet, _ = decode(msgpack.packb({"type": 2, "nsp": "/", "data": data}))
    assert (packet.event, packet.data) == (None, json.dumps(data))


@pytest.mark.parametrize("ident", [None, -5, 7, 7.0, 2**63 - 1])
def test_ack_ids(ident: float | None) -> None:
    """Whole numbers are ids; newer encoders write nil where there is none."""
    packet, _ = decode(msgpack.packb({"type": 3, "nsp": "/", "data": [], "id": ident}))
    assert packet.ack_id == ident


def test_ack_id_that_does_not_fit() -> None:
    """An id over 64 bits is left out and marked."""
    packet, _ = decode(msgpack.packb({"type": 3, "nsp": "/", "data": [], "id": 2**64 - 1}))
    assert (packet.ack_id, packet.issue) == (None, Issue.SIO_BAD_ACK_ID)


def test_binary_values_are_numbered_depth_first() -> None:
    """Placeholders count from 0 in the order of the bytes."""
    packet, attachments = decode(
        msgpack.packb({"type": 2, "nsp": "/", "data": ["e", [b"a", {"k": b"b"}], b"c"], "options": b"not counted"})
    )
    assert attachments == [b"a", b"b", b"c"]
    assert [x["num"] for x in (json.loads(packet.data or "")[0][0], json.loads(packet.data or "")[1])] == [0, 2]


def depth_bomb() -> bytes:
    """Arrays in arrays."""
    return b"\x91" * 100_000 + b"\x01"


def size_bomb() -> bytes:
    """Arrays that claim four thousand million values each."""
    return b"\xdd\xff\xff\xff\xff" * 900


@pytest.mark.parametrize(
    "bomb", [depth_bomb(), size_bomb(), b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xffx", b"\xdb\xff\xff\xff\xff"]
)
def test_bombs(bomb: bytes) -> None:
    """What claims more than it holds, or nests without end, is an error, not a lack of memory."""
    with pytest.raises(PacketError):
        raw_event(bomb)
    with pytest.raises(PacketError):
        decode(b"\x83\xa1x" + bomb)


def test_limits() -> None:
    """More binary values, or more text, than the limits allow."""
    data = msgpack.packb({"type": 2, "nsp": "/", "data": ["e", [b""] * 20]})
    with pytest.raises(PacketError) as caught:
        decode(data, limits=Limits(attachments=19))
    assert caught.value.code == Issue.SIO_ATTACHMENT_LIMIT
    with pytest.raises(PacketError, match="too long"):
        decode(data, limits=Limits(inflated=100))


def test_looks_like() -> None:
    """A map with the keys of a packet, and nothing else."""
    assert not looks_like(b"")
    assert not looks_like(b"\x83\xa4type\x00")
    assert not looks_like(b"\x00\xa4type\xa3nsp")
    assert looks_like(msgpack.packb({"data": "x" * 5000, "type": 2, "nsp": "/"}))


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    """Any bytes decode or are a PacketError."""
    for candidate in (data, b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data" + data):
        try:
            packet, attachments = decode(candidate)
        except PacketError:
            continue
        assert packet.attachments == len(attachments)
        json.loads(packet.data or "null")

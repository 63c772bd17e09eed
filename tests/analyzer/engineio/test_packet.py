"""Engine.IO packets: the protocol's vectors, base64 as peers read it, and losslessness."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio.packet import (
    TYPES,
    Packet,
    decode_binary,
    decode_text,
    encode_base64,
    encode_binary,
    encode_text,
)
from analyzer.issues import Issue, PacketError

GOOD = [
    ("E1-message", 4, "4hello", Packet("message", "hello")),
    ("E1-ping", 4, "2", Packet("ping", "")),
    ("E2", 4, "bAQIDBA==", Packet("message", b"\1\2\3\4")),
    ("E4", 4, "bAQI", Packet("message", b"\1\2", "bAQI")),
    ("E4-padded", 4, "bAQI=", Packet("message", b"\1\2")),
    ("E4-empty", 4, "b", Packet("message", b"")),
    ("E5-unpadded", 4, "bAQIDBA", Packet("message", b"\1\2\3\4", "bAQIDBA")),
    ("E5-newline", 4, "bAQID\n", Packet("message", b"\1\2\3", "bAQID\n")),
    ("E6", 4, "2:40", Packet("ping", ":40")),
    ("E7", 4, "4", Packet("message", "")),
    ("E10-noop", 4, "6", Packet("noop", "")),
    ("E10-close", 4, "1", Packet("close", "")),
    ("E13", 3, "4😀", Packet("message", "😀")),
    ("E25", 3, "b4AQID", Packet("message", b"\1\2\3")),
    ("E26", 3, "b4AQIDBA=", Packet("message", b"\1\2\3\4", "b4AQIDBA=")),
    ("E-probe", 4, "3probe", Packet("pong", "probe")),
    ("E-revision-2", 2, "b4AQID", Packet("message", b"\1\2\3")),
    ("X39-open", 4, "0", Packet("open", "")),
    ("X40", 4, "0not json", Packet("open", "not json")),
]

BAD_TEXT = [
    ("X1-seven", 4, "7"),
    ("X1-nine", 4, "9"),
    ("X1-letter", 4, "a"),
    ("X1-empty", 4, ""),
    ("X7", 3, "7"),
    ("X9-base64", 3, "b9AQIDBA=="),
    ("X9-bare", 3, "b"),
    ("foreign-digit", 4, "٤a"),
]

BAD_BINARY = [("X9-ascii", b"4abc"), ("X9-seven", b"\x07\xff"), ("X9-empty", b"")]


@pytest.mark.parametrize(("revision", "text", "packet"), [x[1:] for x in GOOD], ids=[x[0] for x in GOOD])
def test_good_vectors(revision: int, text: str, packet: Packet) -> None:
    """A text packet decodes as the protocol says, and encodes to what was sent."""
    assert decode_text(text, revision) == packet
    assert encode_text(packet, revision) == text


@pytest.mark.parametrize(("revision", "text"), [x[1:] for x in BAD_TEXT], ids=[x[0] for x in BAD_TEXT])
def test_bad_text(revision: int, text: str) -> None:
    """Text that begins with no type is one documented error."""
    with pytest.raises(PacketError) as caught:
        decode_text(text, revision)
    assert caught.value.code == Issue.EIO_BAD_PACKET


@pytest.mark.parametrize("data", [x[1] for x in BAD_BINARY], ids=[x[0] for x in BAD_BINARY])
def test_bad_binary(data: bytes) -> None:
    """Revision 3 binary without a type byte is one documented error."""
    with pytest.raises(PacketError) as caught:
        decode_binary(data, 3)
    assert caught.value.code == Issue.EIO_BAD_PACKET


@pytest.mark.parametrize(
    ("revision", "data", "packet"),
    [
        pytest.param(4, b"\4\1\2\3\4", Packet("message", b"\4\1\2\3\4"), id="E8"),
        pytest.param(4, b"", Packet("message", b""), id="E9"),
        pytest.param(3, b"\4\5\6", Packet("message", b"\5\6"), id="E24"),
        pytest.param(3, b"\2", Packet("ping", b""), id="E24-ping"),
    ],
)
def test_binary_vectors(revision: int, data: bytes, packet: Packet) -> None:
    """A binary message decodes as the protocol says, and encodes to what was sent."""
    assert decode_binary(data, revision) == packet
    assert encode_binary(packet, revision) == data


@pytest.mark.parametrize("text", ["b!!", "bé", "b\ud800"], ids=["X4", "letter", "surrogate"])
def test_base64_without_base64_is_empty_and_marked(text: str) -> None:
    """X4: official parsers make an empty binary of it; the mark tells that it was none."""
    packet = decode_text(text, 4)
    assert packet[:3] == ("message", b"", text)
    assert packet.issue == Issue.EIO_BAD_BASE64
    assert packet.detail is not None
    assert packet.detail.isprintable()


def test_base64_in_lines_is_clean() -> None:
    """Java wraps base64 after 76 characters and ends it with a line feed."""
    data = bytes(range(200))
    text = "b" + base64.encodebytes(data).decode()
    assert decode_text(text, 4) == Packet("message", data, text)


@pytest.mark.parametrize(
    ("text", "data"),
    [("b-_-_", b"\xfb\xff\xbf"), ("bAQ==AQ==", b"\1"), ("bAQIDB", b"\1\2\3"), ("b====", b""), ("bAR==", b"\1")],
)
def test_base64_oddities(text: str, data: bytes) -> None:
    """URL-safe digits count, padding ends the data, a lone digit is dropped, spare bits are ignored."""
    packet = decode_text(text, 4)
    assert packet.data == data
    assert encode_text(packet, 4) == text


@given(st.text(max_size=20), st.sampled_from([2, 3, 4]))
def test_any_text_comes_back(text: str, revision: int) -> None:
    """encode_text(decode_text(x)) == x for any text that decodes."""
    for candidate in (text, "b" + text, "b4" + text):
        try:
            packet = decode_text(candidate, revision)
        except PacketError:
            continue
        assert encode_text(packet, revision) == candidate


@given(st.binary(max_size=20), st.sampled_from([3, 4]))
def test_any_binary_comes_back(data: bytes, revision: int) -> None:
    """encode_binary(decode_binary(x)) == x for any bytes that decode."""
    try:
        packet = decode_binary(data, revision)
    except PacketError:
        return
    assert encode_binary(packet, revision) == data


@given(st.binary(max_size=20), st.sampled_from(TYPES))
def test_base64_comes_back(data: bytes, name: str) -> None:
    """What encode_base64 writes is clean and decodes to the same packet."""
    assert decode_text(encode_base64(Packet(name, data), 3), 3) == Packet(name, data)
    assert decode_text(encode_base64(Packet("message", data), 4), 4) == Packet("message", data)

"""The framings of revision 3, text and packed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio.entry import Entry
from analyzer.engineio.packet import decode_binary
from analyzer.engineio.payload3 import join_packed, join_text, split_packed, split_text
from analyzer.issues import Issue


def test_joined_text() -> None:
    """Lengths count UTF-16 units, bytes where swapped; bytes become base64 with their type digit."""
    assert join_text(["4a😀", b"\4\1"]) == "4:4a😀6:b4AQ==".encode()
    assert join_text(["4€"], swapped=True) == "4:4€".encode()
    assert join_text([b"\2", b"", b"\x99x"]) == b"2:b22:b46:b4eA=="


def test_joined_packed() -> None:
    """Lengths count bytes, UTF-16 units of text where swapped."""
    assert join_packed(["4€" + "a" * 9, b"\4\1"]) == b"\0\1\3\xff4\xe2\x82\xac" + b"a" * 9 + b"\1\2\xff\4\1"
    assert join_packed(["4€", b"\4\xff"], swapped=True) == b"\0\2\xff4\xe2\x82\xac\1\2\xff\4\xff"


def test_short_packed_entry_is_taken_and_marked() -> None:
    """X10: parsers accept a last entry that is too short; where the body is known to be cut it is left raw."""
    body = bytes.fromhex("0105ff04010203")
    [entry] = split_packed(body)
    assert (entry.binary, entry.size) == (b"\4\1\2\3", 4)
    assert entry.error is not None
    assert decode_binary(entry.binary or b"", 3).data == b"\1\2\3"
    [entry] = split_packed(body, cut=True)
    assert (entry.binary, entry.raw) == (None, body)


def test_kind_other_than_0_and_1_is_binary_and_marked() -> None:
    """X11: any kind but 0 is read as binary."""
    [entry] = split_packed(b"\2\1\xff\4")
    assert entry.binary == b"\4"
    assert entry.error is not None


def test_lone_surrogates_count_as_one_unit() -> None:
    """A surrogate in three bytes is a character, as utf8.js writes it."""
    assert list(split_text(b"2:4\xed\xa0\x801:2")) == [Entry("4\ud800", None, 4), Entry("2", None, 1)]


@pytest.mark.parametrize(
    ("body", "read"),
    [("2:4😀1:2", 0), ("1:22:4😀€1:2", 1), ("3:4😀2:4😀", 1)],
)
def test_length_that_ends_within_a_character(body: str, read: int) -> None:
    """Half a surrogate pair cannot end a packet."""
    *good, last = split_text(body.encode())
    assert [entry.error for entry in good] == [None] * read
    assert last.error is not None
    assert last.error.code == Issue.EIO_BAD_PAYLOAD
    assert body.encode().endswith(last.raw or b"?")


@given(st.lists(st.text(min_size=1, max_size=6), max_size=4), st.booleans(), st.binary(max_size=5))
def test_what_follows_broken_framing_changes_nothing(packets: list[str], swapped: bool, rest: bytes) -> None:
    """Entries before an error are those of a body without it."""
    expected = [Entry(packet, None, len(packet.encode())) for packet in packets]
    for join, split in ((join_text, split_text), (join_packed, split_packed)):
        found = list(split(join(packets, swapped) + b"?" + rest, swapped))
        assert found[: len(packets)] == expected

"""HPACK, compared with the library's own decoder where nothing is missing."""

import random
from functools import partial

import pytest
from hpack import Decoder, Encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.wire.http2_fields import UNKNOWN, Block, FieldDecoder
from tests.work import in_proportion

NAMES = st.sampled_from([":path", ":status", "cookie", "x-a", "content-type", "server", "date", "x-" + "n" * 50])
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
LISTS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
LIMIT = 1 << 16


def encoded(blocks: list[list[tuple[str, str]]], sizes: dict[int, int]) -> list[bytes]:
    """The blocks as one peer sends them; before block ``i`` it changes its table to ``sizes[i]`` bytes."""
    encoder, found = Encoder(), []
    for i, fields in enumerate(blocks):
        if i in sizes:
            encoder.header_table_size = sizes[i]
        found.append(encoder.encode(fields, huffman=bool(i % 3)))
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(LISTS, max_size=12), st.dictionaries(st.integers(0, 11), st.sampled_from([0, 40, 100, 300, 9000])))
def test_as_the_library_decodes(blocks: list[list[tuple[str, str]]], sizes: dict[int, int]) -> None:
    """Whatever an encoder sends, and however large its table is, the fields are those that were meant."""
    decoder, theirs = FieldDecoder(LIMIT), Decoder()
    theirs.max_allowed_table_size = 1 << 20
    for fields, block in zip(blocks, encoded(blocks, sizes), strict=True):
        assert decoder.decode(block) == Block(fields)
        assert [(n.decode(), v.decode()) for n, v in theirs.decode(block, raw=True)] == fields


@settings(max_examples=150, deadline=None)
@given(st.lists(LISTS, min_size=2, max_size=12), st.data())
def test_behind_a_missed_block_nothing_is_wrong(blocks: list[list[tuple[str, str]]], data: st.DataObject) -> None:
    """Each field is the right one or unknown, and literals keep their values."""
    sizes = data.draw(st.dictionaries(st.integers(0, 11), st.sampled_from([0, 40, 300, 9000])))
    missed = data.draw(st.sets(st.integers(0, len(blocks) - 1), min_size=1))
    decoder = FieldDecoder(LIMIT)
    for i, (fields, block) in enumerate(zip(blocks, encoded(blocks, sizes), strict=True)):
        if i in missed:
            decoder.lose()
            continue
        found, fault, unknown = decoder.decode(block)
        assert fault is None
        assert len(found) == len(fields)
        for got, meant in zip(found, fields, strict=True):
            assert got in (meant, UNKNOWN, ("?", meant[1]))
        assert unknown == any(got != meant for got, meant in zip(found, fields, strict=True))


@given(st.binary(max_size=80))
def test_any_bytes(raw: bytes) -> None:
    """Nothing raises, and what the library accepts means the same; more is accepted than it does."""
    theirs = Decoder()
    theirs.max_allowed_table_size = 1 << 30
    found = FieldDecoder(LIMIT).decode(raw)
    try:
        fields = theirs.decode(raw, raw=True)
    except Exception:
        return
    assert found.fields == [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in fields]
    assert found.fault is None


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (b"\x80", "index 0"),
        (b"\xff\x80\x80\x80\x80\x80\x80\x01", "too large"),
        (b"\xbe", "index 62"),
        (b"\x40", "cut short"),
        (b"\x40\x05ab", "cut short"),
        (b"\x00\x81\xff\x00", "Huffman"),
        (b"\x40\x01a\x84\xff\xff\xff\xff", "Huffman"),
    ],
)
def test_bad_blocks(block: bytes, fault: str) -> None:
    """A bad block gives the fields before the fault; then the table is not known any more, and reading goes on."""
    decoder = FieldDecoder(LIMIT)
    assert decoder.decode(b"\x40\x01x\x01y").fields == [("x", "y")]
    if fault == "index 62":
        assert decoder.decode(block) == Block([("x", "y")])
        return
    found = decoder.decode(b"\x82" + block)
    assert found.fields == [(":method", "GET")]
    assert found.fault is not None
    assert fault in found.fault
    assert decoder.decode(b"\x82\xbe") == Block([(":method", "GET"), UNKNOWN], None, True)
    assert decoder.decode(b"\x40\x01z\x01y\xbe").fields == [("z", "y"), ("z", "y")]


def test_an_index_that_no_field_has() -> None:
    """In a table that is known an index beyond it is a fault."""
    found = FieldDecoder(LIMIT).decode(b"\xbe")
    assert found.fault == "a header block with the index 62 that no field has"


def test_an_empty_table_is_known() -> None:
    """A peer that empties its table makes a lost one known again."""
    decoder = FieldDecoder(LIMIT)
    decoder.lose()
    assert decoder.decode(b"\xbe").fields == [UNKNOWN]
    assert decoder.decode(b"\x20\x3f\xe1\x1f\xbe").fault is not None


def test_bombs() -> None:
    """Many references to a large field give no more than the limit, quickly; the table stays in step."""
    decoder = FieldDecoder(LIMIT)
    decoder.decode(b"\x40\x01a\x7f\x81\x1e" + b"x" * 4000)
    found = decoder.decode(b"\xbe" * 200_000 + b"\x40\x01b\x01c")
    assert found.fault == "a header block of more than 65536 bytes"
    assert sum(len(n) + len(v) + 32 for n, v in found.fields) <= LIMIT
    assert decoder.decode(b"\xbe") == Block([("b", "c")])
    assert in_proportion(lambda count: partial(decoder.decode, b"\xbe" * count), 5_000)


def test_a_table_that_is_too_large() -> None:
    """Of a huge table the newest part is kept; what lies beyond is unknown, never wrong."""
    decoder = FieldDecoder(LIMIT)
    decoder.decode(b"\x3f\xe1\xff\xff\xff\x03")
    for i in range(1500):
        decoder.decode(b"\x40\x01a\x7f\x81\x06%04d" % i + b"x" * 892 + b"")
    assert decoder.decode(b"\xbe").fields[0][1].startswith("1499")
    assert decoder.decode(b"\xff" + bytes([0x80 | (1400 + 61 - 127) & 0x7F, (1400 + 61 - 127) >> 7])).fields == [
        UNKNOWN
    ]
    assert decoder.lost


def test_many_small_entries_stay_quick() -> None:
    """Filling and emptying the table costs what is put in, in whatever pieces that comes."""
    decoder, chance = FieldDecoder(LIMIT), random.Random(1)
    blocks = [b"".join(b"\x40\x01a\x02%02x" % chance.randrange(256) for _ in range(1000)) for _ in range(50)]
    for block in blocks:
        assert len(decoder.decode(block).fields) == 1000
    assert in_proportion(lambda count: lambda: [decoder.decode(block) for block in blocks[:count]], 10)
    assert in_proportion(lambda count: partial(decoder.decode, b"".join(blocks[:count])), 2)

"""Header blocks that are remembered: the same fields as without a memory, whatever came between."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.wire.http2_fields import Block, FieldDecoder
from analyzer.wire.http2_known import BLOCKS, LARGEST, Known, Section

LIMIT = 1 << 16
PATHS = st.sampled_from([b"/", b"/a?t=1", b"/a?t=2", b"/" + b"x" * 100, b""])
PIECES = st.one_of(
    st.sampled_from([b"\x82", b"\x84", b"\x87", b"\xbe", b"\xbf", b"\x20", b"\x3f\xe1\x1f", b"\x3f\x45"]),
    st.sampled_from([b"\x40\x01a\x01b", b"\x7e\x02cd", b"\x00\x01x\x01y", b"\x0f\x0d\x02", b"\x04\x82\xff\xff"]),
    PATHS.map(lambda path: b"\x04" + bytes([len(path)]) + path),
    st.just(b"\x04\x85\x60\xd5\x48\x5f\x2b"),
)


class Forgetful(FieldDecoder):
    """Remembers nothing."""

    def decode(self, block: bytes) -> Block:
        self._known = Known()
        return super().decode(block)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=5).map(b"".join), max_size=4), st.data())
def test_a_memory_changes_nothing(blocks: list[bytes], data: st.DataObject) -> None:
    """Blocks that come again in any order, between them those that change the table or are broken."""
    decoder, reference = FieldDecoder(LIMIT), Forgetful(LIMIT)
    if not blocks:
        return
    for block in data.draw(st.lists(st.sampled_from(blocks), max_size=12)):
        assert decoder.decode(block) == reference.decode(block)
        assert decoder.lost == reference.lost


def path(text: bytes) -> bytes:
    """A request's block: GET, that path, https."""
    return b"\x82\x04" + bytes([len(text)]) + text + b"\x87"


def test_requests_that_differ_in_their_paths() -> None:
    """Are of one form, each with its own target."""
    decoder = FieldDecoder(LIMIT)
    assert not isinstance(decoder.decode(path(b"/a")).fields, Section)
    first, second = decoder.decode(path(b"/b")).fields, decoder.decode(path(b"/longer")).fields
    assert isinstance(first, Section)
    assert isinstance(second, Section)
    assert first == [(":method", "GET"), (":path", "/b"), (":scheme", "https")]
    assert (first.target, second.target) == ("/b", "/longer")
    assert first.form is second.form


def test_the_limit_counts() -> None:
    """A path that makes a block of a known form too large is a fault, as it was the first time."""
    decoder = FieldDecoder(200)
    assert decoder.decode(path(b"/a")).fault is None
    assert decoder.decode(path(b"/b")).fault is None
    assert decoder.decode(path(b"/" + b"x" * 99)).fault == "a header block of more than 200 bytes"


def test_a_bounded_memory() -> None:
    """Many blocks and large ones are not kept."""
    known = Known()
    for i in range(3 * BLOCKS):
        known.keep(b"%d" % i, [("a", "b")], LIMIT)
        known.keep(path(b"/")[:-1] + b"\x87" * (i % 90), [("a", "b"), (":path", "/")], LIMIT)
    assert known.find(b"%d" % (3 * BLOCKS - 1)) == [("a", "b")]
    assert known.find(b"0") is None
    known.keep(b"large", [("a", "b" * LARGEST)], LIMIT)
    assert known.find(b"large") is None

"""permessage-deflate, as negotiated and as broken."""

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyzer.wire.deflate as wire_deflate
from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.deflate import Inflated, Inflater, Params, parse_extension
from tests.streams import Deflater
from tests.work import CountedZlib

TEXTS = [b'42["event",{"number":%d,"text":"again and again"}]' % n for n in range(50)]


@pytest.mark.parametrize(
    ("header", "params"),
    [
        ("permessage-deflate", Params()),
        ("Permessage-Deflate ; server_no_context_takeover", Params(server_takeover=False)),
        ("permessage-deflate; client_no_context_takeover;server_max_window_bits=10", Params(True, False, 10, 15)),
        ('permessage-deflate; client_max_window_bits="12"', Params(client_bits=12)),
        ("permessage-deflate; client_max_window_bits", Params()),
        ("permessage-deflate; server_max_window_bits=99; client_max_window_bits=x", Params()),
        ("x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=8", Params(server_bits=8)),
        ("permessage-deflate; server_max_window_bits=²", Params()),
        ("", None),
        ("permessage-bzip2", None),
        (";,;=,", None),
    ],
)
def test_what_the_answer_settles(header: str, params: Params | None) -> None:
    """RFC 7692 section 7.1, leniently."""
    assert parse_extension(header) == params


@given(st.text(max_size=80))
def test_any_header_is_read_without_complaint(header: str) -> None:
    """It is a stranger's text."""
    assert parse_extension(header) is None or "permessage-deflate" in header.lower()


@pytest.mark.parametrize("bits", [9, 10, 12, 15])
@pytest.mark.parametrize("takeover", [True, False])
def test_messages_inflate_in_order(bits: int, takeover: bool) -> None:
    """With every window, with and without context takeover."""
    deflate, inflater = Deflater(bits, takeover), Inflater(bits, takeover)
    assert [inflater.inflate(deflate(text)) for text in TEXTS] == [Inflated(text) for text in TEXTS]


def test_each_side_has_its_own_parameters() -> None:
    """The server's and the client's."""
    params = Params(server_takeover=False, client_takeover=True, server_bits=9, client_bits=15)
    deflate = Deflater()
    packed = [deflate(text) for text in TEXTS]
    client, server = Inflater.for_client(params, Limits()), Inflater.for_server(params, Limits())
    assert [client.inflate(data).issue for data in packed[:2]] == [None, None]
    assert [server.inflate(data).issue for data in packed[:2]] == [None, Issue.WS_BAD_DEFLATE]


def test_the_examples_of_rfc_7692() -> None:
    """Section 7.2.3: one block, shared window, no compression, a final block, two blocks, and an empty message."""
    inflater = Inflater()
    for wire in (
        "f248cdc9c90700",
        "f200110000",
        "000500faff48656c6c6f00",
        "f348cdc9c9070000",
        "f248050000 00ffffcac9c90700",
    ):
        assert inflater.inflate(bytes.fromhex(wire)) == Inflated(b"Hello")
    assert inflater.inflate(b"\x00") == Inflated(b"")
    assert inflater.inflate(b"") == Inflated(b"")


def test_the_window_lives_on_behind_a_final_block() -> None:
    """RFC 7692 section 7.2.3.4; also where the sender forgot the byte behind it."""
    first = zlib.compressobj(wbits=-15)
    text = b"a text that the next message refers to"
    for ending in (b"\x00", b""):
        inflater = Inflater()
        final = first.copy()
        assert inflater.inflate(final.compress(text) + final.flush() + ending) == Inflated(text)
        second = zlib.compressobj(wbits=-15, zdict=text)
        packed = (second.compress(text) + second.flush(zlib.Z_SYNC_FLUSH))[:-4]
        assert inflater.inflate(packed) == Inflated(text)


def test_a_message_may_go_on_behind_a_final_block() -> None:
    """The rest is a stream of its own that shares the window."""
    one = zlib.compressobj(wbits=-15)
    two = zlib.compressobj(wbits=-15, zdict=b"shared words ")
    packed = (
        one.compress(b"shared words ") + one.flush() + two.compress(b"shared words!") + two.flush(zlib.Z_SYNC_FLUSH)
    )
    assert Inflater().inflate(packed[:-4]) == Inflated(b"shared words shared words!")


def test_a_message_that_refers_to_what_is_lost_fails_with_its_bytes() -> None:
    """The next ones are tried again; those that stand alone inflate."""
    deflate, inflater = Deflater(), Inflater()
    packed = [deflate(text) for text in TEXTS[:3]]
    inflater.inflate(packed[0])
    inflater.reset()
    found = inflater.inflate(packed[1])
    assert (found.payload, found.issue) == (packed[1], Issue.WS_BAD_DEFLATE)
    assert "too far back" in str(found.detail)
    assert inflater.inflate(Deflater()(b"alone")) == Inflated(b"alone")


def test_a_message_that_breaks_off_inside_a_block_is_noticed() -> None:
    """zlib alone would not say so; what follows is not read with its codes."""
    deflate, inflater = Deflater(), Inflater()
    packed = deflate(random.Random(2).randbytes(400).hex().encode())
    found = inflater.inflate(packed[:200])
    assert (found.payload, found.issue) == (packed[:200], Issue.WS_BAD_DEFLATE)
    assert inflater.inflate(Deflater()(b"alone")) == Inflated(b"alone")


@pytest.mark.parametrize("takeover", [True, False])
def test_a_bomb_is_cut_at_the_limit(takeover: bool) -> None:
    """And the window is kept where that costs little."""
    deflate, inflater = Deflater(takeover=takeover), Inflater(15, takeover, limit=1000)
    found = inflater.inflate(deflate(b"x" * 2000 + b"the end"))
    assert (found.payload, found.issue) == (b"x" * 1000, Issue.WS_MESSAGE_LIMIT)
    assert inflater.inflate(deflate(b"the end")) == Inflated(b"the end")
    assert inflater.inflate(Deflater()(b"y" * 1000)) == Inflated(b"y" * 1000)


def test_a_huge_bomb_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """256 MiB in 256 KiB, of which little more than the limit is inflated; then the inflater goes on."""
    packed, limit, counted = Deflater()(bytes(1 << 28)), 1 << 20, CountedZlib()
    monkeypatch.setattr(wire_deflate, "zlib", counted.module)
    inflater = Inflater(limit=limit)
    assert inflater.inflate(packed).issue == Issue.WS_MESSAGE_LIMIT
    assert limit < counted.given <= (1 + wire_deflate.READ_PAST) * limit + wire_deflate.PIECE
    assert inflater.inflate(Deflater()(b"alone")) == Inflated(b"alone")


def test_endless_final_blocks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would cost a new stream."""
    counted = CountedZlib()
    monkeypatch.setattr(wire_deflate, "zlib", counted.module)
    assert Inflater().inflate(b"\x03\x00" * 500_000).issue == Issue.WS_BAD_DEFLATE
    assert counted.made <= wire_deflate.FINALS + 2


def test_the_beginning_of_a_message_that_is_cut() -> None:
    """Nothing where it refers to what is lost."""
    text = random.Random(3).randbytes(300).hex().encode()
    packed = Deflater()(text)
    beginning = Inflater().prefix(packed[:200])
    assert beginning
    assert text.startswith(beginning)
    assert Inflater().prefix(b"\xff\xff") == b""
    assert Inflater().prefix(b"") == b""


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=40), max_size=6), st.booleans())
def test_any_bytes_inflate_or_fail(messages: list[bytes], takeover: bool) -> None:
    """Never anything else; and afterwards a sound message inflates."""
    inflater = Inflater(15, takeover, limit=500)
    for data in messages:
        found = inflater.inflate(data)
        assert found.issue in (None, Issue.WS_BAD_DEFLATE, Issue.WS_MESSAGE_LIMIT)
        assert found.issue != Issue.WS_BAD_DEFLATE or found.payload == data
        assert len(found.payload) <= 500
    assert inflater.inflate(Deflater()(b"sound")) == Inflated(b"sound")

"""Bodies: content, what it costs on the wire, and whose packets it holds."""

import gzip
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio.payload import decode_double
from analyzer.limits import DEFAULT, Limits
from analyzer.sessions.body import Body, convincing, looks_legacy, payloads, plain
from analyzer.wire.http1 import HttpMessage
from tests.analyzer.sessions.drive import OPEN4, answer_head

OPEN3 = b'0{"sid":"T"}'


def message(body: bytes, encoding: str | None = None, **columns: object) -> HttpMessage:
    """An answer with this body."""
    headers = [] if encoding is None else [("content-encoding", encoding)]
    return HttpMessage(answer_head(0, 200, headers), body, len(body), 0, 1)._replace(**columns)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity "])
def test_a_plain_body_is_its_content(encoding: str | None) -> None:
    """Without a coding the bytes are the content, with what is wrong with them and what lies behind a hole."""
    sent = message(b"abc", encoding, issue="http_body_cut", detail="why", tail=b"xyz")
    assert Body.of(sent, DEFAULT) == Body(b"abc", 3, "http_body_cut", "why", b"xyz")


def test_a_compressed_body_is_inflated() -> None:
    """The content is what was compressed; the size on the wire stays."""
    sent = gzip.compress(b"2" * 100)
    assert Body.of(message(sent, "gzip"), DEFAULT) == Body(b"2" * 100, len(sent))


def test_an_empty_body_needs_no_inflating() -> None:
    """No bytes are no damage, whatever the header promises."""
    assert Body.of(message(b"", "gzip"), DEFAULT).issue is None


def test_damaged_compression_is_told() -> None:
    """What cannot be inflated is an oddity, not an exception."""
    assert Body.of(message(b"no gzip at all", "gzip"), DEFAULT).issue == "http_bad_encoding"


def test_a_hole_comes_before_the_damage_it_makes() -> None:
    """A compressed body with a hole is cut; that it cannot be inflated to its end follows from it."""
    body = Body.of(message(gzip.compress(b"abc")[:-9], "gzip", issue="http_body_cut", detail="hole"), DEFAULT)
    assert (body.issue, body.detail) == ("http_body_cut", "hole")


def test_a_bomb_is_limited() -> None:
    """No more is kept than the limit on inflated bytes."""
    body = Body.of(message(gzip.compress(b"2" * 100_000), "gzip"), Limits(inflated=1000))
    assert (len(body.data), body.issue) == (1000, "http_body_limit")


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=20), st.integers(0, 10_000))
def test_shares_add_up(sizes: list[int], wire_size: int) -> None:
    """Parts of a compressed body share its bytes on the wire, none less than nothing, all of them together."""
    body = Body(bytes(sum(sizes)), wire_size)
    shares = body.shares(sizes)
    assert len(shares) == len(sizes)
    assert min(shares) >= 0
    assert not sum(sizes) or sum(shares) == wire_size


def test_parts_of_a_plain_body_cost_what_they_are() -> None:
    """Nothing is shared out where nothing was compressed; framing is nobody's."""
    assert Body(b"2\x1e3", 3).shares([1, 1]) == [1, 1]


def texts(body: Body, engine: int | None, once: Callable[[str], str] | None = None) -> list[str | None]:
    """Texts of a body's entries, None where framing is broken."""
    return [entry.text for entry in payloads(body, engine, "text/plain", once)]


def test_payloads_of_both_revisions() -> None:
    """The session's revision says how packets are told apart; unknown, the body does."""
    assert texts(Body(b"2\x1e3", 3), 4) == ["2", "3"]
    assert texts(Body(b"1:21:3", 6), 3) == ["2", "3"]
    assert texts(Body(b"1:21:3", 6), None) == ["2", "3"]
    assert [e.binary for e in payloads(Body(b"\x01\x02\xff\x04x", 5), 3, "application/octet-stream")] == [b"\x04x"]


def test_legacy_text_is_decoded_twice() -> None:
    """Only a session of socket.io 1.x has its text in UTF-8 twice."""
    twice = '4"€"'.encode().decode("latin-1")
    body = Body(f"{len(twice)}:{twice}".encode(), 0)
    assert texts(body, 3, lambda text: decode_double(text) or text) == ['4"€"']
    assert texts(body, 3) == [twice]


def test_what_lies_behind_a_hole() -> None:
    """Revision 4 goes on at the next separator; revision 3 cannot tell where a packet begins."""
    cut = Body(b"2\x1e42[", 9, "http_body_cut", "hole", b']\x1e42["b"]')
    assert texts(cut, 4) == ["2", None, None, '42["b"]']
    last = list(payloads(Body(b"1:2", 9, "http_body_cut", "hole", b"1:3"), 3, None))[-1]
    assert (last.text, last.raw) == (None, b"1:3")


@pytest.mark.parametrize(
    ("body", "legacy"),
    [
        (b"12:" + OPEN3, True),
        (b"12:" + OPEN3 + b"2:40", False),
        (b"\x00\x01\x02\xff" + OPEN3 + b"\x00\x02\xff40", True),
    ],
    ids=["no-connect", "connect", "packed"],
)
def test_marks_of_socketio_1(body: bytes, legacy: bool) -> None:
    """A handshake without CONNECT, or packed though all of it is text, is of 1.x."""
    assert looks_legacy(Body(body, len(body))) is legacy


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (OPEN4, True),
        ('42["a"]', True),
        ('2\x1e420["a",1]', True),
        ('43/chat,0[{"ok":1}]', True),
        ('40{"sid":"x"}', True),
        ("2", False),
        ("40", False),
        ("ok", False),
        ("4 score", False),
        ('42["a"]\x1eprose', False),
        ("", False),
    ],
)
def test_what_proves_engine_io(body: str, sure: bool) -> None:
    """An answer without its request counts only where all of it is packets and one of them says much."""
    assert convincing(list(payloads(Body(body.encode(), len(body)), 4, None))) is sure


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4), st.sampled_from("02346"))
def test_the_quick_way_gives_the_same(texts: list[str], kind: str) -> None:
    """The commonest body there is is divided at once, to the same packets."""
    sent = message((kind + "\x1e".join(texts)).encode())
    assert plain(Body.of(sent, DEFAULT)) == [entry.text for entry in payloads(Body.of(sent, DEFAULT), 4, None)]


@pytest.mark.parametrize(
    "sent",
    [
        message(b"4a", "gzip"),
        message(b"bAQI="),
        message(b"4a", issue="http_body_cut"),
        message(b"4a", tail=b"x"),
        message(b"4\xff"),
        message(b"4a", wire_size=None),
        message(b""),
    ],
)
def test_other_bodies_take_the_long_way(sent: HttpMessage) -> None:
    """What is compressed, binary, damaged, or of unknown size."""
    assert plain(Body.of(sent, DEFAULT)) is None

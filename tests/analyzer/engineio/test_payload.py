"""Polling payloads: the protocol's vectors of every revision and form, cut bodies, and split(encode(x)) == x."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio.packet import decode_text
from analyzer.engineio.payload import (
    Entry,
    Form,
    decode_double,
    encode_double,
    encode_payload,
    guess_form,
    resync4,
    split,
)
from analyzer.issues import Issue

TEXT4, TEXT3, PACKED, DOUBLE = Form(4), Form(3), Form(3, packed=True), Form(3, double=True)
REQUEST, RESPONSE = Form(3, jsonp="request"), Form(3, jsonp="response")
OPEN = '0{"sid":"RTCDSwRiSQORwnsyAAAA","upgrades":["websocket"],"pingInterval":1500,"pingTimeout":1000}'
SCRIPT = '___eio[3]("8:4a\\nb\\\\n\\"\\u2028");'

# id, form, body, entries: text, bytes, or an error: its code, or code and what was left
GOOD: list[tuple[str, Form, bytes, list[Any]]] = [
    ("E1", TEXT4, b"4hello\x1e2\x1e4world", ["4hello", "2", "4world"]),
    ("E2", TEXT4, b"4hello\x1ebAQIDBA==", ["4hello", "bAQIDBA=="]),
    ("E3", TEXT4, b"4\xe2\x82\xac", ["4€"]),
    ("E4", TEXT4, b"b", ["b"]),
    ("E6", TEXT4, b"2:40", ["2:40"]),
    ("E7", TEXT4, b"4", ["4"]),
    ("E10", TEXT4, b"6\x1e1", ["6", "1"]),
    ("E11", TEXT3, b"6:4hello6:4world", ["4hello", "4world"]),
    ("E12", TEXT3, "2:4€".encode(), ["4€"]),
    ("E13", TEXT3, "3:4😀".encode(), ["4😀"]),
    ("E14", DOUBLE, bytes.fromhex("343a34c3a2c282c2ac"), ["4€"]),
    ("E14-single", TEXT3, bytes.fromhex("343a34c3a2c282c2ac"), ["4â\u0082¬"]),
    ("E15", DOUBLE, bytes.fromhex("353a34c3b0c29fc298c280"), ["4😀"]),
    ("E16", TEXT3, "2:4€10:b4AQIDBA==".encode(), ["4€", "b4AQIDBA=="]),
    ("E17", PACKED, bytes.fromhex("0004ff34e282ac0105ff0401020304"), ["4€", b"\4\1\2\3\4"]),
    ("E18", PACKED, bytes.fromhex("0001ff32"), ["2"]),
    ("E19", PACKED, b"\0\x09\x05\xff" + OPEN.encode(), [OPEN]),
    ("E20-text", TEXT3, b"0:", []),
    ("E20-packed", PACKED, b"", []),
    ("E21", TEXT3, b"0:1:2", ["2"]),
    ("E22", TEXT3, b"1:21:3", ["2", "3"]),
    ("E22-colon", TEXT3, b"3:4a:", ["4a:"]),
    ("E23", TEXT3, b"95:" + OPEN.encode() + b"2:40", [OPEN, "40"]),
    ("E26", PACKED, b"\0\x09\xffb4AQIDBA=", ["b4AQIDBA="]),
    ("E27", REQUEST, b"d=10%3A42%5B%22a%5C%5Cnb%22%5D", ['42["a\\nb"]']),
    ("E28", REQUEST, b"d=7%3A4raw%5Cnnl", ["4raw\nnl"]),
    ("E29", REQUEST, b"d=10%3A4a%2Bb+c%26d%3De", ["4a+b c&d=e"]),
    ("E30", REQUEST, b"d=5%3A4%C3%A9%E2%82%AC%F0%9F%98%80", ["4é€😀"]),
    ("E31", RESPONSE, SCRIPT.encode(), ['4a\nb\\n"\u2028']),
    ("X8-blank", TEXT3, b" 1:2", ["2"]),
    ("X8-plus", TEXT3, b"+1:2", ["2"]),
    ("X8-zero", TEXT3, b"01:2", ["2"]),
    ("X8-point", TEXT3, b"1.0:2", ["2"]),
    ("X8-hex", TEXT3, b"0x2:4a", ["4a"]),
    ("X8-exponent", TEXT3, b"1e1:4abcdefghi", ["4abcdefghi"]),
    ("X14-units", TEXT3, "4:4€1:2".encode(), ["4€1:", (Issue.EIO_BAD_PAYLOAD, b"2")]),
    ("X14-bytes", Form(3, swapped=True), "4:4€1:2".encode(), ["4€", "2"]),
]

BAD: list[tuple[str, Form, bytes, list[Any]]] = [
    ("X2-empty", TEXT4, b"", [""]),
    ("X2-first", TEXT4, b"\x1e4a", ["", "4a"]),
    ("X3-last", TEXT4, b"4a\x1e", ["4a", ""]),
    ("X3-middle", TEXT4, b"4a\x1e\x1e4b", ["4a", "", "4b"]),
    ("X3-bad", TEXT4, b"4a\x1e7x\x1e4c", ["4a", "7x", "4c"]),
    ("X5-empty", TEXT3, b"", [(Issue.EIO_BAD_PAYLOAD, b"")]),
    ("X5-bare", TEXT3, b"6", [(Issue.EIO_BAD_PAYLOAD, b"6")]),
    ("X5-letter", TEXT3, b"x:4abc", [(Issue.EIO_BAD_PAYLOAD, b"x:4abc")]),
    ("X5-short", TEXT3, b"5:4abc", [(Issue.EIO_BAD_PAYLOAD, b"5:4abc")]),
    ("X5-minus", TEXT3, b"-1:2", [(Issue.EIO_BAD_PAYLOAD, b"-1:2")]),
    ("X5-nan", TEXT3, b"NaN:2", [(Issue.EIO_BAD_PAYLOAD, b"NaN:2")]),
    ("X6-short", TEXT3, b"6:4hello6:4wor", ["4hello", (Issue.EIO_BAD_PAYLOAD, b"6:4wor")]),
    ("X6-colon", TEXT3, b"1:2:", ["2", (Issue.EIO_BAD_PAYLOAD, b":")]),
    ("X7-packet", TEXT3, b"1:7", ["7"]),
    ("X7-short", TEXT3, b"1:", [(Issue.EIO_BAD_PAYLOAD, b"1:")]),
    ("X9", TEXT3, b"10:b9AQIDBA==", ["b9AQIDBA=="]),
    ("X11-open", PACKED, b"\2\0", [(Issue.EIO_BAD_PAYLOAD, b"\2\0")]),
    ("X11-digits", PACKED, b"\0\xff4", [(Issue.EIO_BAD_PAYLOAD, b"\0\xff4")]),
    ("X11-large", PACKED, b"\0\x0a\xff4", [(Issue.EIO_BAD_PAYLOAD, b"\0\x0a\xff4")]),
    ("X11-long", PACKED, b"\0" + b"\1" * 311 + b"\xff4", [(Issue.EIO_BAD_PAYLOAD, b"\0" + b"\1" * 311 + b"\xff4")]),
]

# texts that UTF-16 can hold and that no framing forbids
texts = st.text(st.characters(exclude_characters="\x1e", exclude_categories=["Cs"]), min_size=1, max_size=12)
binaries = st.binary(max_size=8).map(lambda data: b"\4" + data)
forms3 = st.builds(Form, st.just(3), packed=st.booleans(), swapped=st.booleans())


def seen(body: bytes, form: Form, cut: bool = False) -> list[Any]:
    """Entries as the tables above write them."""
    return [shape(entry) for entry in split(body, form, cut)]


def shape(entry: Entry) -> Any:
    """One entry as the tables above write it."""
    if entry.text is None and entry.binary is None:
        return (entry.error.code if entry.error else None, entry.raw)
    return entry.binary if entry.text is None else entry.text


@pytest.mark.parametrize(("form", "body", "entries"), [x[1:] for x in GOOD], ids=[x[0] for x in GOOD])
def test_good_vectors(form: Form, body: bytes, entries: list[Any]) -> None:
    """A body gives the entries that the protocol says."""
    assert seen(body, form) == entries


@pytest.mark.parametrize(("form", "body", "entries"), [x[1:] for x in BAD], ids=[x[0] for x in BAD])
def test_bad_vectors(form: Form, body: bytes, entries: list[Any]) -> None:
    """Nothing before an error is lost, and nothing behind it where framing goes on."""
    assert seen(body, form) == entries


def test_text_that_is_not_utf8_is_marked() -> None:
    """X12: parsers refuse it; here its neighbours survive."""
    first, second = split(bytes.fromhex("0003ff34fffe0001ff32"), PACKED)
    assert (first.text, first.size, first.error is not None) == ("4\ufffd\ufffd", 3, True)
    assert (second.text, second.error) == ("2", None)
    assert seen(b"3:4\xff\xfe1:2", TEXT3) == ["4\ufffd\ufffd", "2"]
    assert seen(b"4\xff\x1e2", TEXT4) == ["4\ufffd", "2"]


@pytest.mark.parametrize(
    ("form", "body", "entries"),
    [
        (TEXT4, b"4a\x1e4b", ["4a", (Issue.EIO_BAD_PAYLOAD, b"4b")]),
        (TEXT4, b"4a\x1e", ["4a"]),
        (TEXT4, b"4a\x1e4\xe2\x82", ["4a", (Issue.EIO_BAD_PAYLOAD, b"4\xe2\x82")]),
        (TEXT3, b"2:4a9:4bc", ["4a", (Issue.EIO_BAD_PAYLOAD, b"9:4bc")]),
        (TEXT3, "2:4€2:4".encode() + b"\xe2\x82", ["4€", (Issue.EIO_BAD_PAYLOAD, b"2:4\xe2\x82")]),
        (TEXT3, b"2:4a", ["4a"]),
        (TEXT3, b"", []),
        (PACKED, b"\0\2\xff4a\1\5\xff\4", ["4a", (Issue.EIO_BAD_PAYLOAD, b"\1\5\xff\4")]),
        (Form(4, jsonp="response"), b'___eio[0]("4a\\u001e4b', ["4a", (Issue.EIO_BAD_PAYLOAD, b"4b")]),
    ],
)
def test_cut_body(form: Form, body: bytes, entries: list[Any]) -> None:
    """The last entry of a beginning comes as raw bytes, unless it is surely whole."""
    assert seen(body, form, cut=True) == entries


def test_response_that_breaks_off_is_cut_by_itself() -> None:
    """A script without the end of its call needs no telling."""
    assert seen(b'___eio[0]("4a\\u001e4b', Form(4, jsonp="response")) == ["4a", (Issue.EIO_BAD_PAYLOAD, b"4b")]


@pytest.mark.parametrize(
    ("tail", "entries"),
    [
        (b'rest"]\x1e4a\x1e2', [(Issue.EIO_BAD_PAYLOAD, b'rest"]'), "4a", "2"]),
        (b"\x1e4a", ["4a"]),
        (b"rest", [(Issue.EIO_BAD_PAYLOAD, b"rest")]),
        (b"", []),
    ],
)
def test_resync4(tail: bytes, entries: list[Any]) -> None:
    """Behind a hole entries begin after the first separator."""
    assert [shape(entry) for entry in resync4(tail)] == entries


@pytest.mark.parametrize(
    ("body", "revision", "content_type", "form"),
    [
        (b"2:40", None, None, TEXT3),
        (b"2:40", 4, None, TEXT4),
        (b"4hello", None, None, TEXT4),
        (b"0:", 2, "text/plain", TEXT3),
        (b"\0\1\xff2", None, None, PACKED),
        (b"\0\1\xff2", 3, "text/plain", PACKED),
        (b"", 3, "application/octet-stream", PACKED),
        (b"2:40", 3, "Application/Octet-Stream", TEXT3),
        (b"d=4", 4, None, Form(4, jsonp="request")),
        (b"d=1%3A2", None, None, REQUEST),
        (SCRIPT.encode(), None, None, RESPONSE),
        (b'/**/___eio[0]("4a");', 4, None, Form(4, jsonp="response")),
        ("4:4€1:2".encode(), 3, None, Form(3, swapped=True)),
        ("2:4€1:2".encode(), 3, None, TEXT3),
        (b"\0\2\xff4\xe2\x82\xac\0\1\xff2", 3, None, Form(3, packed=True, swapped=True)),
        (b"", None, None, TEXT4),
    ],
)
def test_guess_form(body: bytes, revision: int | None, content_type: str | None, form: Form) -> None:
    """The body says what request and content type leave open."""
    assert guess_form(body, revision, content_type) == form


def test_sizes_are_bytes_in_the_body() -> None:
    """Sizes count bytes, whatever lengths count."""
    assert [entry.size for entry in split("3:4😀2:4€1:2".encode(), TEXT3)] == [5, 4, 1]
    assert [entry.size for entry in split("4€\x1e2".encode(), TEXT4)] == [4, 1]


@pytest.mark.parametrize("text", ["4a", "4€", "4é", "3:4😀"], ids=["ascii", "X13", "latin", "X13-pair"])
def test_text_that_was_not_encoded_twice(text: str) -> None:
    """X13: text of 2.x is not taken for text of 1.x."""
    assert decode_double(text) is None


@given(st.text(max_size=10))
def test_double_comes_back(text: str) -> None:
    """decode_double(encode_double(x)) is x, or None where x is ASCII."""
    assert decode_double(encode_double(text)) == (None if text.isascii() else text)


@given(st.lists(texts, min_size=1, max_size=5))
def test_split_gives_back_texts_of_revision_4(packets: list[str]) -> None:
    """split(encode(x)) == x, with sizes that add up to the body."""
    body = encode_payload(packets, TEXT4)
    entries = list(split(body, TEXT4))
    assert [entry.text for entry in entries] == packets
    assert sum(entry.size for entry in entries) + len(packets) - 1 == len(body)


@given(st.lists(texts | binaries, min_size=1, max_size=5), forms3)
def test_split_gives_back_packets_of_revision_3(packets: list[str | bytes], form: Form) -> None:
    """split(encode(x)) == x in all framings; outside of packed bodies binary comes back as its base64 text."""
    entries = list(split(encode_payload(packets, form), form))
    assert [entry.error for entry in entries] == [None] * len(packets)
    for entry, packet in zip(entries, packets, strict=True):
        if isinstance(packet, bytes) and not form.packed:
            assert decode_text(entry.text or "", 3).data == packet[1:]
        else:
            assert shape(entry) == packet


@given(st.lists(texts, min_size=1, max_size=4))
def test_split_gives_back_doubled_texts(packets: list[str]) -> None:
    """split(encode(x)) == x as 1.x writes it, but for text that looks as if it were encoded once more."""
    expected = [packet for packet in packets if decode_double(packet) is None]
    assert [entry.text for entry in split(encode_payload(expected, DOUBLE), DOUBLE)] == expected or not expected


@given(st.lists(texts.filter(lambda text: "\\" not in text), min_size=1, max_size=4), st.sampled_from([3, 4]))
def test_split_gives_back_jsonp(packets: list[str], revision: int) -> None:
    """split(encode(x)) == x inside of JSONP."""
    for form in (Form(revision, jsonp="request"), Form(revision, jsonp="response")):
        assert seen(encode_payload(packets, form), form) == packets


@given(
    st.binary(max_size=40) | st.text("0123456789:4b\x1e€😀", max_size=30).map(str.encode),
    st.builds(
        Form,
        st.sampled_from([3, 4]),
        packed=st.booleans(),
        jsonp=st.sampled_from([None, "request", "response"]),
        swapped=st.booleans(),
        double=st.booleans(),
    ),
    st.booleans(),
)
def test_any_bytes_split(body: bytes, form: Form, cut: bool) -> None:
    """No bytes raise; sizes never exceed the body; every entry is text, bytes or an error."""
    entries = list(split(body, form, cut))
    assert form.jsonp or sum(entry.size for entry in entries) <= len(body)
    assert all(entry.error for entry in entries if entry.text is None and entry.binary is None)
    assert guess_form(body).revision in (3, 4)


@given(st.lists(texts, min_size=1, max_size=4), forms3 | st.just(TEXT4), st.data())
def test_cut_anywhere(packets: list[str], form: Form, data: st.DataObject) -> None:
    """Whole entries of a cut body are those of the body; at most one entry is left as raw bytes."""
    body = encode_payload(packets, form)
    end = data.draw(st.integers(0, len(body)))
    whole = [shape(entry) for entry in split(body[:end], form, cut=True)]
    texts_seen = [x for x in whole if isinstance(x, str)]
    assert texts_seen == packets[: len(texts_seen)]
    assert len(whole) - len(texts_seen) <= 1


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (TEXT3, b"1:2" * 100_000),
        (TEXT3, b"0:" * 100_000),
        (TEXT3, b"9" * 500_000),
        (TEXT3, b"99:" + "€".encode() * 100_000),
        (TEXT4, b"\x1e" * 200_000),
        (PACKED, b"\0\1\xff2" * 100_000),
        (RESPONSE, b'___eio[0]("' + b"\\" * 300_001),
        (REQUEST, b"d=" + b"%5Cn" * 100_000),
    ],
)
def test_hostile_bodies_take_linear_time(form: Form, body: bytes) -> None:
    """Many entries or long runs neither hang nor pile up."""
    assert sum(1 for _ in split(body, form)) <= 200_001
    assert guess_form(body).revision in (3, 4)

"""Socket.IO packets of the default parser: the protocol's vectors, and losslessness for any text."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.socketio.packet import TYPES, Packet, decode, encode, unescape

BUFFER = '{"_placeholder":true,"num":0}'
NEXT = '{"_placeholder":true,"num":1}'

GOOD = [
    ("S1", "0", Packet("CONNECT")),
    ("S2", '0{"token":"123"}', Packet("CONNECT", data='{"token":"123"}')),
    ("S3", '0/admin,{"sid":"s"}', Packet("CONNECT", "/admin", data='{"sid":"s"}')),
    ("S4-bare", "0/admin", Packet("CONNECT", "/admin", raw="0/admin")),
    ("S4-comma", "0/admin,", Packet("CONNECT", "/admin")),
    ("S5", "0/admin?token=1&uid=a,", Packet("CONNECT", "/admin?token=1&uid=a")),
    ("S6-root", "1", Packet("DISCONNECT")),
    ("S6-admin", "1/admin,", Packet("DISCONNECT", "/admin")),
    ("S7-root", '2["foo"]', Packet("EVENT", "/", "foo", data="[]")),
    ("S7-admin", '2/admin,["bar"]', Packet("EVENT", "/admin", "bar", data="[]")),
    ("S8-root", '212["foo"]', Packet("EVENT", "/", "foo", 12, "[]")),
    ("S8-admin", '2/admin,13["bar"]', Packet("EVENT", "/admin", "bar", 13, "[]")),
    ("S8-zero", '20["a"]', Packet("EVENT", "/", "a", 0, "[]")),
    ("S9-admin", '3/admin,13["bar"]', Packet("ACK", "/admin", None, 13, '["bar"]')),
    ("S9-empty", "30[]", Packet("ACK", "/", None, 0, "[]")),
    ("S10-object", '4{"message":"Not authorized"}', Packet("CONNECT_ERROR", data='{"message":"Not authorized"}')),
    ("S10-string", '4"boom"', Packet("CONNECT_ERROR", data='"boom"')),
    ("S10-namespace", '4/a,"Invalid namespace"', Packet("CONNECT_ERROR", "/a", data='"Invalid namespace"')),
    ("S11-number", '2[1,"a"]', Packet("EVENT", "/", "1", data='["a"]', raw='2[1,"a"]')),
    ("S11-empty", '2[""]', Packet("EVENT", "/", "", data="[]")),
    ("S12", '2["a",null,true,1.5e3]', Packet("EVENT", "/", "a", data="[null,true,1.5e3]")),
    ("S13", f'2["a",{BUFFER}]', Packet("EVENT", "/", "a", data=f"[{BUFFER}]")),
    ("S14", f'51-["baz",{BUFFER}]', Packet("BINARY_EVENT", "/", "baz", None, f"[{BUFFER}]", 1)),
    (
        "S15",
        f'52-/admin,["baz",{BUFFER},{NEXT}]',
        Packet("BINARY_EVENT", "/admin", "baz", None, f"[{BUFFER},{NEXT}]", 2),
    ),
    ("S16", f'61-/admin,15["bar",{BUFFER}]', Packet("BINARY_ACK", "/admin", None, 15, f'["bar",{BUFFER}]', 1)),
    ("S18", '51-["e"]', Packet("BINARY_EVENT", "/", "e", None, "[]", 1)),
    ("S20-root", '2/,["a"]', Packet("EVENT", "/", "a", data="[]", raw='2/,["a"]')),
    ("S20-slashes", '2//,["a"]', Packet("EVENT", "//", "a", data="[]")),
    ("S21", '2/nsp,["a"]\n', Packet("EVENT", "/nsp", "a", data="[]", raw='2/nsp,["a"]\n')),
    ("S22-event", "2", Packet("EVENT")),
    ("S22-ack", "3", Packet("ACK")),
    ("S22-error", "4", Packet("CONNECT_ERROR")),
    ("S22-namespace", "2/admin", Packet("EVENT", "/admin", raw="2/admin")),
    ("S23-connect", "01", Packet("CONNECT", ack_id=1)),
    ("S23-error", "41", Packet("CONNECT_ERROR", ack_id=1)),
    ("S25", '0{"pid":"P","offset":"Q86","token":1}', Packet("CONNECT", data='{"pid":"P","offset":"Q86","token":1}')),
    ("X20-array", "0[]", Packet("CONNECT", data="[]")),
    ("X20-null", "0null", Packet("CONNECT", data="null")),
    ("X20-error-array", "4[]", Packet("CONNECT_ERROR", data="[]")),
    ("X20-error-null", "4null", Packet("CONNECT_ERROR", data="null")),
    ("X19", '2["connect"]', Packet("EVENT", "/", "connect", data="[]")),
    ("X22", '511-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 11)),
    ("X23-zero", '50-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 0)),
    ("X23-none", '5-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 0, '5-["a"]')),
    ("X23-ack", "60-1[]", Packet("BINARY_ACK", "/", None, 1, "[]", 0)),
    ("X25-exponent", '51e1-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 10, '51e1-["a"]')),
    ("X25-hex", '50x1-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 1, '50x1-["a"]')),
    ("X25-blank", '5 1-["a"]', Packet("BINARY_EVENT", "/", "a", None, "[]", 1, '5 1-["a"]')),
    ("X30-blank", '2 ["a"]', Packet("EVENT", "/", "a", 0, "[]", raw='2 ["a"]')),
    ("X30-digit", '2 1["a"]', Packet("EVENT", "/", "a", 1, "[]", raw='2 1["a"]')),
    ("X33", '2/admin["a"]', Packet("EVENT", '/admin["a"]', raw='2/admin["a"]')),
]

BAD = [
    ("X15-seven", "7", Issue.SIO_BAD_PACKET),
    ("X15-nine", '9["a"]', Issue.SIO_BAD_PACKET),
    ("X15-letter", "a", Issue.SIO_BAD_PACKET),
    ("X15-foreign-digit", "٢[]", Issue.SIO_BAD_PACKET),
    ("X16", "", Issue.SIO_BAD_PACKET),
    ("X17-object", "2{}", Issue.SIO_BAD_JSON),
    ("X17-string", '2"a"', Issue.SIO_BAD_JSON),
    ("X17-empty", "2[]", Issue.SIO_BAD_JSON),
    ("X17-open", '2["a"', Issue.SIO_BAD_JSON),
    ("X17-behind", '2["a"]x', Issue.SIO_BAD_JSON),
    ("X17-ack-object", "3{}", Issue.SIO_BAD_JSON),
    ("X17-ack-null", "3null", Issue.SIO_BAD_JSON),
    ("X17-disconnect-string", '1"x"', Issue.SIO_BAD_JSON),
    ("X18-null", "2[null]", Issue.SIO_BAD_JSON),
    ("X18-object", "2[{}]", Issue.SIO_BAD_JSON),
    ("X18-array", '2[["a"]]', Issue.SIO_BAD_JSON),
    ("X21-event", '5["a"]', Issue.SIO_BAD_ATTACHMENTS),
    ("X21-count", '51["a"]', Issue.SIO_BAD_ATTACHMENTS),
    ("X21-bare", "5", Issue.SIO_BAD_ATTACHMENTS),
    ("X21-bare-count", "51", Issue.SIO_BAD_ATTACHMENTS),
    ("X21-letter", '5a-["a"]', Issue.SIO_BAD_ATTACHMENTS),
    ("X24", '51.5-["a"]', Issue.SIO_BAD_ATTACHMENTS),
    ("X31-fraction", '21.5["a"]', Issue.SIO_BAD_JSON),
    ("X31-minus", '2-1["a"]', Issue.SIO_BAD_JSON),
    ("X34", '2/a?x=1,2,["b"]', Issue.SIO_BAD_JSON),
    ("comma-only", '2["a",]', Issue.SIO_BAD_JSON),
    ("bad-escape", '2["\\x"]', Issue.SIO_BAD_JSON),
    ("control", '2["a\nb"]', Issue.SIO_BAD_JSON),
    ("connect-string", '0"x"', Issue.SIO_BAD_JSON),
    ("error-word", "4boom", Issue.SIO_BAD_JSON),
    ("endless-count", f'5{"9" * 1000}-["a"]', Issue.SIO_BAD_ATTACHMENTS),
    ("infinite-count", '5Infinity-["a"]', Issue.SIO_BAD_ATTACHMENTS),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
heads = st.builds(
    lambda kind, namespace, ident: kind + namespace + ident,
    st.sampled_from(["0", "1", "2", "3", "4", "50-", "51-", "6 2-", "512-"]),
    st.sampled_from(["", "/,", "/a,", "/a?b=c,", "//,"]),
    st.sampled_from(["", "0", "7", "007", " 4", "9223372036854775807", "9223372036854775808", "1" * 30]),
)
packets = st.builds(
    lambda head, values, ascii_only, gap: head + json.dumps(values, ensure_ascii=ascii_only, separators=gap),
    heads,
    st.lists(json_values, max_size=3) | st.tuples(st.text(max_size=6), json_values).map(list),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", ":")]),
)
mutated = st.builds(
    lambda text, at, piece, drop: text[: at % (len(text) + 1)] + piece + text[at % (len(text) + 1) + drop :],
    packets,
    st.integers(0, 100),
    st.sampled_from(["", '"', "\\", "]", "[", ",", " ", "\n", "\ufeff", "\ud800", "5", "-", "/"]),
    st.integers(0, 2),
)


@pytest.mark.parametrize(("text", "packet"), [x[1:] for x in GOOD], ids=[x[0] for x in GOOD])
def test_good_vectors(text: str, packet: Packet) -> None:
    """A vector decodes as the protocol says, and encodes to what was sent."""
    assert decode(text) == packet
    assert encode(packet) == text


@pytest.mark.parametrize(("text", "code"), [x[1:] for x in BAD], ids=[x[0] for x in BAD])
def test_bad_vectors(text: str, code: Issue) -> None:
    """What official parsers reject is one documented error with one printable line."""
    with pytest.raises(PacketError) as caught:
        decode(text)
    assert caught.value.code == code
    assert str(caught.value).isprintable()


def test_disconnect_with_payload_is_kept_and_marked() -> None:
    """python-socketio refuses with a payload; official parsers reject that (X17), so it is marked."""
    packet = decode('1{"message":"no"}')
    assert packet[:5] == ("DISCONNECT", "/", None, None, '{"message":"no"}')
    assert packet.issue == Issue.SIO_BAD_JSON
    assert packet.raw is None


@pytest.mark.parametrize(
    "ident", ["9223372036854775808", "1" * 22, "1" * 5000, "1 2"], ids=["2^63", "X32", "long", "gap"]
)
def test_ack_id_that_does_not_fit(ident: str) -> None:
    """An id over 64 bits, or none at all, is left out, marked, and still encodes to what was sent."""
    packet = decode(f'2{ident}["a"]')
    assert (packet.ack_id, packet.issue, packet.event) == (None, Issue.SIO_BAD_ACK_ID, "a")
    assert encode(packet) == f'2{ident}["a"]'


def test_largest_ack_id() -> None:
    """The largest id a column holds needs no raw text."""
    assert decode('3/a,9223372036854775807["x"]') == Packet("ACK", "/a", None, 2**63 - 1, '["x"]')


@pytest.mark.parametrize(
    ("name", "event", "kept"),
    [
        ('"caf\\u00e9"', "café", True),
        ('"\\ud83d\\ude00"', "😀", True),
        ('"\\ud800"', "\ud800", True),
        ('"a\\"b"', 'a"b', False),
        ('"a\\\\b\\n\\u0001"', "a\\b\n\x01", False),
        ('"a\\/b"', "a/b", True),
        ("-1.5e3", "-1.5e3", True),
        ('"café"', "café", False),
    ],
)
def test_event_names(name: str, event: str, kept: bool) -> None:
    """A name is unescaped; raw text is kept only for the escapes that an encoder would not write."""
    packet = decode(f"2[{name},1]")
    assert (packet.event, packet.data, packet.raw is not None) == (event, "[1]", kept)
    assert encode(packet) == f"2[{name},1]"


def test_whitespace_in_the_array_stays() -> None:
    """Blanks behind the name's comma are data; those before need the raw text."""
    assert decode('2["a", 1]') == Packet("EVENT", "/", "a", data="[ 1]")
    assert decode('2[ "a" ,1]') == Packet("EVENT", "/", "a", data="[1]", raw='2[ "a" ,1]')


@given(packets | mutated | st.text(max_size=30) | heads)
def test_encode_gives_back_what_decode_took(text: str) -> None:
    """encode(decode(x)) == x for any text that decodes; PacketError is the only exception."""
    try:
        packet = decode(text)
    except PacketError:
        return
    assert encode(packet) == text
    assert packet.type in TYPES
    assert packet.raw is None or encode(packet._replace(raw=None)) != text


@given(st.sampled_from(["2", "51-"]), st.text(max_size=10), st.lists(json_values, max_size=3), st.booleans())
def test_arguments_are_the_rest_of_the_array(head: str, name: str, values: list[object], ascii_only: bool) -> None:
    """An event's name and data are what a JSON parser reads."""
    packet = decode(head + json.dumps([name, *values], ensure_ascii=ascii_only))
    assert packet.event == json.loads(json.dumps(name))
    assert json.loads(packet.data or "") == json.loads(json.dumps(values))


@pytest.mark.parametrize(
    "text", ["2" + "[" * 200_000, '2["' + "\\" * 200_001, "2" + " " * 200_000, "5" + "1" * 200_000]
)
def test_hostile_lengths_take_linear_time(text: str) -> None:
    """Long runs of one character neither hang nor overflow anything."""
    with suppress(PacketError):
        assert encode(decode(text)) == text


def test_unescape_names_what_is_no_string() -> None:
    """A bad escape is a PacketError, never a ValueError."""
    with pytest.raises(PacketError, match="no JSON string"):
        unescape("\\u12")

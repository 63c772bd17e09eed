"""Packets that are JSON objects, as json and msgpack 2.x parsers send them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.socketio.json_parser import decode_json_object, looks_like
from analyzer.socketio.packet import TYPES, Packet, encode

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def decoded(text: str) -> Packet:
    """The packet without its raw text, which must be ``text``."""
    packet = decode_json_object(text)
    assert encode(packet) == text
    return packet._replace(raw=None)


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ('{"type":0,"nsp":"/"}', Packet("CONNECT")),
        ('{"type":0,"nsp":"/admin?t=1","query":"t=1"}', Packet("CONNECT", "/admin?t=1")),
        ('{"type":1,"nsp":"/"}', Packet("DISCONNECT")),
        ('{"type":4,"nsp":"/n","data":"Invalid namespace"}', Packet("CONNECT_ERROR", "/n", data='"Invalid namespace"')),
        ('{"type":2,"data":["a",1e2,{"]":"}"}],"nsp":"/"}', Packet("EVENT", "/", "a", data='[1e2,{"]":"}"}]')),
        ('{"nsp":"/","id":7,"type":3,"data":[]}', Packet("ACK", ack_id=7, data="[]")),
        ('{"type":2,"nsp":"/","id":null,"data":["a"]}', Packet("EVENT", "/", "a", data="[]")),
        (' { "type" : 2 , "nsp":"\\/a","data":[ 5 , 2 ] } ', Packet("EVENT", "/a", "5", data="[ 2 ]")),
        ('{"type":2,"nsp":"/","data":["a\\"b"],"data":["\\u00e9",1]}', Packet("EVENT", "/", "é", data="[1]")),
        ('{"type":0,"nsp":"/","data":{"a":[{}]}}', Packet("CONNECT", data='{"a":[{}]}')),
    ],
)
def test_good(text: str, packet: Packet) -> None:
    """Members in any order, with data as it was sent."""
    assert looks_like(text.strip())
    assert decoded(text) == packet


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Issue.SIO_BAD_JSON),
        ("[1]", Issue.SIO_BAD_JSON),
        ("{}", Issue.SIO_BAD_PACKET),
        ('{"type":0}', Issue.SIO_BAD_PACKET),
        ('{"type":7,"nsp":"/"}', Issue.SIO_BAD_PACKET),
        ('{"type":"0","nsp":"/"}', Issue.SIO_BAD_PACKET),
        ('{"type":0,"nsp":5}', Issue.SIO_BAD_PACKET),
        ('{"type":2,"nsp":"/","id":"1","data":["a"]}', Issue.SIO_BAD_PACKET),
        ('{"type":2,"nsp":"/","id":1.5,"data":["a"]}', Issue.SIO_BAD_PACKET),
        ('{"type":2,"nsp":"/","data":[]}', Issue.SIO_BAD_JSON),
        ('{"type":2,"nsp":"/","data":[null]}', Issue.SIO_BAD_JSON),
        ('{"type":2,"nsp":"/","data":{}}', Issue.SIO_BAD_JSON),
        ('{"type":2,"nsp":"/"}', Issue.SIO_BAD_JSON),
        ('{"type":3,"nsp":"/"}', Issue.SIO_BAD_JSON),
        ('{"type":3,"nsp":"/","data":{}}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"/","data":[]}', Issue.SIO_BAD_JSON),
        ('{"type":1,"nsp":"/","data":{}}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"/"', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"/",}', Issue.SIO_BAD_JSON),
        ('{"type":0 "nsp":"/"}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"/"}}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"/","data":{"a":"}', Issue.SIO_BAD_JSON),
        ('{"type":0,"nsp":"\\x"}', Issue.SIO_BAD_JSON),
        ("{" * 100_000 + "}", Issue.SIO_BAD_JSON),
        ('{"type":2,"nsp":"/","data":' + "[" * 100_000 + "}", Issue.SIO_BAD_JSON),
    ],
)
def test_bad(text: str, code: Issue) -> None:
    """What is no such packet is one documented error."""
    with pytest.raises(PacketError) as caught:
        decode_json_object(text)
    assert caught.value.code == code


def test_depth_is_no_limit() -> None:
    """Nothing is parsed, so nothing recurses."""
    deep = "[" * 50_000 + "]" * 50_000
    assert decoded('{"type":2,"nsp":"/","data":["a",' + deep + "]}").data == f"[{deep}]"


def test_ack_id_that_does_not_fit() -> None:
    """An id over 64 bits is left out and marked."""
    packet = decoded('{"type":3,"nsp":"/","id":9223372036854775808,"data":[]}')
    assert (packet.ack_id, packet.issue) == (None, Issue.SIO_BAD_ACK_ID)
    assert decoded('{"type":3,"nsp":"/","id":1e3,"data":[]}').ack_id == 1000


@given(
    st.sampled_from([2, 3]),
    st.text(max_size=5),
    st.none() | st.integers(0, 1 << 62),
    st.lists(values, max_size=3),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_reads_what_json_reads(
    kind: int, event: str, ident: int | None, arguments: list[object], ascii_only: bool, indent: int | None
) -> None:
    """Fields are those a JSON parser finds, whatever the layout."""
    data = [event, *arguments] if kind == 2 else arguments
    members = {"type": kind, "nsp": "/n", "data": data} | ({} if ident is None else {"id": ident})
    packet = decoded(json.dumps(members, ensure_ascii=ascii_only, indent=indent))
    assert packet[:2] == (TYPES[kind], "/n")
    assert (packet.event, packet.ack_id) == (event if kind == 2 else None, ident)
    assert json.loads(packet.data or "") == arguments


@given(st.text('{}[]",:\\ 0123typensdai', max_size=60).map(lambda text: '{"type":2,"nsp":"/","data":' + text))
def test_any_text(text: str) -> None:
    """Any text decodes or is a PacketError."""
    try:
        packet = decode_json_object(text)
    except PacketError:
        return
    assert encode(packet) == text

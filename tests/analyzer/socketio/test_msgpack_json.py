"""msgpack values as the JSON text that JSON.stringify writes."""

import datetime
import json
import math
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.limits import DEFAULT, Limits
from analyzer.socketio.msgpack_json import DEPTH, Transcoder


def json_of(data: bytes) -> str | None:
    """The text of one value, which must be all of ``data``."""
    text, end = Transcoder(data, DEFAULT).value(0)
    assert end == len(data)
    return text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"),
        (-0.0, "0"),
        (math.nan, "null"),
        (math.inf, "null"),
        (3.0, "3"),
        (2**64 - 1, "18446744073709551615"),
        (-(2**63), "-9223372036854775808"),
        (None, "null"),
        (True, "true"),
        ({}, "{}"),
        ([], "[]"),
        ([[], {"a": {}}], '[[],{"a":{}}]'),
        ('é"\n\u2028', '"é\\"\\n\u2028"'),
        (msgpack.ExtType(5, b"x"), '[5,{"_placeholder":true,"num":0}]'),
        ({1: 2, None: 3, False: 4, 1.5: 5, b"k": 6}, '{"1":2,"null":3,"false":4,"1.5":5,"k":6}'),
        ({math.inf: 1, -math.inf: 2}, '{"Infinity":1,"-Infinity":2}'),
        (b"x", '{"_placeholder":true,"num":0}'),
    ],
)
def test_values(value: Any, text: str) -> None:
    """Values as JSON.stringify writes them."""
    assert json_of(msgpack.packb(value)) == text


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("d40000", None),
        ("d70000000000 00000000", '"1970-01-01T00:00:00.000Z"'),
        ("d700ffffffffffffffff", '"1969-12-31T23:59:59.999Z"'),
        ("d700001eb208c2dc0000", '"+275760-09-13T00:00:00.000Z"'),
        ("d700001eb208c2dc0001", "null"),
        ("d700ffffc76e394a7400", '"-000001-01-01T00:00:00.000Z"'),
        ("d6ff00000001", '"1970-01-01T00:00:01.000Z"'),
        ("d7ff773593fc00000001", '"1970-01-01T00:00:01.499Z"'),
        ("c70cff1dcd6500ffffffffffffffff", '"1969-12-31T23:59:59.500Z"'),
        ("d50001 02", '[0,{"_placeholder":true,"num":0}]'),
        ("c70000", '{"_placeholder":true,"num":0}'),
        ("81a16bc7010001", '{"k":{"_placeholder":true,"num":0}}'),
        ("ca3dcccccd", "0.10000000149011612"),
        ("a3eda080", '"\\ud800"'),
        ("a6eda0bdedb880", '"😀"'),
        ("a2fffe", '"\ufffd\ufffd"'),
        ("82a161d40000a16201", '{"b":1}'),
        ("82a16101a162d40000", '{"a":1}'),
        ("81d4000001", '{"undefined":1}'),
        ("92d40000d40000", "[null,null]"),
        ("c500016b", '{"_placeholder":true,"num":0}'),
        ("da00016b", '"k"'),
        ("db000000016b", '"k"'),
        ("de0001a16b01", '{"k":1}'),
        ("df00000001a16b01", '{"k":1}'),
        ("dd0000000101", "[1]"),
        ("cd0100", "256"),
        ("d1ff00", "-256"),
        ("e0", "-32"),
    ],
)
def test_tokens(token: str, text: str | None) -> None:
    """Forms that JavaScript's encoders write and Python's do not."""
    assert json_of(bytes.fromhex(token)) == text


def test_attachments_add_up() -> None:
    """Placeholders count on from value to value."""
    transcoder = Transcoder(b"\xc4\1a\x91\xc4\1b", DEFAULT)
    assert transcoder.value(0) == ('{"_placeholder":true,"num":0}', 3)
    assert transcoder.value(3) == ('[{"_placeholder":true,"num":1}]', 7)
    assert transcoder.attachments == [b"a", b"b"]


def test_depth() -> None:
    """Nesting up to the limit is read, deeper is an error."""
    assert json_of(b"\x91" * DEPTH + b"\x90") == "[" * (DEPTH + 1) + "]" * (DEPTH + 1)
    with pytest.raises(PacketError, match="deeper"):
        json_of(b"\x91" * (DEPTH + 1) + b"\x90")


def test_limits() -> None:
    """Binary values and text end at the limits."""
    with pytest.raises(PacketError) as caught:
        Transcoder(msgpack.packb([b""] * 3), Limits(attachments=2)).value(0)
    assert caught.value.code == Issue.SIO_ATTACHMENT_LIMIT
    with pytest.raises(PacketError, match="too long"):
        Transcoder(msgpack.packb(["x" * 50] * 3), Limits(inflated=100)).value(0)


@pytest.mark.parametrize("data", [b"\x81\x90\1", b"\x81\xd7\0" + bytes(8) + b"\1", b"\x81\xc7\0\5\1"])
def test_keys_that_are_no_scalars(data: bytes) -> None:
    """No encoder of JavaScript objects writes such a key."""
    with pytest.raises(PacketError, match="no scalar"):
        json_of(data)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=4), inner, max_size=20),
    max_leaves=20,
)


@given(plain)
def test_same_as_json_of_another_encoder(value: Any) -> None:
    """What is plain JSON comes out as compact JSON of the same values."""
    assert json_of(msgpack.packb(value)) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31), timezones=st.just(datetime.UTC)))
def test_dates(moment: datetime.datetime) -> None:
    """Timestamps come out in ISO 8601 with milliseconds."""
    shown = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    expected = shown.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    assert json_of(msgpack.packb(moment, datetime=True)) == f'"{expected}"'

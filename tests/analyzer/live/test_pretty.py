"""Packets in their pretty form, and back."""

import base64
import json

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.live.pretty import read, show, summary

LONG = "x" * 120
FORMS = {
    "2": "ping",
    "3probe": "pong  probe",
    '42["say","hello",1.0]': 'EVENT  ["say","hello",1.0]',
    f'451-/chat,12["file",{{"_placeholder":true,"num":0}},"{LONG}"]': (
        "BINARY_EVENT namespace=/chat ack=12 attachments=1\n"
        f'[\n  "file",\n  {{"_placeholder":true,"num":0}},\n  "{LONG}"\n]'
    ),
    "41/chat,": "DISCONNECT namespace=/chat",
    "bAQID": f"base64 3 bytes\n0000  {'01 02 03':47}  |...|",
    "4hello": "message  hello",
    "7": 'raw\n"7"',
    "4#x": 'raw\n"4#x"',
    "4\x1b[2J": 'raw\n"4\\u001b[2J"',
    "40/a": 'raw\n"40/a"',
    "42{}": "message  2{}",
}


@pytest.mark.parametrize("item", FORMS)
def test_forms(item: str) -> None:
    """A head line, and what the packet says; read back it is the packet."""
    assert show(item, 4) == FORMS[item]
    assert read(FORMS[item], None, 4) == item
    assert read(f"# a remark\n{FORMS[item]}\n", item, 4) == item


@given(st.text(), st.sampled_from(["", "4", "42", "42[", "b", "0", "45"]))
def test_what_is_not_edited_stays(text: str, head: str) -> None:
    """Whatever it is."""
    item = head + text
    assert read(show(item, 4), item, 4) == item


@given(st.binary(max_size=100))
def test_bytes_stay(data: bytes) -> None:
    """Edited or not; in revision 3 behind their type."""
    assert read(show(data, 4), None, 4) == data
    assert read(show(b"\4" + data, 3), b"\4", 3) == b"\4" + data


def test_what_is_edited() -> None:
    """Is written as the libraries do."""
    assert read('EVENT namespace=/chat ack=7\n[ "say",\n {"a": 1.50} ]', "42[]", 4) == '42/chat,7["say",{"a":1.50}]'
    assert read("binary\n0000  ff 00", b"x", 4) == b"\xff\x00"
    assert read("base64\n0000  01 02 03  |...|", "b", 4) == "bAQID"
    assert read("ping", "3", 4) == "2"
    assert read('message\n{"a": 1}', "4", 4) == '4{"a":1}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SHOUT x", "no head line"),
        ("EVENT ack=x", "no head line"),
        ("EVENT\n[1", "Expecting"),
        ("EVENT\n{}", "an event is an array"),
        ("EVENT attachments=1\n[]", "takes no attachments"),
        ("BINARY_EVENT\n[]", "needs attachments"),
        ("EVENT namespace=chat\n[]", "begins with /"),
        ("binary\n0000  zz", "no line of bytes"),
    ],
)
def test_what_cannot_be_sent_is_refused(text: str, why: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValueError, match=why):
        read(text, "42[]", 4)


def test_msgpack() -> None:
    """Shown as what it says, with the word that it is msgpack; edited, it is msgpack again, over polling, too."""
    data: bytes = msgpack.packb({"type": 2, "data": ["hi", 1, b"\1"], "nsp": "/a", "id": 3})
    shown = show(data, 4)
    assert shown == 'msgpack EVENT namespace=/a ack=3\n["hi",1,{"_placeholder":true,"num":0}]'
    assert read(shown, data, 4) == data
    changed = msgpack.packb({"type": 2, "data": ["hi", 2, b"\1"], "nsp": "/a", "id": 3})
    assert read(shown.replace(",1,", ",2,"), data, 4) == changed
    packed = "b" + base64.b64encode(data).decode()
    assert show(packed, 4) == shown
    assert read(shown.replace(",1,", ",2,"), packed, 4) == "b" + base64.b64encode(changed).decode()
    assert read(shown.replace(",1,", ",2,"), b"\4" + data, 3) == b"\4" + changed


@pytest.mark.parametrize(
    ("head", "why"),
    [("EVENT attachments=1", "leave out"), ("EVNT", "no head line"), ("EVENT namespace=a", "begins with /")],
)
def test_a_head_of_msgpack(head: str, why: str) -> None:
    """Is checked like others."""
    with pytest.raises(ValueError, match=why):
        read(f"msgpack {head}\n[1]", msgpack.packb({"type": 2, "data": ["hi"], "nsp": "/"}), 4)


def test_long_bytes_are_cut() -> None:
    """And cannot be edited."""
    data = b"\1" * 70_000
    shown = show(data, 4)
    assert shown.endswith("# 4464 more bytes")
    assert read(shown, data, 4) == data
    with pytest.raises(ValueError, match="cannot be edited"):
        read(shown.replace("01 01", "02 01", 1), data, 4)


def test_summary() -> None:
    """In a word, with the packet that it is."""
    assert [summary(item, 4)[0] for item in ("2", "6", "bAA==", "42[1]", "9", b"\1")] == [
        "ping", "noop", "binary", "message", "raw", "binary",
    ]  # fmt: skip
    packet = summary('43/a,1["x"]', 4)[1]
    assert packet is not None
    assert (packet.type, packet.namespace, packet.ack_id) == ("ACK", "/a", 1)
    assert json.loads(packet.data or "") == ["x"]

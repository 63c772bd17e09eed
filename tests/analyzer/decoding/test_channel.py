"""One direction of a session: packets to rows, attachments gathered, oddities marked, the short way like the long."""

import json

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.decoding.dialect import Mode
from analyzer.engineio.entry import broken, text_entry
from analyzer.limits import Limits
from analyzer.records import S2C
from analyzer.wire.websocket import Message
from tests.analyzer.decoding.bench import Bench

HEADER = '52-["f",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'

ARGUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
TEXTS = st.one_of(
    st.builds(
        lambda kind, namespace, ident, payload: f"4{kind}{namespace}{ident}{json.dumps(payload, ensure_ascii=False)}",
        st.sampled_from(["2", "3", "2", "0", "1", "4"]),
        st.sampled_from(["", "/chat,", "/a?b=c,", "/,"]),
        st.sampled_from(["", "0", "17", "007", "99999999999999999999"]),
        st.lists(ARGUMENTS, max_size=3),
    ),
    st.text('0123456789[]{}"-,/ab', max_size=12),
    st.sampled_from(["2", "2probe", "3", "5", "6", "bAQID", "", "4", '4{"type":2,"nsp":"/","data":["a"]}', HEADER]),
)


@given(TEXTS, st.sampled_from([3, 4, None]))
@example('42["a"]', 4)
@example('42["a","\\u0061",1.0]', 4)
@example("43[]", 4)
@example("431[]", 4)
@example('42[1,"x"]', 4)
def test_the_short_way_writes_what_the_long_way_writes(text: str, engine: int | None) -> None:
    """Where `quick` takes a message, its row is the one of `text`; where not, it does nothing."""
    short, long = Bench(engine=engine), Bench(engine=engine)
    payload = text.encode()
    arrival = long.arrival(len(payload), 9)
    taken = not short.client.quick([Message(arrival.time, arrival.frame, 1, payload, 9)], short.link)
    long.client.text(text, arrival)
    assert short.rows() == (long.rows() if taken else [])


@given(TEXTS, st.sampled_from([3, 4, None]))
def test_one_message_goes_as_many_do(text: str, engine: int | None) -> None:
    """`single` takes what `quick` takes, and writes the same row."""
    one, many = Bench(engine=engine), Bench(engine=engine)
    message = Message(1, 1, 1, text.encode(), 9)
    assert one.client.single(message, one.link) == (not many.client.quick([message], many.link))
    assert one.rows() == many.rows()


@pytest.mark.parametrize("text", ['42["a",1]', '42/chat,["a",{"b":"c"}]', '4312["ok"]'])
def test_the_short_way_is_taken(text: str) -> None:
    """Ordinary events and acks do not go the long way."""
    bench = Bench()
    assert bench.client.quick([Message(1, 1, 1, text.encode(), 9)], bench.link) == []
    assert len(bench.rows()) == 1


@pytest.mark.parametrize(
    "message",
    [
        Message(1, 1, 2, b'42["a",1]', 9),
        Message(1, 1, 1, b'42["a",\xff]', 9),
        Message(1, 1, 1, b'42["a",1]', 9, "ws_message_cut", "why"),
        Message(1, 1, 1, b'451-["a",{"_placeholder":true,"num":0}]', 9),
    ],
    ids=["binary", "not-utf8", "odd", "attachments"],
)
def test_the_short_way_leaves_what_needs_a_look(message: Message) -> None:
    """Bytes, oddities and headers of attachments are for the long way."""
    bench = Bench()
    assert bench.client.quick([message], bench.link) == [message]
    assert not bench.client.single(message, bench.link)
    assert bench.rows() == []


@pytest.mark.parametrize("mode", [Mode.UNKNOWN, Mode.GUESSED, Mode.PLAIN])
def test_the_short_way_is_for_settled_sessions(mode: Mode) -> None:
    """While it is open whether a session is Socket.IO, each message counts as evidence."""
    bench = Bench(mode)
    message = Message(1, 1, 1, b'42["a",1]', 9)
    assert bench.client.quick([message], bench.link) == [message]


def test_the_short_way_steps_over_heartbeats() -> None:
    """A ping changes nothing for what follows; anything else may."""
    bench = Bench()
    event, ping, close = (Message(1, 1, 1, text, 9) for text in (b'42["a",1]', b"2", b"41"))
    batch = [event, ping._replace(frame=2), event._replace(frame=3), close._replace(frame=4), event._replace(frame=5)]
    assert [m.frame for m in bench.client.quick(batch, bench.link)] == [2, 4, 5]
    assert [row.frame for row in bench.rows()] == [1, 3]


def test_the_short_way_keeps_the_order_within_a_packet() -> None:
    """What shares a packet with a heartbeat goes the long way behind it."""
    bench = Bench()
    event, ping = Message(1, 1, 1, b'42["a",1]', 9), Message(1, 1, 1, b"2", 9)
    assert bench.client.quick([event, ping, event], bench.link) == [ping, event]
    assert len(bench.rows()) == 1


def test_a_row_says_where_and_how() -> None:
    """Place, moment, sizes and session are the arrival's and the tap's."""
    bench = Bench(engine=3)
    bench.client.text('42/a,7["e",1]', bench.arrival(12, 8, "polling")._replace(frame=(1 << 40) + 5))
    (row,) = bench.rows()
    assert (row.source, row.frame, row.stream, row.client, row.server) == ("b.pcap", 5, 0, "c:1", "s:1")
    assert (row.session, row.transport, row.direction, row.engine) == ("S", "polling", "c2s", 3)
    assert (row.namespace, row.event, row.ack_id, row.data) == ("/a", "e", 7, "[1]")
    assert (row.parser, row.size, row.wire_size) == ("json", 12, 8)


@pytest.mark.parametrize(
    ("text", "kind", "data"),
    [
        ("2", "ping", None),
        ("3probe", "pong", "probe"),
        ("6", "noop", None),
        ("1", "close", None),
        ('0{"sid":"x"}', "open", '{"sid":"x"}'),
    ],
)
def test_engine_packets(text: str, kind: str, data: str | None) -> None:
    """All that is no message is a row of the Engine.IO layer; empty data is none."""
    bench = Bench()
    assert bench.client.text(text, bench.arrival())
    assert bench.said() == [("engine.io", kind, None, data, None, None)]


@pytest.mark.parametrize("data", ["", "x", '"sid"', '{"sid":1}', '{"sid":""}', "{}", "[" * 100_000])
def test_an_open_packet_that_names_no_session(data: str) -> None:
    """Clients fail on it; it is kept and marked."""
    bench = Bench()
    bench.client.text("0" + data, bench.arrival())
    assert bench.said() == [("engine.io", "open", None, data or None, None, "eio_bad_handshake")]


def test_an_upgrade_packet_makes_its_connection_the_carrier() -> None:
    """With that WebSocket the session ends."""
    bench = Bench()
    bench.client.text("5", bench.arrival())
    assert bench.tap.carrier is bench.link


@pytest.mark.parametrize(("text", "code"), [("x", "eio_bad_packet"), ("", "eio_bad_packet"), ("9", "eio_bad_packet")])
def test_text_that_is_no_packet(text: str, code: str) -> None:
    """It is a row without type, its text kept; the caller hears that official parsers would stop."""
    bench = Bench()
    assert not bench.client.text(text, bench.arrival())
    assert bench.said() == [("engine.io", None, None, text, None, code)]


def test_bytes_that_are_no_packet() -> None:
    """In revision 3 the first byte is the type; the bytes are kept."""
    bench = Bench(engine=3)
    assert not bench.client.binary(b"\x09x", bench.arrival())
    assert bench.said() == [("engine.io", None, None, None, [b"\x09x"], "eio_bad_packet")]


def test_entries_of_a_body() -> None:
    """Text, bytes and broken framing, each as what it is."""
    bench = Bench(Mode.PLAIN, engine=3)
    assert bench.client.entry(text_entry(b"2"), bench.arrival())
    assert bench.client.entry(text_entry(b"")._replace(text=None, binary=b"\x04xy"), bench.arrival())
    assert not bench.client.entry(broken(b"\xff1", "why"), bench.arrival())
    assert not bench.client.entry(text_entry(b"4\xff"), bench.arrival())
    assert bench.said() == [
        ("engine.io", "ping", None, None, None, None),
        ("engine.io", "message", None, None, [b"xy"], None),
        ("engine.io", None, None, None, [b"\xff1"], "eio_bad_payload"),
        ("engine.io", None, None, "4\ufffd", None, "eio_bad_packet"),
    ]


def test_base64_that_is_none_is_marked() -> None:
    """The bytes are what official parsers make of it; the oddity goes along."""
    bench = Bench(Mode.PLAIN)
    bench.client.text("bAQ!ID", bench.arrival())
    assert bench.said() == [("engine.io", "message", None, None, [b"\x01\x02\x03"], "eio_bad_base64")]


def test_attachments_make_one_row() -> None:
    """Header and attachments are one packet, at the moment of the last one, as large as all of them."""
    bench = Bench()
    bench.client.text("4" + HEADER, bench.arrival(70, 70))
    bench.client.binary(b"\x01", bench.arrival(1, 2))
    assert bench.rows() == []
    bench.client.binary(b"\x02\x03", bench.arrival(2, 3))
    (row,) = bench.rows()
    assert (row.type, row.attachments, row.time) == ("BINARY_EVENT", [b"\x01", b"\x02\x03"], 3)
    assert (row.size, row.wire_size) == (73, 75)


def test_each_direction_gathers_for_itself() -> None:
    """An attachment the server sends is none of a packet of the client's."""
    bench = Bench()
    bench.client.text("4" + HEADER, bench.arrival())
    bench.tap.channels[S2C].binary(b"\x01", bench.arrival())
    (row,) = bench.rows()
    assert (row.direction, row.issue) == ("s2c", "sio_attachment_surplus")


def test_text_where_an_attachment_was_due() -> None:
    """What had come is told as it came; the packet in its place is marked, for official parsers throw it away."""
    bench = Bench()
    bench.client.text("4" + HEADER, bench.arrival())
    bench.client.binary(b"\x01", bench.arrival())
    bench.client.text('42["b"]', bench.arrival())
    assert bench.said() == [
        ("engine.io", "message", None, HEADER, None, "sio_attachment_missing"),
        ("engine.io", "message", None, None, [b"\x01"], "sio_attachment_missing"),
        ("socket.io", "EVENT", "b", "[]", None, "sio_after_error"),
    ]


def test_more_attachments_than_the_limit() -> None:
    """They are counted and left out; the row says so."""
    bench = Bench(limits=Limits(attachments=1))
    bench.client.text("4" + HEADER, bench.arrival())
    for data in (b"\x01", b"\x02"):
        bench.client.binary(data, bench.arrival())
    assert bench.said() == [
        (
            "socket.io",
            "BINARY_EVENT",
            "f",
            '[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
            [b"\x01"],
            "sio_attachment_limit",
        )
    ]


def test_a_message_that_should_be_socketio() -> None:
    """In a Socket.IO session it is a message with the code of what is wrong, its text kept."""
    bench = Bench()
    bench.client.text("4hello", bench.arrival())
    bench.client.text('42"a"', bench.arrival())
    assert bench.said() == [
        ("engine.io", "message", None, "hello", None, "sio_bad_packet"),
        ("engine.io", "message", None, '2"a"', None, "sio_bad_json"),
    ]


def test_a_guess_that_turns_out_plain() -> None:
    """Without the start of the session, the first message that is no Socket.IO makes it plain Engine.IO, no oddity."""
    bench = Bench(Mode.UNKNOWN)
    bench.client.text("4hello", bench.arrival())
    bench.client.text("4 world", bench.arrival())
    assert bench.said() == [("engine.io", "message", None, text, None, None) for text in ("hello", " world")]


PACKET = msgpack.packb({"type": 2, "data": ["e", b"\x01"], "nsp": "/"})


def test_msgpack() -> None:
    """A binary message that looks like a packet of the msgpack parser is one, and all later ones have to be."""
    bench = Bench()
    bench.client.binary(PACKET, bench.arrival())
    bench.client.binary(b"\x93garbage", bench.arrival())
    assert [said[:3] + said[4:] for said in bench.said()] == [
        ("socket.io", "EVENT", "e", [b"\x01"], None),
        ("engine.io", "message", None, [b"\x93garbage"], "sio_bad_msgpack"),
    ]


def test_msgpack_with_more_attachments_than_the_limit() -> None:
    """The packet is told as the bytes it came in, and the row says why."""
    bench, data = Bench(limits=Limits(attachments=1)), msgpack.packb({"type": 2, "data": ["e", b"a", b"b"], "nsp": "/"})
    bench.client.binary(data, bench.arrival())
    assert bench.said() == [("engine.io", "message", None, None, [data], "sio_attachment_limit")]


def test_a_socketio_object_as_text() -> None:
    """A parser that sends JSON objects is read, too."""
    bench = Bench()
    bench.client.text('4{"type":2,"nsp":"/","data":["a",1]}', bench.arrival())
    assert bench.said()[0][:4] == ("socket.io", "EVENT", "a", "[1]")

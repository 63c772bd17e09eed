"""One row as one line: what each kind says, how it is cut, and that nothing in it harms a terminal."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.records import Row
from analyzer.report.text.line import NOTHING, About, common, content, line, oddity
from analyzer.report.text.paint import plain
from analyzer.report.text.screen import Screen, open_console
from tests.analyzer.report.conftest import EVIL

EVENT = Row(2_000_000, session="S", transport="websocket", direction="c2s", layer="socket.io", type="EVENT", size=33)
EVENT = EVENT._replace(namespace="/", event="say", data='["hello",0]')


def screen(width=80, encoding="utf-8"):
    """A screen of that width."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Screen(open_console(file, width=width))


def text(row, width=80, about=NOTHING, encoding="utf-8"):
    """The line without styles."""
    return plain(line(row, screen(width, encoding), about)).rstrip()


def said(row, about=NOTHING):
    """What the row says, blanks between."""
    return " ".join(part for part, _ in content(row, about) if part)


def test_a_packet():
    """Direction, times, session, transport, size, type, event and data."""
    about = About(when="    1.250", since="+2.4 ms", session="#1")
    assert text(EVENT, about=about) == '→     1.250  +2.4 ms #1  ws      33 B  EVENT say ["hello",0]'
    back = EVENT._replace(direction="s2c", transport="polling")
    assert text(back, about=about).startswith("←     1.250  +2.4 ms #1  poll    33 B  EVENT say")


def test_without_times():
    """Whoever has none leaves the columns out."""
    assert text(EVENT) == '→     ws      33 B  EVENT say ["hello",0]'


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"namespace": "/chat", "ack_id": 7}, 'EVENT /chat say #7 ["hello",0]'),
        ({"type": "CONNECT", "event": None, "data": '{"sid":"x"}'}, 'CONNECT / {"sid":"x"}'),
        ({"type": "DISCONNECT", "namespace": "/a", "event": None, "data": None}, "DISCONNECT /a"),
        ({"layer": "engine.io", "type": "ping", "namespace": None, "event": None, "data": "probe"}, "ping probe"),
        ({"layer": "engine.io", "type": None, "namespace": None, "event": None, "data": "xx"}, "no packet xx"),
        ({"attachments": [b"x" * 1500], "data": '[{"_placeholder":true,"num":0}]'}, "EVENT say [<1.50 kB>]"),
        ({"attachments": [b""], "data": '{"_placeholder":true,"num":9}'}, 'EVENT say {"_placeholder":true,"num":9}'),
        (
            {"layer": "engine.io", "type": "message", "namespace": None, "event": None, "data": None}
            | {"attachments": [bytes(9)]},
            "message <9 B: 00 00 00 00 00 00 00 00>",
        ),
        (
            {"layer": "http", "type": "GET", "status": 200, "duration": 0.012, "data": None, "url": "/socket.io/"},
            "GET 200 12.0 ms /socket.io/",
        ),
        ({"layer": "http", "type": "POST", "data": None}, "POST no answer"),
        (
            {"layer": "http", "type": "GET", "status": 400, "data": '{"code":1}', "url": "/s"},
            'GET 400 {"code":1} /s',
        ),
        ({"layer": "websocket", "type": "close", "status": 1000, "data": "bye"}, "WebSocket close 1000 bye"),
        ({"layer": "tcp", "type": "reset", "data": None}, "reset"),
        ({"layer": "tcp", "type": "gap", "data": None, "detail": "5 bytes are missing", "issue": "tcp_gap"}, "gap"),
        ({"layer": "capture", "type": "summary", "data": "{}"}, "capture summary {}"),
    ],
)  # fmt: skip
def test_what_each_kind_says(columns, expected):
    """All that matters of it, in the order of importance."""
    assert said(EVENT._replace(**columns)) == expected


def test_an_ack():
    """Says which event it answers, and after how long."""
    ack = EVENT._replace(type="ACK", event=None, ack_id=7, data='["ok"]', direction="s2c")
    assert said(ack, About(answers=(500_000, "say"))) == 'ACK say #7 in 1.5 ms ["ok"]'
    assert said(ack, About(answers=(500_000, None))) == 'ACK #7 in 1.5 ms ["ok"]'
    assert said(ack) == 'ACK #7 ["ok"]'
    assert said(EVENT, About(note="without a pong")) == 'EVENT say without a pong ["hello",0]'


@pytest.mark.parametrize("width", [40, 41, 60, 80, 120])
def test_no_line_is_wider_than_the_screen(width):
    """Whatever it says, in letters of any width; what is left out shows."""
    for data in ('["' + "x" * 500 + '"]', '["' + "日本語" * 100 + '"]', "🎉" * 300):
        shown = text(EVENT._replace(data=data), width)
        assert cell_len(shown) <= width
        assert shown.endswith("…")


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("column", ["data", "event", "namespace", "type", "url", "detail"])
@pytest.mark.parametrize("layer", ["socket.io", "engine.io", "http", "websocket", "tcp", "capture"])
def test_hostile_text_is_harmless(evil, column, layer):
    """Nothing that a terminal obeys comes through, and no line end."""
    row = EVENT._replace(layer=layer, issue="tcp_gap")._replace(**{column: evil})
    for parts in (line(row, screen(80), About()), oddity(row, screen(80))):
        shown = plain(parts)
        assert shown.isprintable()
        assert cell_len(shown) <= 80


def test_a_screen_without_arrows():
    """ASCII has other signs, and escapes for what it lacks."""
    assert text(EVENT, encoding="ascii").startswith(">     ws")
    assert text(EVENT._replace(direction="s2c", data='["é"]'), encoding="ascii").endswith('["\\xe9"]')
    assert text(EVENT._replace(data="y" * 500), encoding="ascii").endswith("y...")


def test_an_oddity():
    """Code and sentence, cut to the width."""
    row = EVENT._replace(issue="sio_bad_json", detail="it is none " * 20)
    assert plain(oddity(row, screen(60))).startswith("  ! sio_bad_json: it is none")
    assert cell_len(plain(oddity(row, screen(60)))) <= 60
    assert plain(oddity(row._replace(detail=None), screen(60))) == "  ! sio_bad_json"


TEXTS = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["say", '["hello",1]', "x" * 300, "x" * 3000, "\x1b[2J"])
)


@settings(max_examples=400, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["EVENT", "ACK", "BINARY_EVENT", "CONNECT", None]),
            "layer": st.sampled_from(["socket.io", "socket.io", "engine.io"]),
            "namespace": st.sampled_from(["/", "/", "/chat", None]),
            "transport": st.sampled_from(["websocket", "polling", None]),
            "direction": st.sampled_from(["c2s", "s2c", None]),
            "ack_id": st.sampled_from([None, 0, 12]),
            "size": st.sampled_from([None, 0, 2_000_000]),
            "attachments": st.sampled_from([None, [], [b"abc"]]),
            "event": TEXTS,
            "data": TEXTS,
        }
    ),
    st.builds(
        About,
        st.sampled_from(["", "12:00:00.123"]),
        st.sampled_from(["", "+0.10 ms"]),
        st.sampled_from(["#1", "#12345", ""]),
        st.sampled_from([None, (1_000_000, "say"), (1_000_000, None)]),
        st.sampled_from(["", "", "a note"]),
    ),
    st.sampled_from([40, 80, 81, 400, 5000]),
    st.sampled_from(["utf-8", "ascii"]),
)
def test_the_quick_way_gives_the_same(columns, about, width, encoding):
    """What most lines are is put together at once, to the same text."""
    row = EVENT._replace(**columns)
    quick = common(row, screen(width, encoding), about)
    assert quick is None or quick.rstrip() == text(row, width, about, encoding)


def test_what_is_quick():
    """Events and acks that are cut, too."""
    about = About(when="    1.250", since="+2.4 ms", session="#1")
    for row in (
        EVENT,
        EVENT._replace(data="[" + "1," * 500 + "1]", direction="s2c"),
        EVENT._replace(type="ACK", event=None),
    ):
        assert common(row, screen(), about) == text(row, about=about)

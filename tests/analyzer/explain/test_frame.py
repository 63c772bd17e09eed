"""Pasted frames taken apart."""

import pytest

from analyzer.explain.frame import explain


def told(frame, reading=0):
    """Everything that one reading says."""
    return "\n".join(f"{piece}|{meaning}" for piece, meaning in explain(frame)[reading].steps)


def test_digit_by_digit():
    """The example of the help."""
    (reading,) = explain('451-["x",{"_placeholder":true,"num":0}]')
    assert [piece for piece, _ in reading.steps][:3] == ["4", "5", "1-"]
    said = [meaning for _, meaning in reading.steps]
    assert said[0] == "Engine.IO message"
    assert said[1].startswith("Socket.IO BINARY_EVENT")
    assert said[2].startswith("1 attachment to come")
    assert 'event "x" with 1 argument' in said[5]
    assert reading.sound


@pytest.mark.parametrize("frame", ['42["a"]', "2probe", "6", "41/admin,", "430[1]"])
def test_both_revisions_alike(frame):
    """One reading is enough where there is no difference."""
    titles = [reading.title for reading in explain(frame)]
    assert titles[0] == "Engine.IO 3 and 4 read it alike"


@pytest.mark.parametrize(
    ("frame", "four", "three"),
    [
        ("2", "the server asks", "the client asks"),
        ("bAQI=", "2 bytes once decoded", "WRONG"),
        ("b4AQI=", "3 bytes", "2 bytes once decoded"),
        ("40", "from the client, without auth", "unasked"),
        ('44"no"', "CONNECT_ERROR: the server refuses", "ERROR (named CONNECT_ERROR"),
        ("0x0401ff", "has no type byte", "the first byte is the type"),
    ],
)
def test_both_revisions_apart(frame, four, three):
    """Else both."""
    readings = {reading.title.split(",")[0].split(" (")[0]: reading for reading in explain(frame)}
    assert four in str(readings["Engine.IO 4"].steps)
    assert three in str(readings["Engine.IO 3"].steps)


@pytest.mark.parametrize("frame", ["4a", "48["])
def test_plain_engine(frame):
    """What is no Socket.IO may be a message of plain Engine.IO."""
    assert "plain Engine.IO" in told(frame)


def test_payload_of_lengths():
    """Revision 3; as revision 4 it is one odd ping."""
    body = '58:0{"sid":"x","pingInterval":25000,"pingTimeout":5000,"a":1}2:40'
    three, four = explain(body)
    assert three.title.startswith("A polling payload of Engine.IO 3")
    assert "packet 2: 40" in told(body)
    assert "the client pings every 25.0 s" in told(body)
    assert four.title.startswith("Engine.IO 4")


@pytest.mark.parametrize("separator", ["\x1e", "␞", "\\x1e", "\\u001e"])
def test_payload_of_separators(separator):
    """However the separator is written; behind a bad packet all is lost."""
    frame = separator.join(['42["a"]', "7x", '42["b"]'])
    (reading,) = explain(frame)
    assert reading.title.startswith("A polling payload of Engine.IO 4")
    assert not reading.sound
    assert 'packet 3: 42["b"] (thrown away' in told(frame)


def test_attachments_in_a_payload():
    """They are counted down."""
    frame = '452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]␞bAQ=='
    assert "1 attachment still to come" in told(frame)
    assert "still to come" not in told(frame + "␞bAg==")


def test_packed_payload():
    """Revision 3 in binary."""
    said = told("00 02 ff 34 30 01 03 ff 04 01 02")
    assert "Socket.IO CONNECT" in said
    assert "2 bytes: an attachment" in said


def test_jsonp():
    """A script as the server answers it."""
    assert "Socket.IO CONNECT" in told('___eio[0]("2:40");')


def test_msgpack():
    """The map is read, from bytes and from base64."""
    packet = "83 a4 74797065 02 a4 64617461 92 a2 6869 01 a3 6e7370 a2 2f61".replace(" ", "")
    for frame in (f"0x{packet}", "bg6R0eXBlAqRkYXRhkqJoaQGjbnNwoi9h"):
        assert "socket.io-msgpack-parser wrote this EVENT" in told(frame)
        assert 'event "hi", arguments [1]' in told(frame)


def test_debug_output():
    """A Socket.IO packet without the digit before it is read as such, too."""
    readings = explain('2["foo",1]')
    assert readings[-1].title.startswith("As a Socket.IO packet alone")
    assert 'event "foo" with 1 argument' in str(readings[-1].steps)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("", "parse error"),
        ("hello", "parse error"),
        ("4", "unknown packet type"),
        ('42["x"', "invalid payload"),
        ("42{}", "invalid payload"),
        ('45["a"]', "Illegal attachments"),
        ('4511-["a"]', "too many attachments"),
        ('451-["a",{"_placeholder":true,"num":5}]', "Illegal attachments"),
        ('42["connect"]', "reserved name"),
        ("43[1]", "answers nothing"),
        ("0nonsense", "throws an error"),
        ("5:4abc", "parsers stop here"),
        ("4a␞␞4b", "parse error"),
        ("b!!", "leaves such characters out"),
        ("42" + "9" * 30 + '["a"]', "JavaScript rounds it"),
    ],
)
def test_malformed(frame, said):
    """In clear words, with what official libraries do."""
    assert any(not reading.sound for reading in explain(frame))
    assert any(said in meaning and "WRONG" in meaning for reading in explain(frame) for _, meaning in reading.steps)


@pytest.mark.parametrize(
    "frame", ["\x1b[2J", '42["\u202e"]', "4" + "x" * 2_000_000, "0x" + "ff" * 5000, "[" * 5000, "\ud800"]
)
def test_hostile(frame):
    """What is pasted is data: printable, short, and never a traceback."""
    for reading in explain(frame):
        for piece, meaning in reading.steps:
            assert piece.isprintable()
            assert meaning.isprintable()
            assert len(piece) < 100
            assert len(meaning) < 700

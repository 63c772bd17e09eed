"""One line for the terminal."""

from analyzer.live.line import line
from analyzer.records import Row
from analyzer.stamps import from_text

TIME = from_text("2026-01-02T03:04:05.678901234Z")


def test_what_it_says() -> None:
    """When, who, which way, by what, and what."""
    row = Row(
        TIME, session="abcdefghijk", transport="websocket", direction="c2s", layer="socket.io", type="BINARY_EVENT",
        namespace="/chat", event="say", ack_id=3, data='["hello",1]', attachments=[b"1", b"2"],
    )  # fmt: skip
    assert line(row) == '03:04:05.678 abcdefgh -> websocket BINARY_EVENT /chat say #3 ["hello",1] +2 binary'
    assert line(Row(TIME, direction="s2c", layer="engine.io", type="ping")) == "03:04:05.678 -        <- engine.io ping"


def test_a_terminal_is_not_obeyed() -> None:
    """Nor does a long text fill it."""
    row = Row(TIME, event="\x1b[2J", data="\x1b]0;x\x07" + "y" * 1000, issue="sio_bad_json", detail="\x1b[1m")
    assert "\x1b" not in line(row)
    assert len(line(row)) < 300
    assert "! sio_bad_json" in line(row)

"""Lines on the terminal of a running proxy."""

import pytest

from analyzer.live.printing import printer
from analyzer.records import Row
from analyzer.stamps import from_text

TIME = from_text("2026-01-02T03:04:05.678901234Z")


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Packets and what a rule did, at the time of day, at once; not exchanges that went well."""
    take = printer()
    packet = {"session": "abc", "transport": "websocket", "direction": "c2s", "layer": "socket.io"}
    take([Row(TIME, **packet, type="EVENT", namespace="/chat", event="say", data='["\x1b[2J"]')])
    take([Row(TIME, type="act", session="abc", data="42[]", detail="rule 'x': drop EVENT")])
    take([Row(TIME, session="abc", layer="http", type="GET", status=200), Row(TIME, type="summary", data="{}")])
    said = capsys.readouterr().out
    assert "03:04:05.678" in said
    assert "EVENT /chat say" in said
    assert "capture act rule 'x': drop EVENT 42[]" in said
    assert "\x1b" not in said
    assert len(said.splitlines()) == 3

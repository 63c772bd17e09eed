"""Explanations on a screen."""

import pytest
from rich.cells import cell_len

from analyzer.explain import codes
from analyzer.explain.frame import explain
from analyzer.report.text import explained


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_fits(printed, width, encoding):
    """At every width: the list, a code, and frames with whatever in them."""
    lines = printed(explained.show_codes, codes.everything(), width=width, encoding=encoding)
    lines += printed(explained.show_code, "idle_cut", codes.explain("idle_cut"), width=width, encoding=encoding)
    for frame in ('451-["x",{"_placeholder":true,"num":0}]', '42["語語語\u202e"]', "hello"):
        for reading in explain(frame):
            lines += printed(explained.show_reading, reading.title, reading.steps, width=width, encoding=encoding)
    for line in lines:
        assert line.isprintable()
        assert cell_len(line) <= width


def test_a_frame(printed):
    """Pieces left, meanings right."""
    (reading,) = explain("41/x,")
    assert printed(explained.show_reading, reading.title, reading.steps)[:4] == [
        "Engine.IO 3 and 4 read it alike",
        "  4    Engine.IO message",
        "  1    Socket.IO DISCONNECT: leave a namespace, or be sent out of it",
        "  /x,  namespace /x",
    ]

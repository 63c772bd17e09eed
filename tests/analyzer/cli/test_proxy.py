"""``sioscope proxy``."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from analyzer.cli import main
from analyzer.issues import ProxyError
from analyzer.live import serving
from analyzer.live.printing import Taker
from analyzer.records import Row
from analyzer.report.text import screen

EVENT = Row(
    1, "p", stream=0, client="1.2.3.4:5", server="h:1", session="S", transport="websocket", direction="s2c", engine=4,
    layer="socket.io", type="EVENT", namespace="/", parser="json", event="news", data='["hello"]', size=20,
)  # fmt: skip


def call(*arguments: str) -> Any:
    """Run the command."""
    return CliRunner().invoke(main, ["proxy", *arguments])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[serving.Serving]:
    """What would have been served; one packet passes."""
    found: list[serving.Serving] = []

    def serve(wish: serving.Serving, say: Callable[[str], None], takers: Sequence[Taker]) -> None:
        found.append(wish)
        say("here")
        for take in takers:
            take([EVENT, Row(2, "p", type="summary", data="{}")])

    monkeypatch.setattr(serving, "serve", serve)
    return found


def test_options_become_settings(served: list[serving.Serving]) -> None:
    """Ours and mitmproxy's."""
    done = call(
        "--target", "http://h:1", "-o", "a.jsonl", "--rotate", "1h", "--set", "anticomp=true", "--web", "-q", "--redact"
    )
    assert done.exit_code == 0
    settings = (("sioscope_rotate", "1h"), ("sioscope_redact", "true"), ("anticomp", "true"))
    assert served == [serving.Serving("127.0.0.1:8080", "http://h:1", "regular", "a.jsonl", False, True, settings)]


def test_lines_and_a_report(served: list[serving.Serving]) -> None:
    """Where there is no terminal a line a packet; when it is over, what analyze says."""
    done = call()
    lines = done.stdout.splitlines()
    assert any(line.endswith('EVENT news ["hello"]') for line in lines)
    assert "Busiest events" in done.stdout
    assert done.stderr == "sioscope: here\n"
    quiet = call("-q").stdout
    assert 'EVENT news ["hello"]' not in quiet
    assert "Busiest events" in quiet


def test_nothing_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said."""
    monkeypatch.setattr(serving, "serve", lambda *_: None)
    done = call()
    assert (done.stdout, done.stderr) == ("", "note: no Socket.IO has passed\n")


def test_a_table_on_a_terminal(served: list[serving.Serving], monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of lines, unless those are asked for; nothing of it stays."""
    monkeypatch.setattr(screen, "open_console", lambda **_: Console(force_terminal=True, width=80, height=20))
    shown = call().stdout
    assert 'EVENT news ["hello"]' not in shown
    assert "1 open, 1 in all, 1 packet" in shown
    assert "\x1b[1A\x1b[2K" in shown
    assert "news" in call("--lines").stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--set", "x"), "--set takes name=value, not 'x'"),
        (("--rotate", "x"), "cannot rotate a log by 'x'"),
        (("--listen", "x"), "cannot listen on 'x'"),
        (("--target", "x"), "cannot stand in front of 'x'"),
        (("x",), "unexpected extra argument"),
    ],
)
def test_bad_calls_are_one_line(arguments: tuple[str, ...], why: str) -> None:
    """And exit status 2."""
    done = call(*arguments)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines() if hasattr(done, "stderr") else done.output.splitlines()
    assert why in line.lower()


def test_without_mitmproxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says how to get it."""
    monkeypatch.setitem(sys.modules, "mitmproxy.tools", None)
    with pytest.raises(ProxyError, match=r"pip install 'sioscope\[proxy\]'"):
        serving.serve(serving.Serving(), print)


def test_an_output_that_exists(tmp_path: Path) -> None:
    """Is not touched without --force."""
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n")
    done = call("--listen", "127.0.0.1:0", "-o", str(path))
    assert done.exit_code == 2
    assert "exists already" in done.output + getattr(done, "stderr", "")

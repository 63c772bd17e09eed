"""``sioscope proxy``."""

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.issues import ProxyError
from analyzer.live import serving


def call(*arguments: str) -> Any:
    """Run the command."""
    return CliRunner().invoke(main, ["proxy", *arguments])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[serving.Serving]:
    """What would have been served."""
    found: list[serving.Serving] = []
    monkeypatch.setattr(serving, "serve", lambda wish, say: found.append(wish))
    return found


def test_options_become_settings(served: list[serving.Serving]) -> None:
    """Ours and mitmproxy's."""
    done = call("--target", "http://h:1", "-o", "a.jsonl", "--rotate", "1h", "--set", "anticomp=true", "--web", "-q")
    assert done.exit_code == 0
    settings = (("sioscope_rotate", "1h"), ("sioscope_print", "false"), ("anticomp", "true"))
    assert served == [serving.Serving("127.0.0.1:8080", "http://h:1", "regular", "a.jsonl", False, True, settings)]


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

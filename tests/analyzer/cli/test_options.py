"""What commands share: limits, notes, the progress bar, and a standard output that may close."""

import io
import sys
from collections import Counter
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

import click
import pytest

from analyzer.cli import main, options
from analyzer.issues import StoreError
from analyzer.limits import DEFAULT, Limits
from analyzer.log import Log
from tests.analyzer.cli.inputs import CAPTURE

COMMANDS = main.list_commands(click.Context(main))


class Terminal(io.StringIO):
    """A stderr that people look at."""

    def isatty(self) -> bool:
        """Whether they do."""
        return True


def given(name: str) -> dict[str, click.Option]:
    """Options of a command by the name of their parameter."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return {str(p.name): p for p in command.params if isinstance(p, click.Option)}


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"proxy", "explain"}))
def test_limits_are_options(command: str) -> None:
    """The same ones on every command, each for a field of the limits, with its default."""
    found = {name: option for name, option in given(command).items() if option.opts[0].startswith("--max-")}
    assert sorted(found) == ["attachments", "connections", "inflated", "message", "sessions"]
    for name, option in found.items():
        assert option.opts == [f"--max-{name}"]
        assert option.default == getattr(DEFAULT, name)


def test_limits_of_a_call() -> None:
    """Only what is a limit is taken; what is not given keeps its default."""
    assert options.limits_of({"message": 5, "quiet": True}) == Limits(message=5)
    assert options.limits_of({}) == DEFAULT
    everything = {field.name: 7 for field in fields(Limits)}
    assert options.limits_of(everything) == Limits(**cast(Any, everything))


def test_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, one line whatever is in it; or not at all."""
    options.note("a\nb\x1b[31m")
    options.note("unseen", shown=False)
    assert capsys.readouterr() == ("", "note: a\\nb\\x1b[31m\n")


@pytest.mark.parametrize(
    ("passed_over", "connections", "said"),
    [
        ({}, 5, ""),
        ({"tls": 1}, 1, "note: 1 of 1 connections passed over: 1 TLS (--keylog opens it)\n"),
        (
            {"http": 1, "other": 3},
            9,
            "note: 4 of 9 connections passed over: 3 of other protocols, 1 HTTP without Engine.IO\n",
        ),
        ({"something new": 2}, 2, "note: 2 of 2 connections passed over: 2 something new\n"),
    ],
)
def test_what_was_passed_over(
    passed_over: dict[str, int], connections: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """How many, the commonest kind first; nothing where there was none."""
    captures = SimpleNamespace(passed_over=Counter(passed_over), connections=connections)
    log = cast(Log, SimpleNamespace(captures=captures, exchanges=None))
    options.note_passed_over(log, shown=False)
    options.note_passed_over(log, shown=True)
    options.note_passed_over(cast(Log, SimpleNamespace(captures=None, exchanges=None)), shown=True)
    assert capsys.readouterr().err == said


def test_the_progress_bar_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """There it counts the bytes of the files to their end."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    size = CAPTURE.stat().st_size
    with options.progress((str(CAPTURE),), shown=True) as progress:
        assert progress is not None
        for done in (0, size // 2, size):
            progress(done)
    assert "reading" in sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "100%" in sys.stderr.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stderr", "paths", "shown"),
    [
        (io.StringIO(), (str(CAPTURE),), True),
        (Terminal(), (str(CAPTURE),), False),
        (Terminal(), ("-",), True),
        (Terminal(), ("no-such-file",), True),
        (Terminal(), ("a\0b",), True),
        (None, (str(CAPTURE),), True),
    ],
    ids=["no-terminal", "quiet", "pipe", "missing", "no-path", "closed"],
)
def test_no_progress_bar(stderr: Any, paths: tuple[str, ...], shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looks, or nobody knows how much there is to read."""
    monkeypatch.setattr(sys, "stderr", stderr)
    with options.progress(paths, shown=shown) as progress:
        assert progress is None
    assert stderr is None or stderr.getvalue() == ""


def test_a_pipe_that_closes_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 0: the reader had enough."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(SystemExit) as ended, options.quiet_pipe():
        raise BrokenPipeError
    assert ended.value.code == 0


@pytest.mark.parametrize("error", [StoreError("x"), OSError(28, "full"), KeyboardInterrupt()], ids=repr)
def test_other_errors_pass(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told where all errors are."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(type(error)), options.quiet_pipe():
        raise error


def test_what_is_printed_is_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the last bytes shows while it can still be told; without a standard output there is none."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw))
    with options.quiet_pipe():
        sys.stdout.write("x")
    assert raw.getvalue() == b"x"
    monkeypatch.setattr(sys, "stdout", None)
    with options.quiet_pipe():
        pass
    options.abandon_stdout()

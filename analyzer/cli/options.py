"""What commands share: arguments, limits, the progress bar, and the note on what was passed over."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzer.issues import StoreError
from analyzer.limits import DEFAULT, Limits
from analyzer.text import printable

if TYPE_CHECKING:
    from analyzer.log import Log
    from analyzer.pipeline.captures import Captures, Progress
    from analyzer.pipeline.exchanges import Exchanges

F = TypeVar("F", bound=Callable[..., Any])

captures = click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True)
keylog = click.option(
    "--keylog",
    "keylogs",
    metavar="FILE",
    multiple=True,
    help="Secrets of TLS connections, as SSLKEYLOGFILE makes them; may be given more than once.",
)
force = click.option("--force", is_flag=True, help="Replace an output that exists.")
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress bar and no notes on stderr.")

redact = click.option(
    "--redact", is_flag=True, help="Mask cookies, authorisations, tokens and fields named like secrets; lengths stay."
)
session = click.option("--session", metavar="SID", help="Only this session: its id, or how that begins.")
around = click.option(
    "--around", metavar="FRAME", type=click.IntRange(min=1), help="Only rows of this packet number, and some around it."
)
context = click.option(
    "--context",
    metavar="N",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="Rows shown before and after those of --around.",
)
color = click.option(
    "--color/--no-color", default=None, help="Colours, or none.  [default: on a terminal]", show_default=False
)
width = click.option(
    "--width", type=click.IntRange(min=40), metavar="N", help="Columns to fill.  [default: the terminal's]"
)

_LIMITS = {
    "message": ("--max-message", "Largest WebSocket message or HTTP body kept, in bytes."),
    "inflated": ("--max-inflated", "Largest message or body kept after decompression, in bytes."),
    "connections": ("--max-connections", "TCP connections kept open."),
    "sessions": ("--max-sessions", "Engine.IO sessions remembered."),
    "attachments": ("--max-attachments", "Attachments one packet may wait for."),
}


def limits(command: F) -> F:
    """Add the options that set limits; the command receives them as ``limits``, by `limits_of`."""
    for name, (option, text) in reversed(_LIMITS.items()):
        kind = click.IntRange(min=1)
        command = click.option(option, name, type=kind, default=getattr(DEFAULT, name), show_default=True, help=text)(
            command
        )
    return command


def limits_of(given: dict[str, Any]) -> Limits:
    """The limits among a command's options."""
    known = {field.name for field in fields(Limits)}
    return Limits(**{name: value for name, value in given.items() if name in known})


@contextmanager
def progress(paths: tuple[str, ...], *, shown: bool) -> Iterator["Progress | None"]:
    """A progress bar over the bytes of the files, on stderr and only on a terminal."""
    total = sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
    if not shown or sys.stderr is None or not sys.stderr.isatty() or not total:
        yield None
        return
    with click.progressbar(length=total, label="reading", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """End without a word when the reader of standard output has gone (``| head``), with one line where it is full."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        abandon_stdout()
        raise SystemExit(0) from None
    except (StoreError, OSError):
        abandon_stdout()
        raise


def abandon_stdout() -> None:
    """Let what standard output still holds go nowhere, so that it does not fail once more when Python ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str, *, shown: bool = True) -> None:
    """A remark on stderr, beside the command's answer."""
    if shown:
        click.echo(f"note: {printable(text)}", err=True)


def note_passed_over(log: "Log", *, shown: bool) -> None:
    """Say how many connections carried no Engine.IO, so that an empty answer explains itself."""
    for run in (log.captures, log.exchanges):
        if run is not None:
            note_run(run, shown=shown)


def note_run(run: "Captures | Exchanges", *, shown: bool) -> None:
    """The same of the sources of one kind."""
    if run.passed_over:
        kinds = ", ".join(f"{count} {_KINDS.get(kind, kind)}" for kind, count in run.passed_over.most_common())
        total = sum(run.passed_over.values())
        note(f"{total} of {run.connections} connections passed over: {kinds}", shown=shown)


_KINDS = {
    "empty": "without data",
    "http": "HTTP without Engine.IO",
    "http2": "HTTP/2",
    "other": "of other protocols",
    "tls": "TLS (--keylog opens it)",
    "websocket": "WebSocket without Engine.IO",
}

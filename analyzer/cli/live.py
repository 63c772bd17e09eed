"""``sioscope live``: the conversation as it happens, and the report when it is over."""

import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options

if TYPE_CHECKING:
    from analyzer.pipeline.live import LiveCapture
    from analyzer.records import Row
    from analyzer.report.recent import Recent
    from analyzer.sources.live import Source

Taker = Callable[["list[Row]"], None]
_STDOUT = "-"
_KEPT = 200_000


@click.command(name="live")
@click.argument("source", metavar="[CAPTURE]", required=False)
@click.option("-i", "--interface", metavar="IFACE", help="The network interface to listen to, such as lo or eth0.")
@click.option("--filter", "bpf", metavar="BPF", help="Which packets to capture, as for tcpdump: 'tcp port 3000'.")
@click.option(
    "-o", "--output", metavar="FILE", help="Also write the log as it grows, to a .jsonl; - prints it instead."
)
@click.option("--heartbeats/--no-heartbeats", default=True, show_default=True, help="Whether to print pings and pongs.")
@click.option("--all", "everything", is_flag=True, help="All rows, HTTP exchanges that went well, too.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=_KEPT,
    show_default=True,
    help="Newest rows kept for the closing report.",
)
@options.redact
@options.color
@options.width
@options.keylog
@options.force
@options.quiet
@options.limits
def command(source: str | None, output: str | None, force: bool, quiet: bool, **given: Any) -> None:
    """Print the conversation as it happens, until Ctrl-C; then report as analyze does.

    Listens to a network interface, or reads what tcpdump writes into a pipe (CAPTURE is - or the path of a FIFO). Times
    are of day, in UTC. A key log is followed while it is written.

    \b
        sudo sioscope live -i eth0 --filter 'tcp port 3000'
        sudo tcpdump -i eth0 -U -w - tcp port 3000 | sioscope live -
    """
    from analyzer.sources.live import open_source

    with options.quiet_pipe():
        with closing(open_source(source, given["interface"], given["bpf"])) as watched:
            recent = _watched(watched, output, force=force, quiet=quiet, given=given)
        _report(recent, output, quiet, given)


def _watched(watched: "Source", output: str | None, *, force: bool, quiet: bool, given: dict[str, Any]) -> "Recent":
    """Print and write what comes, until a signal or the end; the newest rows of it."""
    from analyzer.pipeline.live import LiveCapture
    from analyzer.report.recent import Recent
    from analyzer.sources.keylogs import KeyLogs

    keys, recent = KeyLogs(given["keylogs"], growing=True), Recent(given["keep"])
    live = LiveCapture(watched, keys, options.limits_of(given))
    told = partial(options.note, shown=not quiet)
    with ExitStack() as stack:
        takers = [*_takers(stack, output, force, given), recent.add]
        stack.enter_context(_until_signal(watched.stop))
        told(f"listening to {watched.name}; Ctrl-C ends it and reports")
        for missing in keys.missing:
            told(missing)
        _watch(live, _masking(takers) if given["redact"] else takers, told)
    options.note_run(live, shown=not quiet)
    return recent


def _masking(takers: list[Taker]) -> list[Taker]:
    """One that gives them all the same rows without their secrets."""
    from analyzer.store.redact import Redactor

    redactor = Redactor()

    def take(rows: "list[Row]") -> None:
        masked = redactor.rows(rows)
        for each in takers:
            each(masked)

    return [take]


def _watch(live: "LiveCapture", takers: list[Taker], told: Callable[[str], None]) -> None:
    """Give all rows to all takers, and tell how many packets are lost: at once, then whenever that has doubled."""
    from analyzer.log import uncollected

    gc.freeze()  # what is loaded by now stays: there is no need to look at it again and again
    lost = 0
    for rows in uncollected(iter(live)):
        if rows:
            for take in takers:
                take(rows)
        if live.lost > 2 * lost:
            lost = live.lost
            told(f"{lost} packets lost so far: they come faster than they can be read; narrow them down with --filter")


def _takers(stack: ExitStack, output: str | None, force: bool, given: dict[str, Any]) -> list[Taker]:
    """What prints the rows, and what writes them."""
    takers: list[Taker] = []
    if output is not None:
        from analyzer.store import open_writer

        takers.append(stack.enter_context(open_writer(output, force=force, flush_each=True)).write)
    if output != _STDOUT:
        from analyzer.report.text.screen import open_console
        from analyzer.report.text.transcript import Manner, Transcript

        beats, everything = given["heartbeats"], given["everything"]
        manner = Manner(clock=True, fold=False, heartbeats=beats, captures=False, everything=everything)
        takers.append(Transcript(open_console(color=given["color"], width=given["width"]), manner).add)
    return takers


def _report(recent: "Recent", output: str | None, quiet: bool, given: dict[str, Any]) -> None:
    from analyzer.report.text.render import render
    from analyzer.report.text.screen import open_console

    if recent.left_out:
        whole = f"sioscope analyze {output} reports on all" if output not in (None, _STDOUT) else "-o keeps all"
        kept = recent.taken - recent.left_out
        options.note(f"this report is of the newest {kept} of {recent.taken} rows (--keep); {whole}", shown=not quiet)
    console = open_console(sys.stderr if output == _STDOUT else None, color=given["color"], width=given["width"])
    render(recent.analysis(), console)


@contextmanager
def _until_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM stop it in good order; a second one does what it always does."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.getsignal(number) for number in wanted}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        restore()
        stop()

    try:
        for number in wanted:
            signal.signal(number, ask)
        yield
    finally:
        restore()

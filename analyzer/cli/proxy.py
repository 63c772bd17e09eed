"""``sioscope proxy``: mitmproxy with sioscope in it, its sessions on the terminal, and the report when it is over."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options

if TYPE_CHECKING:
    from analyzer.live.printing import Taker
    from analyzer.report.recent import Recent

_KEPT = 200_000
"""Newest rows that the closing report is of."""
_REFRESHED = 2
"""Times a second that the table is drawn."""


@click.command(name="proxy")
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True, help="Where to listen.")
@click.option("--target", metavar="URL", help="The server to stand in front of (a reverse proxy).")
@click.option("--mode", default="regular", show_default=True, help="Without --target: a mode of mitmproxy.")
@click.option("-o", "--output", metavar="FILE", help="Record to this file (.jsonl) or FIFO.")
@click.option("--rotate", metavar="LIMIT", default="", help="Begin a new file by size or time: 100M, 1h, 100M,1h.")
@click.option("--filter", "wanted", metavar="FILTER", default="", help="Record and print only this: '~e say & !~n /x'.")
@click.option("--rules", metavar="FILE", default="", help="Shape traffic by the rules in this TOML file.")
@click.option("--web", is_flag=True, help="Start mitmweb, which shows the traffic in a browser.")
@click.option("--set", "more", metavar="NAME=VALUE", multiple=True, help="Any other option of mitmproxy.")
@click.option("--lines", is_flag=True, help="Print a line a packet, on a terminal too.")
@options.redact
@options.force
@options.quiet
def command(listen: str, target: str | None, output: str | None, rotate: str, **given: Any) -> None:
    """Record Socket.IO as it happens, and report when it is over, as analyze does.

    On a terminal it shows the sessions and how they are, elsewhere it prints a line a packet. Needs mitmproxy 11 or 12
    (pip install 'sioscope[proxy]'). With --target it stands in front of a server; without, it is the proxy that clients
    are told to use. It ends with Ctrl-C.

    \b
        sioscope proxy --target http://127.0.0.1:3000 -o log.jsonl
        sioscope proxy --listen 0.0.0.0:8080 -o log.jsonl --rotate 100M
        sioscope proxy --target http://127.0.0.1:3000 -o to_share.jsonl --redact
    """
    from analyzer.live.interrupts import exit_if_stuck
    from analyzer.live.serving import Serving, serve
    from analyzer.report.recent import Recent

    settings = tuple(_settings(rotate, given))
    serving = Serving(listen, target, given["mode"], output, given["force"], given["web"], settings)
    recent = Recent(_KEPT)
    try:
        with options.quiet_pipe():
            with ExitStack() as stack:
                takers = _takers(stack, given)
                broken = serve(serving, _say, [*takers, recent.add])
            _report(recent, output, quiet=given["quiet"])
    except KeyboardInterrupt:
        exit_if_stuck(130, "sioscope: interrupted\n")
        raise
    if broken:
        exit_if_stuck(0)


def _settings(rotate: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Options of mitmproxy by name; those of ours are checked first."""
    from analyzer.live.packet_filter import compile_filter
    from analyzer.live.rotation import parse
    from analyzer.live.rules import read as read_rules

    parse(rotate)
    settings = [("sioscope_rotate", rotate)]
    if given["wanted"]:
        compile_filter(given["wanted"])
        settings.append(("sioscope_filter", given["wanted"]))
    if given["rules"]:
        read_rules(given["rules"])
        settings.append(("sioscope_rules", given["rules"]))
    if given["redact"]:
        settings.append(("sioscope_redact", "true"))
    for option in given["more"]:
        name, equals, value = option.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes NAME=VALUE, not {option!r}", click.get_current_context())
        settings.append((name, value))
    return settings


def _takers(stack: ExitStack, given: dict[str, Any]) -> "list[Taker]":
    """What shows the rows: a table on a terminal, else lines; nothing where it should be quiet."""
    if given["quiet"]:
        return []
    from analyzer.report.text.screen import open_console

    console = open_console()
    if given["lines"] or not console.is_terminal:
        from analyzer.live.printing import printer

        return [printer()]
    from rich.live import Live

    from analyzer.report.text.board import Board

    board = Board(console)
    stack.enter_context(
        Live(console=console, get_renderable=board.picture, refresh_per_second=_REFRESHED, transient=True)
    )
    return [board.add]


def _say(line: str) -> None:
    print(f"sioscope: {line}", file=sys.stderr)  # not by click, which would write into the table


def _report(recent: "Recent", output: str | None, *, quiet: bool) -> None:
    from analyzer.report.text.render import render
    from analyzer.report.text.screen import open_console

    if recent.taken <= 1:  # the summary of the proxy
        options.note("no Socket.IO has passed", shown=not quiet)
        return
    if recent.left_out:
        whole = f"sioscope analyze {output} reports on all" if output else "-o keeps all"
        kept = recent.taken - recent.left_out
        options.note(f"this report is of the newest {kept} of {recent.taken} rows; {whole}", shown=not quiet)
    render(recent.analysis(), open_console())

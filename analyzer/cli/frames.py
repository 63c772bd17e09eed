"""``sioscope frames``: the conversation, a line a packet."""

from functools import partial
from typing import Any

import click

from analyzer.cli import options


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """A time, absolute or since the log's first row."""
    from analyzer.report.selection import moment

    try:
        return None if value is None else moment(value)
    except (ValueError, OverflowError):
        said = f"{value!r} is neither seconds from the start (12.5) nor a time (2026-11-20T08:32:12Z)"
        raise click.BadParameter(said, ctx, param) from None


@click.command(name="frames")
@options.captures
@options.session
@click.option("--namespace", metavar="NAME", help="Only packets of this namespace.")
@click.option("--event", metavar="NAME", help="Only events of this name (* and ? fit anything), and their acks.")
@click.option(
    "--type", "types", metavar="TYPE", multiple=True, help="Only rows of this type, such as EVENT, ping, GET."
)
@click.option("--direction", type=click.Choice(["c2s", "s2c"]), help="Only what the client (c2s) or the server sent.")
@click.option(
    "--since", callback=_moment, metavar="TIME", help="Only from then on: seconds from the start, or ISO 8601."
)
@click.option("--until", callback=_moment, metavar="TIME", help="Only until then.")
@options.around
@options.context
@options.redact
@click.option("--heartbeats", is_flag=True, help="Each ping and pong, not one line for many.")
@click.option("--all", "everything", is_flag=True, help="All rows, HTTP exchanges that went well and summaries, too.")
@options.color
@options.width
@options.keylog
@options.quiet
@options.limits
def command(captures: tuple[str, ...], quiet: bool, **given: Any) -> None:
    """Print the conversation, decoded: a line for every packet.

    A line has the direction (client to server or back), seconds since the start and since the line before, session,
    transport, size, type, namespace, event, ack id (with the latency, where it answers) and as much data as fits.

    \b
        sioscope frames capture.pcap
        sioscope frames capture.pcap --event 'chat*' --since 12.5
        sioscope frames capture.pcap --color | less -R
    """
    from analyzer.log import Log
    from analyzer.store.redact import Redactor

    told = partial(options.note, shown=not quiet)
    log = Log(captures, options.limits_of(given), None, told, given["keylogs"])
    with options.quiet_pipe():
        transcript = _transcript(given)
        for rows in Redactor().watch(log) if given["redact"] else log:
            transcript.add(rows)
        transcript.end()
    if not transcript.shown:
        told("no row was to be shown; --all shows all there are, unless other options choose among them")
    options.note_passed_over(log, shown=not quiet)


def _transcript(given: dict[str, Any]) -> Any:
    from analyzer.report.selection import Around, Choice
    from analyzer.report.text.screen import open_console
    from analyzer.report.text.transcript import Manner, Transcript

    near = given["around"]
    manner = Manner(fold=not given["heartbeats"] and near is None, everything=given["everything"] or near is not None)
    names = ("session", "namespace", "event", "types", "direction", "since", "until")
    choice = Choice(**{name: given[name] for name in names})
    around = None if near is None else Around[Any](near, given["context"])
    return Transcript(open_console(color=given["color"], width=given["width"]), manner, choice, around)

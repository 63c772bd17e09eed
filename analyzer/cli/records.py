"""``sioscope records``: the log itself."""

from functools import partial
from typing import Any

import click

from analyzer.cli import options


@click.command(name="records")
@options.captures
@click.option(
    "-o", "--output", metavar="FILE", default="-", help="Where to write: .jsonl, .parquet or .csv; - is stdout."
)
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "parquet", "csv"]), help="Format, where the name does not say."
)
@options.session
@options.around
@options.context
@options.redact
@options.keylog
@options.force
@options.quiet
@options.limits
def command(captures: tuple[str, ...], output: str, form: Any, force: bool, quiet: bool, **given: Any) -> None:
    """Print the log: one row for everything that happened, in time order.

    JSON Lines on stdout unless -o says otherwise. Several captures are read as one run.

    \b
        sioscope records capture.pcap | jq -c 'select(.layer == "socket.io") | [.time, .event]'
        sioscope records part_*.pcap -o log.parquet
        sioscope records capture.pcap --session SID --around 120
        sioscope records capture.pcap --redact -o to_share.jsonl
    """
    from analyzer.log import Log
    from analyzer.report.selection import chosen
    from analyzer.store import open_writer
    from analyzer.store.redact import Redactor

    with options.progress(captures, shown=not quiet) as progress:
        told = partial(options.note, shown=not quiet)
        log = Log(captures, options.limits_of(given), progress, told, given["keylogs"])
        live = output == "-" and captures == ("-",)
        choose = chosen(given["session"], given["around"], given["context"])
        with options.quiet_pipe(), open_writer(output, form, force=force, flush_each=live) as writer:
            for rows in Redactor().watch(log) if given["redact"] else log:
                writer.write(choose(rows))
    options.note_passed_over(log, shown=not quiet)

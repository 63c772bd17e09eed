"""``sioscope analyze``: what the log says, as a report, tables, pictures or JSON."""

from typing import Any

import click

from analyzer.cli import options


@click.command(name="analyze")
@options.captures
@click.option("--json", "as_json", is_flag=True, help="Print all tables as one JSON object.")
@click.option("--tables", metavar="DIR", help="Write each table as CSV and Parquet into DIR.")
@click.option("--plots", metavar="DIR", help="Write pictures (PNG) into DIR.")
@options.force
@options.quiet
@options.limits
def command(
    captures: tuple[str, ...],
    as_json: bool,
    tables: str | None,
    plots: str | None,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Report on sessions, heartbeats, upgrades, acks and events.

    \b
        sioscope analyze capture.pcap
        sioscope analyze capture.pcap --plots pictures --tables tables
        sioscope analyze log.jsonl --json | jq .sessions
    """
    from analyzer.log import Log
    from analyzer.report import analysis

    with options.progress(captures, shown=not quiet) as progress:
        log = Log(captures, options.limits_of(given), progress, options.note)
        found = analysis.of(log)
    options.note_passed_over(log, shown=not quiet)

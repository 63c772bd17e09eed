"""``sioscope analyze``: what the log says, as a report, tables, pictures or JSON."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.records import Row
    from analyzer.report.analysis import Analysis


@click.command(name="analyze")
@options.captures
@click.option("--html", metavar="FILE", help="Write the report as one HTML page that needs nothing else.")
@click.option("--rooms", is_flag=True, help="Infer rooms: who receives the same at the same time.")
@click.option("--json", "as_json", is_flag=True, help="Print all tables as one JSON object.")
@click.option("--tables", metavar="DIR", help="Write each table as CSV and Parquet into DIR.")
@click.option("--plots", metavar="DIR", help="Write pictures (PNG and SVG) into DIR.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    help="Exit with 1 where there is a finding of this severity or a worse one.",
)
@click.option(
    "--redact/--no-redact",
    default=None,
    help="Mask cookies, authorisations, tokens and fields named like secrets; lengths stay.  [default: with --html]",
    show_default=False,
)
@options.keylog
@options.force
@options.quiet
@options.limits
def command(
    captures: tuple[str, ...],
    html: str | None,
    as_json: bool,
    tables: str | None,
    plots: str | None,
    fail_on: str | None,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Report on what went wrong, and on sessions, heartbeats, upgrades, acks and events.

    \b
        sioscope analyze capture.pcap
        sioscope analyze capture.pcap --html report.html      (secrets masked unless --no-redact)
        sioscope analyze capture.pcap --plots pictures --tables tables
        sioscope analyze log.jsonl --json | jq .findings
        sioscope analyze capture.pcap --rooms
        sioscope analyze capture.pcap --fail-on error
    """
    from analyzer.log import Log
    from analyzer.report import analysis, files
    from analyzer.report.page.sample import Sample
    from analyzer.store.redact import Redactor
    from analyzer.tables.payloads import Payloads

    payloads = Payloads() if given["rooms"] else None
    masked = html is not None if given["redact"] is None else given["redact"]
    sample = Sample(masked=masked)
    with options.progress(captures, shown=not quiet) as progress:
        told = partial(options.note, shown=not quiet)
        log = Log(captures, options.limits_of(given), progress, told, given["keylogs"])
        rows: Iterator[list[Row]] = iter(log) if payloads is None else payloads.watch(log)
        rows = Redactor().watch(rows) if masked else rows
        found = analysis.of(rows if html is None else sample.watch(rows), payloads)
    options.note_passed_over(log, shown=not quiet)
    if html is not None:
        files.write_page(found, sample, html, force=force)
        unmasked = "" if masked else ", secrets and all"
        options.note(f"report written to {html}{unmasked}", shown=not quiet)
    if tables is not None:
        _say(files.write_tables(found, tables, force=force), tables, quiet)
    if plots is not None:
        _say(files.write_plots(found, plots, force=force), plots, quiet)
    with options.quiet_pipe():
        (_print_json if as_json else _print_report)(found)
    if fail_on is not None and found.worst_is(fail_on):
        raise SystemExit(1)


def _print_json(found: "Analysis") -> None:
    from analyzer.report import document

    for piece in document.pieces(found):
        click.echo(piece, nl=False)


def _print_report(found: "Analysis") -> None:
    from analyzer.report.text.render import render
    from analyzer.report.text.screen import open_console

    render(found, open_console())


def _say(written: list[Path], folder: str, quiet: bool) -> None:
    options.note(f"{len(written)} files written to {folder}", shown=not quiet)

"""``sioscope replay``: captured sessions played against a test server, and what came back different."""

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options

if TYPE_CHECKING:
    from analyzer.replay.crowd import Crowd
    from analyzer.replay.report import Report

_PACES = ("gated", "timed", "scaled", "fast")
_LEVELS = ("none", "presence", "count", "shape", "values")


def _many(*names: str, **more: Any) -> Callable[[options.F], options.F]:
    return click.option(*names, multiple=True, **more)


@click.command(name="replay")
@options.captures
@click.option("--target", metavar="URL", help="The server to play against, such as http://localhost:3000.")
@click.option("--dry-run", is_flag=True, help="Print the plan: steps, what they wait for, values put in. No socket.")
@click.option("--pace", type=click.Choice(_PACES), help="When steps leave; gated unless --speed is given.")
@click.option("--speed", type=click.FloatRange(0, min_open=True), help="With --pace scaled: 2 is twice as fast.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True, metavar="SECONDS",
              help="How much later than captured something may come.")  # fmt: skip
@click.option("--transport", type=click.Choice(["captured", "polling", "websocket", "upgrade"]), default="captured",
              show_default=True, help="Transport to use.")  # fmt: skip
@click.option("--compare", "level", type=click.Choice(_LEVELS), default="values", show_default=True,
              help="How closely what comes back is compared.")  # fmt: skip
@click.option("--noise", metavar="FILE", help="Places not to compare, as --learn-noise writes them.")
@click.option("--learn-noise", metavar="FILE", help="Replay twice and write the places that differ to FILE.")
@click.option("--rules", metavar="FILE", help="Rules for values of the server that the client sends; with --dry-run "
              "they are written if FILE is not there.")  # fmt: skip
@_many("--session", "session", metavar="SID", help="Only this session (its beginning is enough).")
@_many("--only", metavar="[NAMESPACE:]EVENT", help="Only these events, * and ? as in file names.")
@_many("--skip", metavar="[NAMESPACE:]EVENT", help="Not these events.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, help="Play everything N times.")
@click.option("--concurrency", type=click.IntRange(min=1), help="Sessions at once at most.")
@click.option("--users", metavar="FILE", help="CSV of variables, one row a session.")
@_many("--header", "headers", metavar="'NAME: VALUE'", help="Header field for every request. ${NAME} is a variable.")
@_many("--auth", metavar="NAME=VALUE", help="Member of what CONNECT carries, or all of it as a JSON object.")
@_many("--query", metavar="NAME=VALUE", help="Field of the query of every request.")
@click.option("--shift-times", is_flag=True, help="Move times in what is sent by the age of the capture.")
@click.option("--send-captured-credentials", "credentials", is_flag=True, help="Send tokens and cookies as captured.")
@_many("--allow-host", "hosts", metavar="NAME", help="A target other than this machine.")
@click.option("--yes-captured-origin", "origin", is_flag=True, help="The target may be the captured server itself.")
@click.option("--insecure", is_flag=True, help="Take any certificate of an https target.")
@click.option("--cap-sessions", type=click.IntRange(min=1), default=1_000, show_default=True, help="Sessions in all.")
@click.option("--cap-rate", type=click.FloatRange(0, min_open=True), default=1_000.0, show_default=True,
              help="Messages a second.")  # fmt: skip
@click.option("--cap-bytes", type=click.IntRange(min=1), default=1 << 30, show_default=True, help="Bytes received.")
@click.option("--cap-seconds", type=click.FloatRange(0, min_open=True), default=3_600.0, show_default=True,
              help="Seconds in all.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("-o", "--output", metavar="FILE", help="Write the log of the replay, like that of a capture.")
@options.keylog
@options.force
@options.quiet
@options.limits
def command(captures: tuple[str, ...], as_json: bool, quiet: bool, force: bool, **given: Any) -> None:
    """Play captured clients against a test server and say what came back different.

    Exit status: 0 the same, 1 different, 2 could not run.

    \b
        sioscope replay capture.pcap --target http://localhost:3000
        sioscope replay capture.pcap --dry-run
        sioscope replay log.jsonl --target http://localhost:3000 --pace fast --json
    """
    from analyzer.log import Log
    from analyzer.replay import job

    with options.progress(captures, shown=not quiet) as progress:
        log = Log(captures, options.limits_of(given), progress, keylogs=given["keylogs"])
        work = job.Job((row for rows in log for row in rows), job.Options(force=force, **_own(given)))
    for note in work.notes:
        options.note(note, shown=not quiet)
    with options.quiet_pipe():
        if given["dry_run"]:
            for line in work.describe():
                click.echo(line)
            return
        told = len(work.notes)
        report = work.run(_progress(not quiet))
        for note in work.notes[told:]:
            options.note(note, shown=not quiet)
        _print(report, as_json)
    sys.exit(report.status)


def _own(given: dict[str, Any]) -> dict[str, Any]:
    """The options that are the replay's own."""
    from analyzer.replay.job import Options

    return {name: value for name, value in given.items() if name in Options.__dataclass_fields__}


def _print(report: "Report", as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.document(), ensure_ascii=True, indent=1))
        return
    from analyzer.replay import summary

    for line in summary.lines(report):
        click.echo(line)


def _progress(shown: bool) -> Callable[["Crowd"], None]:
    """Tells on a terminal how far the run is."""
    live = shown and sys.stderr is not None and sys.stderr.isatty()

    def tell(crowd: "Crowd") -> None:
        if live:
            sent = sum(len(each.sent) for each in crowd.results)
            click.echo(f"\r{crowd.playing} playing, {crowd.finished} done, {sent} sent \r", nl=False, err=True)

    return tell

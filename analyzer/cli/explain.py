"""``sioscope explain``: what a code means, and what a pasted frame says."""

from typing import TYPE_CHECKING

import click

from analyzer.cli import options

if TYPE_CHECKING:
    from analyzer.report.text.screen import Screen


@click.command(name="explain", context_settings={"ignore_unknown_options": True})
@click.argument("what", metavar="[CODE|FRAME]", required=False)
def command(what: str | None) -> None:
    """Say what a code means, or take a pasted frame apart; alone, list all codes.

    A FRAME is what a browser's network view shows of a message, or a polling payload (its separator 0x1e may be
    written as \\x1e); bytes are written as hex: 0x0401ff. Both revisions of Engine.IO are told where they differ.

    \b
        sioscope explain upgrade_refused
        sioscope explain '451-["x",{"_placeholder":true,"num":0}]'
        sioscope explain '2:40'
    """
    from analyzer.explain import codes
    from analyzer.report.text import explained
    from analyzer.report.text.screen import Screen, open_console

    screen = Screen(open_console())
    with options.quiet_pipe():
        if what is None:
            explained.show_codes(screen, codes.everything())
        elif (texts := codes.explain(what)) is not None:
            explained.show_code(screen, what, texts)
        elif codes.is_code(what):
            alike = f", did you mean {', '.join(codes.near(what))}" if codes.near(what) else ""
            raise click.UsageError(f"no code {what}{alike}", click.get_current_context())
        else:
            _take_apart(screen, what)


def _take_apart(screen: "Screen", what: str) -> None:
    from analyzer.explain.frame import explain
    from analyzer.report.text import explained

    for number, reading in enumerate(explain(what)):
        if number:
            screen.line("")
        explained.show_reading(screen, reading.title, reading.steps)

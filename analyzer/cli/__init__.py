"""The command line. A command reads its options, calls one function and prints; commands are loaded when they are
called.
"""

import sys
from importlib import import_module
from typing import Any

import click

from analyzer.cli.interrupt import heeded
from analyzer.issues import SioscopeError
from analyzer.text import printable
from analyzer.version import __version__

_UNUSABLE, _INTERRUPTED = 2, 130
"""Exit statuses: the call or the input cannot be used; Ctrl-C (128 and the signal's number, as shells have it)."""

_COMMANDS = {
    "analyze": "Report on what went wrong, and on sessions, heartbeats, upgrades, acks and events.",
    "explain": "Say what a code means, or take a pasted frame apart; alone, list all codes.",
    "frames": "Print the conversation, decoded: a line for every packet.",
    "live": "Print the conversation as it happens.",
    "proxy": "Record Socket.IO as it happens, and report when it is over.",
    "records": "Print the log: one row for everything that happened.",
    "replay": "Play captured clients against a test server.",
}
"""Commands and their one-line help, so that the list of commands imports none of them."""


class Commands(click.Group):
    """A group whose commands live in modules of their own, imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands there are."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"analyzer.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without any argument, help; but that is no answer."""
        if not args and not ctx.resilient_parsing:
            click.echo(self.get_help(ctx))
            raise click.UsageError(f"no command given, choose one of {', '.join(self.list_commands(ctx))}", ctx)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line; what is wrong with the call or the input is one line on stderr and exit status 2."""
        run: Any = super().main  # its overloads take no arguments handed on
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        try:
            with heeded():
                status = run(*args, standalone_mode=False, **extra)
        except (click.ClickException, click.Abort, SioscopeError, OSError) as error:
            click.echo(f"sioscope: {printable(_line(error))}", err=True)
            status = _INTERRUPTED if isinstance(error, click.Abort) else _UNUSABLE
        sys.exit(status)


def _line(error: Exception) -> str:
    """What, where, what to do."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "sioscope"
        message = " ".join(error.format_message().split()).rstrip(".")
        return f"{message[:1].lower()}{message[1:]}; see {command} --help"
    if isinstance(error, click.Abort):
        return "interrupted"
    if isinstance(error, OSError):  # what reads and writes files explains its own errors: this is standard output's
        return f"cannot write standard output: {error.strerror or error}: free some space or choose another place"
    return str(error)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sioscope")
def main() -> None:
    """Reads Socket.IO traffic and tells what happened.

    A CAPTURE is a pcap or pcapng file (.gz and .zst too), a HAR, a mitmproxy flow file, or a log that sioscope wrote;
    - is standard input. It is recognised by its content, never by its name.

    \b
        sioscope analyze capture.pcap
        sioscope frames capture.pcap --color | less -R
        sioscope records capture.pcap -o log.parquet
        sudo sioscope live -i eth0 --filter 'tcp port 3000'
    """

"""The command line. A command reads its options, calls one function and prints; commands are loaded when they are
called.
"""

from importlib import import_module
from typing import Any

import click

from analyzer.version import __version__

_COMMANDS = {
    "analyze": "Report on sessions, heartbeats, upgrades, acks and events.",
    "records": "Print the log: one row for everything that happened.",
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what sioscope raises on purpose is one line on stderr and exit status 2."""
        from analyzer.issues import SioscopeError

        try:
            return super().invoke(ctx)
        except SioscopeError as error:
            click.echo(f"sioscope: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sioscope")
def main() -> None:
    """Reads Socket.IO traffic and tells what happened.

    A CAPTURE is a pcap or pcapng file (.gz and .zst too), or a log that sioscope wrote; - is standard input. It is
    recognised by its content, never by its name.

    \b
        sioscope analyze capture.pcap
        sioscope records capture.pcap -o log.parquet
        tcpdump -w - tcp | sioscope records -
    """

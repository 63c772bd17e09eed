"""What is given the rows of a running proxy, and the one that prints them."""

from collections.abc import Callable
from typing import Final

from analyzer.records import Row

Taker = Callable[[list[Row]], object]
"""Is given rows as they leave."""

_WIDE: Final = 160
"""Columns of a line that goes to no terminal."""


def printer() -> Taker:
    """Prints a line a packet on standard output, in the words of `sioscope frames`; times are of day, in UTC."""
    from analyzer.report.text.screen import open_console
    from analyzer.report.text.transcript import Manner, Transcript

    console = open_console()
    wide = console if console.is_terminal else open_console(width=_WIDE)
    return Transcript(wide, Manner(clock=True, fold=False)).add

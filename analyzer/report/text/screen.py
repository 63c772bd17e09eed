"""Where text goes: a rich console, and what of hostile data may be shown on it."""

import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from analyzer.report.units import NONE
from analyzer.report.values import text as text_of
from analyzer.text import printable

LONGEST = 400
"""Characters of a value looked at."""

Part = str | tuple[str, str]
"""Text, or text and a rich style."""


class _Console(Console):
    """A console that leaves it to its user what to do when the reader of a pipe has gone; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles the error."""
        raise


def open_console(file: IO[str] | None = None, *, color: bool | None = None, width: int | None = None) -> Console:
    """A console (standard output by default) that takes text for text: no markup, no emoji codes, no highlighting.

    ``color`` and ``width`` are what is found out otherwise: whether it is a terminal, and how many columns that has.
    """
    system: Any = {None: "auto", True: "standard", False: None}[color]
    forced = True if color else None
    return _Console(
        file=file, markup=False, emoji=False, highlight=False, color_system=system, force_terminal=forced, width=width
    )


@dataclass(frozen=True)
class Screen:
    """A console with the width and the characters it has."""

    console: Console

    @cached_property
    def width(self) -> int:
        """Columns; at least 40, so that a tiny window shows broken lines rather than nothing."""
        return max(self.console.width, 40)

    @cached_property
    def ellipsis(self) -> str:
        """What stands for text left out."""
        return self._glyph("…", "...")

    @cached_property
    def arrow(self) -> str:
        """From one step to the next."""
        return self._glyph("→", "->")

    @cached_property
    def forwards(self) -> str:
        """From the client to the server, one column."""
        return self._glyph("→", ">")

    @cached_property
    def backwards(self) -> str:
        """From the server to the client, one column."""
        return self._glyph("←", "<")

    def _glyph(self, wanted: str, plain: str) -> str:
        return wanted if self._encoded(wanted) == wanted else plain

    def _encoded(self, shown: str) -> str:
        """``shown`` with what the console's encoding lacks as backslash escapes."""
        try:
            return shown.encode(self.console.encoding, "backslashreplace").decode(self.console.encoding)
        except (UnicodeError, LookupError):
            return shown.encode("ascii", "backslashreplace").decode("ascii")

    def safe(self, value: Any, width: int = LONGEST) -> str:
        """A cell's value, printable, in characters that the console has, in at most ``width`` columns.

        A missing one is ``-`` and an empty one ``""``.
        """
        text = text_of(value)
        if not text:
            return NONE if text is None else '""'
        shown = printable(text[:LONGEST])
        if cell_len(shown) < len(shown) // 2:  # piled up accents
            shown = shown.encode("unicode_escape").decode("ascii")
        shown = self._encoded(shown)
        return self.cut(shown if len(text) <= LONGEST else shown + self.ellipsis, width)

    def cut(self, shown: str, width: int) -> str:
        """``shown`` in at most ``width`` columns, an ellipsis at its end where something is left out."""
        if cell_len(shown) <= width:
            return shown
        return set_cell_size(shown, max(width - len(self.ellipsis), 0)).rstrip() + self.ellipsis

    def line(self, *parts: Part, indent: int = 0) -> None:
        """One line, cut where it is longer than the screen is wide."""
        text = Text.assemble(" " * indent, *parts)
        text.rstrip()
        if text.cell_len > self.width:
            text.truncate(self.width - len(self.ellipsis))
            text.rstrip()
            text.append(self.ellipsis)
        self.console.print(text, no_wrap=True, overflow="ignore", crop=False)

    def paragraph(self, shown: str, indent: int = 0, style: str = "", lines: int = 2) -> None:
        """Text broken at blanks into at most so many lines."""
        room = self.width - indent
        broken = textwrap.wrap(shown, room, max_lines=lines, placeholder=self.ellipsis)
        for piece in broken:
            self.line((piece, style), indent=indent)

    def heading(self, title: str, note: str = "") -> None:
        """A blank line, then a section's title with what it counts."""
        self.console.print()
        self.line((title, "bold"), "  " if note else "", note)

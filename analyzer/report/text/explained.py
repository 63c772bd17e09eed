"""Explanations on a screen: of codes, and of frames taken apart."""

import textwrap
from collections.abc import Sequence

from rich.cells import cell_len

from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen

WIDEST = 32
"""Columns of a frame's pieces at most."""


def show_code(screen: Screen, code: str, texts: Sequence[tuple[str, str]]) -> None:
    """A code, what it means, how it looks, what to do."""
    screen.line((screen.safe(code), "bold"))
    for heading, said in texts:
        shown = f"{heading}: {said}" if said else heading
        screen.paragraph(_safe(screen, shown[:1].upper() + shown[1:]), indent=2, lines=12)


def show_codes(screen: Screen, codes: Sequence[tuple[str, str, str]]) -> None:
    """All codes in a table."""
    columns = zip(*codes, strict=True)
    names, severities, meanings = (list(column) for column in columns)
    grid.show(
        screen,
        [
            grid.Column("code", names),
            grid.Column("kind", severities),
            grid.Column("meaning", [screen.safe(meaning, 200) for meaning in meanings], least=20),
        ],
    )


def show_reading(screen: Screen, title: str, steps: Sequence[tuple[str, str]]) -> None:
    """The pieces of a frame below each other, each with its meaning beside it."""
    screen.line((_safe(screen, title), "bold"))
    shown = [(_safe(screen, piece), _safe(screen, meaning)) for piece, meaning in steps]
    width = min(max((cell_len(piece) for piece, _ in shown), default=0), WIDEST, screen.width // 3)
    for piece, meaning in shown:
        lines = textwrap.wrap(meaning, screen.width - width - 4) or [""]
        left = screen.cut(piece, width)
        for number, line in enumerate(lines):
            beside = left if number == 0 else ""
            style = cells.BAD if meaning.startswith("WRONG") else ""
            screen.line(beside + " " * (width - cell_len(beside)) + "  ", (line, style), indent=2)


def _safe(screen: Screen, text: str) -> str:
    """All of a text, in characters that the screen has."""
    return "".join(screen.safe(text[at : at + 300]) for at in range(0, len(text), 300))

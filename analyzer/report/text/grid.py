"""Columns on a screen: the less important ones give way until the rest fits its width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from analyzer.report.text.screen import Part, Screen

GAP = 2
"""Blank columns between two columns."""
INDENT = 2


@dataclass(frozen=True)
class Column:
    """A heading and one cell a row, all safe to show (`Screen.safe`)."""

    title: str
    cells: Sequence[str]
    rank: int = 0
    """0 stays whatever happens; of the others the highest goes first."""
    right: bool = False
    least: int = 0
    """Width down to which cells may be cut; 0: they may not."""
    styles: Sequence[str] | None = None

    @property
    def natural(self) -> int:
        """Width at which nothing is cut."""
        return max(map(cell_len, (self.title, *self.cells)))

    @property
    def narrowest(self) -> int:
        """Width that the column cannot do without."""
        return min(self.natural, max(self.least, cell_len(self.title))) if self.least else self.natural


def show(screen: Screen, columns: Sequence[Column]) -> None:
    """Prints the columns that fit, and nothing where there are no rows."""
    rows = len(columns[0].cells)
    if not rows:
        return
    fitted = fit(columns, screen.width - INDENT)
    screen.line(*_parts((_cell(screen, column.title, column, width), "dim") for column, width in fitted), indent=INDENT)
    for row in range(rows):
        cells = (
            (_cell(screen, column.cells[row], column, width), column.styles[row] if column.styles else "")
            for column, width in fitted
        )
        screen.line(*_parts(cells), indent=INDENT)


def _cell(screen: Screen, text: str, column: Column, width: int) -> str:
    shown = screen.cut(text, width)
    blank = " " * (width - cell_len(shown))
    return blank + shown if column.right else shown + blank


def _parts(cells: Iterable[tuple[str, str]]) -> list[Part]:
    parts: list[Part] = []
    for cell in cells:
        parts += [" " * GAP, cell] if parts else [cell]
    return parts


def fit(columns: Sequence[Column], room: int) -> list[tuple[Column, int]]:
    """The columns that fit into ``room``, each with its width."""
    kept = list(columns)
    while _total([column.narrowest for column in kept]) > room and any(column.rank for column in kept):
        kept.remove(max(reversed(kept), key=lambda column: column.rank))
    widths = [column.narrowest for column in kept]
    for at, column in enumerate(kept):
        widths[at] += max(min(column.natural - widths[at], room - _total(widths)), 0)
    return list(zip(kept, widths, strict=True))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)

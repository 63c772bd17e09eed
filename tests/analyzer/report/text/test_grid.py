"""Columns that give way."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.report.text import grid


def columns(*wants):
    """Columns of one row, from (text, rank, least)."""
    return [grid.Column(str(at), [text], rank=rank, least=least) for at, (text, rank, least) in enumerate(wants)]


def test_all_that_fits():
    """With room enough every column has its natural width."""
    fitted = grid.fit(columns(("aaaa", 0, 0), ("bb", 5, 0)), 20)
    assert [width for _, width in fitted] == [4, 2]


def test_the_least_important_goes_first():
    """The column of the highest rank gives way, rank 0 never does."""
    fitted = grid.fit(columns(("aaaa", 0, 0), ("bbbb", 2, 0), ("cccc", 1, 0)), 10)
    assert [column.title for column, _ in fitted] == ["0", "2"]
    assert [column.title for column, _ in grid.fit(columns(("a" * 30, 0, 0)), 10)] == ["0"]


def test_cut_before_dropped():
    """A column that may be cut is, and takes what room is left."""
    fitted = grid.fit(columns(("a" * 30, 0, 5), ("bbbb", 1, 0)), 16)
    assert [width for _, width in fitted] == [10, 4]


def test_shown(printed):
    """Headings and cells stand in columns, numbers to the right, without blanks at the ends of lines."""
    table = [
        grid.Column("name", ["a", "longer"]),
        grid.Column("n", ["1", "22"], right=True),
        grid.Column("end", ["x", ""], styles=["red", ""]),
    ]
    assert printed(grid.show, table) == ["  name     n  end", "  a        1  x", "  longer  22", ""]


def test_no_rows(printed):
    """Without rows nothing is printed, not even headings."""
    assert printed(grid.show, [grid.Column("name", [])]) == [""]


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(0, 9), st.integers(0, 10)), min_size=1, max_size=12))
def test_fits(wants):
    """Lines are never wider than the room, but for columns that must stay."""
    fitted = grid.fit(columns(*wants), 40)
    needed = [column for column in columns(*wants) if not column.rank]
    least = sum(column.narrowest for column in needed) + grid.GAP * max(len(needed) - 1, 0)
    width = sum(width for _, width in fitted) + grid.GAP * (len(fitted) - 1)
    assert width <= max(40, least) or len(fitted) == 1
    assert {column.title for column in needed} <= {column.title for column, _ in fitted}
    assert all(width <= max(cell_len(column.cells[0]), 1, cell_len(column.title)) for column, width in fitted)

"""What all charts have in common."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analyzer.report.charts import look


def distance(first, second):
    """How far apart two colours are in brightness and hue, roughly."""
    values = [[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in (first, second)]
    return sum(abs(a - b) for a, b in zip(*values, strict=True))


def test_colours_differ():
    """No two colours of a series are alike, nor those of transports."""
    for palette in (look.SERIES, tuple(look.TRANSPORTS.values())):
        assert all(distance(a, b) > 60 for a in palette for b in palette if a != b)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("chat message", "chat message"),
        ("", '""'),
        ("$x^2$", r"\$x^2\$"),
        ("a\nb\x1b", "a\\nb\\x1b"),
        ("事", "\\u4e8b"),
        ("a\u0301", "a\\u0301"),
        ("x" * 100, "x" * 27 + "…"),
    ],
)
def test_safe_labels(value, shown):
    """Labels are short, printable, in the font's characters, and dollar signs are only dollar signs."""
    assert look.safe(value) == shown


@given(st.text(max_size=60))
def test_labels_draw(value):
    """Any label is drawn without an error, a missing character, or mathematics, and reads as it should."""
    ax = Figure(figsize=(2, 1)).subplots()
    look.prepare(ax, "title")
    note = ax.text(0, 0, look.safe(value), fontfamily=look.FONT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(ax.figure).draw()
    shown, is_mathematics = note._preprocess_math(note.get_text())
    assert is_mathematics is False
    assert shown == look.safe(value).replace(r"\$", "$")


def test_nothing_to_show(ax, words):
    """An empty panel says why, and has no ticks."""
    look.say_nothing(ax, "Title", "no heartbeats")
    assert set(words(ax)) == {"no heartbeats", "Title"}


def test_bars(ax):
    """Bars are drawn where they should be, in one collection."""
    look.bars(ax, np.array([0, 2]), (np.array([1.0, 2.0]), np.array([3.0, 5.0])), 0.5, facecolors="red")
    (drawn,) = ax.collections
    (first, second) = [path.get_extents().bounds for path in drawn.get_paths()]
    assert first == pytest.approx((1.0, -0.25, 2.0, 0.5))
    assert second == pytest.approx((2.0, 1.75, 3.0, 0.5))


def test_rows_have_room(ax):
    """A single row has blank space around it, many rows fill the axes, the first one is at the top."""
    look.show_rows(ax, 1)
    low, high = ax.get_ylim()
    assert low - high > look.ROWS
    look.show_rows(ax, 100)
    assert ax.get_ylim() == (99.6, -0.7)


def test_legends(ax):
    """Areas come first in a legend, and without labels there is none."""
    look.legend(ax)
    assert ax.get_legend() is None
    ax.plot([0], [0], label="line")
    look.bars(ax, np.array([0]), (np.array([0.0]), np.array([1.0])), 1.0, label="area")
    look.legend(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["area", "line"]

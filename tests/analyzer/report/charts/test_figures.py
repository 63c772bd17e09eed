"""Whole pictures."""

import warnings

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analyzer.report.charts.figures import FIGURES


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("traffic_name", ["few", "crowd", "hostile", "empty"])
def test_draws(name, traffic_name, request):
    """Every picture is drawn from any traffic without a warning, with room for all it says."""
    figure = FIGURES[name](request.getfixturevalue(traffic_name))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert -0.05 <= box.x0 <= box.x1 <= width + 0.05
    assert -0.05 <= box.y0 <= box.y1 <= height + 0.05


def test_size_follows_the_rows(few, crowd, empty):
    """A picture without rows is small, one with many has a page."""
    heights = [FIGURES["sessions"](analysis).get_size_inches()[1] for analysis in (empty, few, crowd)]
    assert heights == sorted(heights)
    assert heights[0] < 3
    assert heights[2] < 12


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_any_values(scrambled, rows):
    """Tables of a damaged or forged log make pictures too, without a warning."""
    for seed, draw in enumerate(FIGURES.values()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            FigureCanvasAgg(draw(scrambled(seed, rows))).draw()

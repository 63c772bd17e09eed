"""Axes to draw on, without a window."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


@pytest.fixture
def ax():
    """Empty axes of a figure of their own."""
    return Figure(figsize=(8, 4)).subplots()


@pytest.fixture(scope="session")
def words():
    """All text that axes show once they are drawn: titles, labels, ticks, legend, notes."""
    from matplotlib.text import Text

    def read(ax):
        FigureCanvasAgg(ax.figure).draw()
        return [text.get_text() for text in ax.findobj(Text) if text.get_text() and text.get_visible()]

    return read


@pytest.fixture(autouse=True)
def _no_global_state():
    """No chart makes pyplot keep a figure, or changes a setting for others."""
    import matplotlib
    import matplotlib.pyplot

    before = dict(matplotlib.rcParams)
    yield
    assert matplotlib.pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before

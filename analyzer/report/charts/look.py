"""How every chart looks: colours that colour-blind people tell apart (Okabe and Ito), quiet axes, safe labels."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.font_manager import FontProperties, findfont, get_font

from analyzer.report.values import Floats
from analyzer.text import ELLIPSIS, printable

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#F0E442", "#000000"
GREY, PALE = "#8C8C8C", "#D9D9D9"
INK = "#333333"

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, "#7F6A3F", YELLOW)
"""For things without a colour of their own, in this order."""
TRANSPORTS = {"polling": ORANGE, "websocket": BLUE, "webtransport": GREEN}
"""The colour of a transport, in all charts."""

FONT = "DejaVu Sans"
"""The font that comes with matplotlib: what it cannot show is known, and shown as an escape."""
ROWS = 4
"""Rows that a chart of rows has room for at least."""
SMALL = 8.0
"""Size of ticks and notes, in points."""


def prepare(ax: Axes, title: str, note: str = "") -> None:
    """The frame of a chart: its title on the left with a note behind it, no box, a faint grid."""
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK, fontfamily=FONT)
    if note:
        ax.set_title(note, loc="right", fontsize=SMALL + 1, color=INK, fontfamily=FONT)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(labelsize=SMALL, colors=INK, length=3, labelfontfamily=FONT)
    ax.grid(True, color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)


def name_axes(ax: Axes, x: str, y: str) -> None:
    """Labels of the axes, units included."""
    ax.set_xlabel(x, fontsize=SMALL + 1, color=INK, fontfamily=FONT)
    ax.set_ylabel(y, fontsize=SMALL + 1, color=INK, fontfamily=FONT)


def say_nothing(ax: Axes, title: str, message: str) -> None:
    """A panel that says why there is no chart."""
    prepare(ax, title)
    ax.grid(False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_facecolor("#F7F7F7")
    ax.text(
        0.5, 0.5, message, transform=ax.transAxes, ha="center", va="center", fontsize=11, color=GREY, fontfamily=FONT
    )


def note(ax: Axes, label: str, at: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """A small label beside a point, ``offset`` points away from it."""
    style = {"color": INK, **style}
    ax.annotate(label, at, xytext=offset, textcoords="offset points", fontsize=SMALL, fontfamily=FONT, **style)


def bars(ax: Axes, rows: "npt.NDArray[np.intp]", spans: tuple[Floats, Floats], height: float, **style: Any) -> None:
    """Horizontal bars from the first to the second of ``spans``, one at each of ``rows``; quick for thousands."""
    left, right = spans
    top, bottom = rows - height / 2, rows + height / 2
    corners = np.stack([left, top, right, top, right, bottom, left, bottom], axis=1).reshape(-1, 4, 2)
    ax.add_collection(PolyCollection(list(corners), linewidths=0, snap=True, **style), autolim=False)


def show_rows(ax: Axes, count: int) -> None:
    """The y axis for rows numbered from the top: as many as there are, a few with blank space around them."""
    space = max(ROWS - count, 0) / 2
    ax.set_ylim(count - 0.4 + space, -0.7 - space)
    ax.grid(False, axis="y")


def legend(ax: Axes, inside: str = "") -> None:
    """A legend for what has a label, if anything has: right of the axes, or ``inside`` them at that corner."""
    handles, labels = ax.get_legend_handles_labels()
    if not handles:
        return
    order = sorted(range(len(handles)), key=lambda at: not isinstance(handles[at], PolyCollection))
    place: dict[str, Any] = {"loc": inside} if inside else {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    entries = [handles[at] for at in order], [labels[at] for at in order]
    shown = ax.legend(*entries, prop=_font(), frameon=bool(inside), framealpha=0.9, **place)
    shown.get_frame().set_edgecolor(PALE)


def _font() -> FontProperties:
    return FontProperties(family=FONT, size=SMALL)


def safe(value: str, width: int = 28) -> str:
    """Text from a capture as a label: printable, short, in characters the font has, and never taken for mathematics."""
    shown = printable(value[: 4 * width])
    known = _characters()
    shown = "".join(c if ord(c) in known else c.encode("unicode_escape").decode("ascii") for c in shown)
    if len(shown) > width or len(value) > 4 * width:
        shown = shown[: width - 1] + ELLIPSIS
    return (shown or '""').replace("$", r"\$")


@cache
def _characters() -> frozenset[int]:
    """Code points the font has, without the marks that pile up on the letter before."""
    found = get_font(findfont(FontProperties(family=FONT))).get_charmap()
    return frozenset(code for code in found if not 0x300 <= code < 0x370)

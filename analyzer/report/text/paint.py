"""Styled texts as characters for a terminal, quickly: what each style is there is looked up once."""

from collections.abc import Callable, Iterable

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style

_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}
_MARK = "\0"


def painter(console: Console) -> Callable[[Iterable[tuple[str, str]]], str]:
    """What turns (text, rich style) pairs into one string for this console: with escape codes where it has colours."""
    system = _SYSTEMS.get(console.color_system or "")
    if system is None or console.no_color:
        return plain
    known: dict[str, tuple[str, str]] = {"": ("", "")}

    def paint(parts: Iterable[tuple[str, str]]) -> str:
        painted = []
        for text, style in parts:
            codes = known.get(style)
            if codes is None:
                before, _, after = Style.parse(style).render(_MARK, color_system=system).partition(_MARK)
                codes = known[style] = before, after
            painted.append(f"{codes[0]}{text}{codes[1]}")
        return "".join(painted)

    return paint


def plain(parts: Iterable[tuple[str, str]]) -> str:
    """The texts alone."""
    return "".join([text for text, _ in parts])

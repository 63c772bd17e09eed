"""A frame taken apart: pieces of what was pasted with what each means."""

from dataclasses import dataclass, field

from analyzer.text import elide

PIECE = 40
"""Characters of a piece that are shown."""


@dataclass
class Reading:
    """One way to read a frame. Pieces are printable; an empty one says something of what is not there."""

    title: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    sound: bool = True
    """Whether official parsers take it."""

    def say(self, piece: str, meaning: str) -> None:
        """A piece and its meaning."""
        self.steps.append((elide(piece, PIECE), meaning))

    def wrong(self, piece: str, meaning: str) -> None:
        """A piece that is not what it should be."""
        self.sound = False
        self.say(piece, f"WRONG: {meaning}")

"""Prints the n-th command of README.md, so that what CI runs and what a reader pastes is one and the same text.

A command is a line of a fenced `sh` block, without its prompt; a line that ends in a backslash goes on in the next one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def commands(markdown: str) -> list[str]:
    """All commands of a Markdown text, in order."""
    blocks = re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    stripped = [line.strip().removeprefix("$ ") for line in lines]
    return [line for line in stripped if line and not line.startswith("#")]


def main() -> None:
    """Print the command whose number, from 1, is the argument."""
    readme = Path(__file__).resolve().parent.parent / "README.md"
    found = commands(readme.read_text(encoding="utf-8"))
    number = int(sys.argv[1])
    if len(found) < number:
        sys.exit(f"README.md has {len(found)} commands, not {number}")
    print(found[number - 1])


if __name__ == "__main__":
    main()

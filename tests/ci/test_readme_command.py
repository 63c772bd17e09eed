"""CI runs the commands of README.md as they stand there."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = importlib.util.spec_from_file_location("readme_command", ROOT / ".ci" / "readme_command.py")
assert SPEC is not None
assert SPEC.loader is not None
readme_command = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(readme_command)


def test_commands() -> None:
    """Lines of shell blocks count, prompts and comments do not, other blocks neither; a backslash joins lines."""
    text = (
        "# T\n```sh\n# set up\n$ one && two\nthree \\\n  four\n```\n```python\nnot_this()\n```\n```console\nfive\n```\n"
    )
    assert readme_command.commands(text) == ["one && two", "three    four", "five"]

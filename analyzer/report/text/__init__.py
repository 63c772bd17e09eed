"""Tables to text on a terminal."""

from analyzer.report.text.render import render
from analyzer.report.text.screen import open_console

__all__ = ["open_console", "render"]

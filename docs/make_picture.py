"""Makes ``docs/analyze.svg``, the terminal picture in README: what ``sioscope analyze`` prints for a capture of ours.

Run it from the project's root after the report has changed: ``python docs/make_picture.py``.
"""

import io
import re
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from analyzer.log import Log
from analyzer.report import analysis
from analyzer.report.text.render import render

ROOT = Path(__file__).parent.parent
CAPTURE = "captures/v4-upgrade/capture.pcap"
# The usual template loads a font from the network; any fixed-width font will do.
TEMPLATE = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("Fira Code", "monospace")


def picture() -> str:
    """The picture as SVG."""
    console = Console(
        file=io.StringIO(), record=True, width=80, force_terminal=True, color_system="truecolor",
        markup=False, emoji=False, highlight=False, legacy_windows=False,
    )  # fmt: skip
    console.print(f"$ sioscope analyze {CAPTURE}", style="bold")
    render(analysis.of(Log([str(ROOT / CAPTURE)])), console)
    return console.export_svg(title="sioscope", code_format=TEMPLATE, unique_id="sioscope")


if __name__ == "__main__":
    (ROOT / "docs" / "analyze.svg").write_text(picture() + "\n", encoding="utf-8")

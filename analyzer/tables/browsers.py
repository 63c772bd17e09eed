"""Which requests are those of web browsers."""

import re

import numpy as np

from analyzer.tables.view import Bools, Ints, View

_BROWSER = re.compile(r'"user-agent": ?"Mozilla/')
"""All browsers begin so, and hardly anything else (RFC 9110, 10.1.5)."""


def browsers(view: View, rows: Ints) -> Bools:
    """Whether the headers of each of some rows say that a browser sent it; not for `NONE`."""
    said = view.values("headers", rows)
    return np.array([isinstance(text, str) and bool(_BROWSER.search(text)) for text in said], np.bool_)

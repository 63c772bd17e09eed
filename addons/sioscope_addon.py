"""Makes Socket.IO readable in mitmproxy, and records it: ``mitmdump -s addons/sioscope_addon.py``."""

import logging
import sys
from pathlib import Path
from typing import Any

update = requestheaders = request = responseheaders = response = websocket_message = None
"""No hooks of the module's own, but their names: mitmproxy asks for them all the time, and one that is missing costs it
an error.
"""
addons: list[Any] = []
_HOME = Path(__file__).resolve().parent.parent
_CLONED = (_HOME / "analyzer" / "__init__.py").exists()

if _CLONED and str(_HOME) not in sys.path:
    sys.path.append(str(_HOME))  # behind all else: what is installed goes before
try:
    from analyzer.live.addon import make
except ModuleNotFoundError as error:
    lacking, what = str(error.name).partition(".")[0], _HOME if _CLONED else "sioscope"
    logging.getLogger(__name__).error(
        f"sioscope: the Python that runs this mitmproxy lacks {lacking}: run {sys.executable} -m pip install '{what}' "
        f"(with pipx: pipx inject mitmproxy '{what}')"
    )
else:
    addons += make()

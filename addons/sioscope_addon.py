"""Makes Socket.IO readable in mitmproxy, and records it: ``mitmdump -s addons/sioscope_addon.py``."""

import logging
import sys
from pathlib import Path
from typing import Any

update = requestheaders = request = responseheaders = response = websocket_message = None
addons: tuple[Any, ...] = ()
"""Names that mitmproxy asks for all the time: one that is missing costs it an error. Hooks and commands become the
module's own, as each addon more costs it something with every message.
"""
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
    (_bundle,) = make()
    globals().update(vars(_bundle))

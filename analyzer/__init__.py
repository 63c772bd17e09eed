"""sioscope: Socket.IO traffic from a packet capture as one log of records, and tables, reports and replays from it.

    import analyzer

    log = analyzer.read("capture.pcap")  # a DataFrame, one row per thing that happened
    analyzer.heartbeats(log)

Names are loaded when they are first asked for, so that ``import analyzer`` costs next to nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.findings import findings
    from analyzer.issues import CaptureError, PacketError, SioscopeError, StoreError
    from analyzer.limits import Limits
    from analyzer.log import Log, read
    from analyzer.records import COLUMNS, SCHEMA, Row
    from analyzer.tables import acks, broadcasts, events, heartbeats, rooms, sessions, upgrades

__all__ = [
    "COLUMNS",
    "SCHEMA",
    "CaptureError",
    "Limits",
    "Log",
    "PacketError",
    "Row",
    "SioscopeError",
    "StoreError",
    "__version__",
    "acks",
    "broadcasts",
    "events",
    "findings",
    "heartbeats",
    "read",
    "rooms",
    "sessions",
    "upgrades",
]

_HOMES = {
    **dict.fromkeys(("acks", "broadcasts", "events", "heartbeats", "rooms", "sessions", "upgrades"), "analyzer.tables"),
    **dict.fromkeys(("CaptureError", "PacketError", "SioscopeError", "StoreError"), "analyzer.issues"),
    **dict.fromkeys(("COLUMNS", "SCHEMA", "Row"), "analyzer.records"),
    **dict.fromkeys(("Log", "read"), "analyzer.log"),
    "Limits": "analyzer.limits",
    "findings": "analyzer.findings",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home (PEP 562)."""
    if name in _HOMES:
        # the tables' functions are called like their modules: `analyzer.tables` re-exports the functions
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """This package: importing its part `analyzer.findings` does not hide the function of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

"""The addon's options: what mitmproxy is told of them, and what their values mean."""

import os
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.issues import StoreError
from analyzer.live.packet_filter import Filter, compile_filter
from analyzer.live.pretty_body import HIDEABLE
from analyzer.live.rotation import Rotation, parse
from analyzer.store.writer import form_of

OPTIONS: Final = (
    ("sioscope_out", str, "", "Record Socket.IO to this JSON Lines file (or FIFO) as it happens."),
    ("sioscope_rotate", str, "", "Begin a new log file by size or time, such as 100M, 1h or 100M,1h."),
    ("sioscope_keep", int, 0, "WebSocket messages each flow keeps once they are recorded; 0 keeps all."),
    ("sioscope_print", bool, True, "In mitmdump, print one line a packet."),
    ("sioscope_view_hide", str, "", "Left out by the content view: heartbeats, acks, or both with a comma."),
    ("sioscope_filter", str, "", "Record and print only what matches, such as ~e say & !~n /admin (docs/proxy.md)."),
    ("sioscope_redact", bool, False, "Mask secrets in what is recorded and printed (docs/redaction.md)."),
    ("sioscope_name", str, "mitmproxy", "What the log calls this proxy (column source)."),
)
"""Name, type, default and help of each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Values that were checked."""

    out: str = ""
    rotation: Rotation = field(default_factory=Rotation)
    keep: int = 0
    shown: bool = True
    name: str = "mitmproxy"
    hide: frozenset[str] = frozenset()
    wanted: Filter | None = field(default=None, compare=False)
    redact: bool = False


def place(out: str) -> str:
    """Where to record to, as given. StoreError where a log cannot be there, whatever the file system says."""
    if out == "-":
        raise StoreError("cannot record to standard output by -: give a file (.jsonl), a FIFO or /dev/stdout")
    if os.path.isdir(out):
        raise StoreError(f"cannot record to {out}, which is a folder: give a file in it")
    if out and not is_special(out) and form_of(out) != "jsonl":
        raise StoreError(f"cannot record to {out}: a live log is JSON Lines, end its name in .jsonl")
    return out


def is_special(path: str) -> bool:
    """Whether it is there and no plain file: a FIFO, a device."""
    return path.startswith("/dev/") or (os.path.exists(path) and not os.path.isfile(path))


def read(options: Any) -> Settings:
    """The settings among mitmproxy's options. StoreError where one makes no sense."""
    out = place(str(options.sioscope_out))
    if options.sioscope_keep < 0:
        raise StoreError("sioscope_keep: give the number of messages to keep, 0 for all")
    hide = frozenset(part.strip() for part in options.sioscope_view_hide.split(",") if part.strip())
    if not hide <= {*HIDEABLE}:
        raise StoreError(f"sioscope_view_hide: give {' or '.join(HIDEABLE)}, or both with a comma")
    rotation = parse(options.sioscope_rotate)
    wanted = compile_filter(options.sioscope_filter) if options.sioscope_filter.strip() else None
    shown, name, redact = options.sioscope_print, options.sioscope_name, options.sioscope_redact
    return Settings(out, rotation, options.sioscope_keep, shown, name, hide, wanted, redact)

"""What a file is, by its first bytes (never by its name), and opening it."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from analyzer.issues import CaptureError
from analyzer.records import COLUMNS
from analyzer.sources.compression import unpacked
from analyzer.sources.streams import Peeked, open_file

_LEAST: Final = 24
_MOST: Final = 8192
_LAYERS: Final = 2
"""Layers of compression taken off (``.gz.zst`` happens)."""


class Kind(StrEnum):
    """What the first bytes look like; the value is how to call it in a message."""

    PCAP = "a pcap capture"
    PCAPNG = "a pcapng capture"
    JSONL = "a log in JSON Lines"
    PARQUET = "a Parquet file"
    CSV = "a log in CSV"
    HAR = "a HAR file"
    FLOWS = "a mitmproxy flow file"
    KEYLOG = "a TLS key log"
    JSON = "JSON"
    HTML = "an HTML page"
    ZIP = "a zip archive"
    TAR = "a tar archive"
    LZ4 = "an lz4 file"
    BZIP2 = "a bzip2 file"
    XZ = "an xz file"
    SNOOP = "a snoop capture"
    NETMON = "a Network Monitor capture"
    UTF16 = "UTF-16 text"
    TEXT = "a text file"
    UNKNOWN = "no format known here"

    @property
    def is_capture(self) -> bool:
        """A packet capture that `analyzer.sources.reader` reads."""
        return self in (Kind.PCAP, Kind.PCAPNG)

    @property
    def is_log(self) -> bool:
        """A log that `analyzer.store` reads (a Parquet file may still be any other table)."""
        return self in (Kind.JSONL, Kind.PARQUET, Kind.CSV)

    @property
    def is_exchanges(self) -> bool:
        """Exchanges as a browser or proxy wrote them down, which `analyzer.pipeline.exchanges` reads."""
        return self in (Kind.HAR, Kind.FLOWS)


class Opened(NamedTuple):
    """An open file: what it looks like, and its bytes with compression taken off, none of them read yet."""

    kind: Kind
    stream: Peeked


_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xa1\xb2\xc3\xd4", Kind.PCAP),
    (b"\xd4\xc3\xb2\xa1", Kind.PCAP),
    (b"\xa1\xb2\x3c\x4d", Kind.PCAP),
    (b"\x4d\x3c\xb2\xa1", Kind.PCAP),
    (b"\xa1\xb2\xcd\x34", Kind.PCAP),
    (b"\x34\xcd\xb2\xa1", Kind.PCAP),
    (b"\x0a\x0d\x0d\x0a", Kind.PCAPNG),
    (b"PAR1", Kind.PARQUET),
    (b"PK\x03\x04", Kind.ZIP),
    (b"\x04\x22\x4d\x18", Kind.LZ4),
    (b"BZh", Kind.BZIP2),
    (b"\xfd7zXZ\0", Kind.XZ),
    (b"snoop\0\0\0", Kind.SNOOP),
    (b"GMBU", Kind.NETMON),
    (b"RTSS", Kind.NETMON),
    (b"\xff\xfe", Kind.UTF16),
    (b"\xfe\xff", Kind.UTF16),
)
_TEXTS: Final[tuple[tuple[re.Pattern[bytes], Kind], ...]] = (
    (re.compile(rb'\{"schema" ?: ?\d'), Kind.JSONL),
    (re.compile(rb"[\[{]"), Kind.JSON),
    (re.compile(rb"(?i)<(!doctype|html|\?xml)"), Kind.HTML),
    (re.compile(rb"\d{1,12}:\d{1,4}:[a-z_]{1,40}[;,]"), Kind.FLOWS),
    (re.compile(rb"# SSL/TLS secrets log|(CLIENT|SERVER|EXPORTER|EARLY)_[A-Z0-9_]{4,40} [0-9a-fA-F]{64}"), Kind.KEYLOG),
)
_JSON_MARK: Final = re.compile(rb'"((?:[^"\\]++|\\.)*+)"\s*+(?=:)|"(?:[^"\\]++|\\.)*+"|([{}\[\]])', re.DOTALL)
"""A member's name, a string, or a bracket of JSON."""
_HAR_MEMBERS: Final = frozenset((b"version", b"creator", b"browser", b"pages", b"entries", b"comment"))
_LOG_COLUMNS: Final = ("time", "source", "layer", "type")
_ADVICE: Final[dict[Kind, str]] = {
    Kind.JSONL: "it is no capture; give it where a log is read",
    Kind.PARQUET: "it is no capture; give it where a log is read",
    Kind.CSV: "it is no capture; give it where a log is read",
    Kind.ZIP: "unpack it first",
    Kind.TAR: "unpack it first",
    Kind.LZ4: "unpack it first (lz4 -d)",
    Kind.BZIP2: "unpack it first (bunzip2)",
    Kind.XZ: "unpack it first (unxz)",
    Kind.SNOOP: "convert it first (editcap -F pcapng)",
    Kind.NETMON: "convert it first (editcap -F pcapng)",
    Kind.UTF16: "redirecting a capture in PowerShell rewrites it; let tcpdump write the file with -w",
    Kind.KEYLOG: "give the capture, and this file with --keylog",
}
_RECORD: Final = "give a capture written by tcpdump -w or Wireshark (.pcap, .pcapng)"


def classify(head: bytes) -> Kind:
    """What a file with these first bytes (some kilobytes where there are so many) is."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return Kind.TAR
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _is_har(text):
        return Kind.HAR
    for pattern, kind in _TEXTS:
        if pattern.match(text):
            return kind
    if _is_log_table(text):
        return Kind.CSV
    return Kind.TEXT if _is_text(head) else Kind.UNKNOWN


def _is_har(text: bytes) -> bool:
    """Whether JSON is an object with a ``log`` that has a member of a HAR's log, in whatever order they come."""
    depth, in_log = 0, False
    for match in _JSON_MARK.finditer(text if text.startswith(b"{") else b""):
        name, mark = match.groups()
        if mark is not None:
            depth += 1 if mark in b"{[" else -1
        elif depth == 1 and name is not None:
            in_log = name == b"log"
        elif depth == 2 and in_log and name in _HAR_MEMBERS:
            return True
    return False


def _is_log_table(text: bytes) -> bool:
    names = [name.strip(b'" \r').decode("ascii", "replace") for name in text.split(b"\n", 1)[0].split(b",")]
    return all(name in names for name in _LOG_COLUMNS) and sum(name in COLUMNS for name in names) > len(COLUMNS) // 2


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    bare = head.translate(None, bytes(range(0x20, 0x100)) + b"\t\n\r\f\x1b\b")
    try:
        head[: max(0, len(head) - 3)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not bare


def open_any(path: str) -> Opened:
    """Opens ``path`` (``-`` is standard input), takes compression off and says what it is.

    Raises CaptureError, one line, for what cannot be read at all: missing, a directory, not permitted, empty, damaged
    compression.
    """
    stream = Peeked(open_file(path))
    try:
        return look(stream)
    except BaseException:
        stream.close()
        raise


def look(stream: Peeked) -> Opened:
    """What an open stream holds, compression taken off. Raises CaptureError where that is nothing."""
    head = stream.peek(_LEAST, _MOST)
    if not head:
        raise CaptureError(f"{stream.where}: is empty; {_RECORD}")
    for _ in range(_LAYERS):
        inner = unpacked(stream, head)
        if inner is None:
            break
        stream = Peeked(inner)
        head = stream.peek(_LEAST, _MOST)
        if not head:
            raise CaptureError(f"{stream.where}: {stream.trouble or 'is empty once unpacked'}; {_RECORD}")
    return Opened(classify(head), stream)


def identify(path: str) -> Kind:
    """What the file is. Raises CaptureError like `open_any`. Not for standard input: that can be read only once."""
    kind, stream = open_any(path)
    stream.close()
    return kind


def refuse(opened: Opened) -> CaptureError:
    """The error for a file that is no capture."""
    where, kind = opened.stream.where, opened.kind
    if kind is Kind.UNKNOWN:
        return CaptureError(
            f"{where}: is no capture (its first bytes are {opened.stream.peek(1, 4)[:4].hex(' ')}); {_RECORD}"
        )
    return CaptureError(f"{where}: is no capture but looks like {kind.value}; {_ADVICE.get(kind, _RECORD)}")

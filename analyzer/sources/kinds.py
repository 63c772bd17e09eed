"""What a file is, by its first bytes (never by its name)."""

import re
from enum import StrEnum
from typing import Final

from analyzer.records import COLUMNS


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
    XML = "XML"
    NETLOG = "a NetLog of Chrome"
    PRINTED = "what tcpdump or tshark printed"
    PRIVATE_KEY = "a private key"
    ZIP = "a zip archive"
    TAR = "a tar archive"
    ARCHIVE = "an archive"
    LZ4 = "an lz4 file"
    BZIP2 = "a bzip2 file"
    XZ = "an xz file"
    SNOOP = "a snoop capture"
    NETMON = "a Network Monitor capture"
    PROGRAM = "a program"
    PICTURE = "a picture"
    PDF = "a PDF document"
    SQLITE = "an SQLite database"
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
    (b"PK\x05\x06", Kind.ZIP),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"\x7fELF", Kind.PROGRAM),
    (b"MZ\x90\0", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF8", Kind.PICTURE),
    (b"%PDF-", Kind.PDF),
    (b"SQLite format 3\0", Kind.SQLITE),
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
    (re.compile(rb'\{"constants": ?\{'), Kind.NETLOG),
    (re.compile(rb'\[\s*\{\s*"_index": "packets-|\{"index":\{"_index":"packets-'), Kind.PRINTED),
    (re.compile(rb"[\[{]"), Kind.JSON),
    (re.compile(rb"(?i)<(!doctype html|html)"), Kind.HTML),
    (re.compile(rb"<[?!a-zA-Z]"), Kind.XML),
    (re.compile(rb"\d{1,12}:\d{1,4}:[a-z_]{1,40}[;,]"), Kind.FLOWS),
    (re.compile(rb"# SSL/TLS secrets log"), Kind.KEYLOG),
    (re.compile(rb"(.*\n)?-----BEGIN ([A-Z]+ )?PRIVATE KEY-----"), Kind.PRIVATE_KEY),
    (re.compile(rb" *\d+ +\d+\.\d{6,9} +\S+ (\xe2\x86\x92|->) |\d\d:\d\d:\d\d\.\d{6} (IP6?|ARP)\b"), Kind.PRINTED),
)
_SECRET: Final = re.compile(rb"^(CLIENT|SERVER|EXPORTER|EARLY)_[A-Z0-9_]{4,40} [0-9a-fA-F]{64} ", re.MULTILINE)
"""A line of a key log; others may stand before it."""
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
    Kind.ARCHIVE: "unpack it first",
    Kind.JSON: "of JSON, HAR files are read, which browsers save under DevTools, Network",
    Kind.NETLOG: "save a HAR instead, in DevTools under Network",
    Kind.PRINTED: "give the packets themselves: tcpdump -w FILE",
    Kind.PRIVATE_KEY: "TLS is read with the secrets of each connection: give the capture, and a key log with --keylog",
    Kind.SNOOP: "convert it first (editcap -F pcapng)",
    Kind.NETMON: "convert it first (editcap -F pcapng)",
    Kind.UTF16: "redirecting a capture in PowerShell rewrites it; let tcpdump write the file with -w",
    Kind.KEYLOG: "give the capture, and this file with --keylog",
}
_PRINTED: Final = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100)) + b"\t\n\r\f\x1b\b"
RECORD: Final = "give a capture (written by tcpdump -w or Wireshark), a HAR or a mitmproxy flow file"
"""What to do where nothing else helps."""


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
    if _SECRET.search(text):
        return Kind.KEYLOG
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
    """Whether only such characters are there as text has, however it is encoded."""
    return not head.translate(None, _PRINTED)


def advice(kind: Kind) -> str:
    """What to do with a file of this kind where a capture is asked for."""
    return _ADVICE.get(kind, RECORD)

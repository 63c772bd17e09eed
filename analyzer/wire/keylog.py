"""Secrets of TLS connections, as peers write them down (the NSS key log format; RFC 9850).

One line a secret: label, the ClientHello's random and the secret, in hexadecimal. Such files are written line by line
while connections open, several programs append to one file, and editors and shells change line ends: so everything that
is no secret is passed over and counted, and the last line may still be growing.
"""

import re
from typing import Final

CLIENT_RANDOM: Final = "CLIENT_RANDOM"
CLIENT_EARLY: Final = "CLIENT_EARLY_TRAFFIC_SECRET"
CLIENT_HANDSHAKE: Final = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
SERVER_HANDSHAKE: Final = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
CLIENT_TRAFFIC: Final = "CLIENT_TRAFFIC_SECRET_0"
SERVER_TRAFFIC: Final = "SERVER_TRAFFIC_SECRET_0"
ECH_SECRET: Final = "ECH_SECRET"

_WANTED = {CLIENT_RANDOM: (48,), ECH_SECRET: tuple(range(16, 65)), "ECH_CONFIG": ()}
_WANTED |= dict.fromkeys((CLIENT_EARLY, CLIENT_HANDSHAKE, SERVER_HANDSHAKE), (32, 48))
_NUMBERED = re.compile(r"(?:CLIENT|SERVER)_TRAFFIC_SECRET_(?:0|[1-9][0-9]{0,3})")
_IGNORED = re.compile(r"[A-Z][A-Z0-9_]*")
_BOM = b"\xef\xbb\xbf"
_LINE = 8192
"""Longest line looked at, in bytes; the longest secret makes one of 200."""
_MOST = 4_000_000
"""Secrets kept at most: some 1.5 GB."""


class KeyLog:
    """All secrets known by now, by the random of the ClientHello they belong to. Nothing here is ever shown."""

    def __init__(self, *, growing: bool = False) -> None:
        self.growing = growing
        """Whether more secrets may still come (a file that is being written, blocks further on in a capture): then
        connections without one wait a little.
        """
        self.secrets = 0
        """Secrets kept; a duplicate counts once."""
        self.bad_lines = 0
        """Lines that hold no secret and are neither blank nor a comment."""
        self._by_random: dict[bytes, dict[str, bytes]] = {}

    def __len__(self) -> int:
        return len(self._by_random)

    def add(self, text: bytes) -> int:
        """Take a whole key log (file or Decryption Secrets Block); the number of new secrets in it."""
        tail = KeyLogTail(self)
        return tail.add(text) + tail.end()

    def find(self, random: bytes) -> dict[str, bytes] | None:
        """Secrets by label for the ClientHello with this random, null where there is none."""
        return self._by_random.get(random)

    def take_line(self, line: bytes) -> bool:
        """Whether a line (without its end) held a secret not known before."""
        words = line.split()
        if not words or words[0].startswith(b"#"):
            return False
        found = _secret(words)
        if found is None:
            self.bad_lines += 1
        if not found or self.secrets >= _MOST:
            return False
        random, label, secret = found
        known = self._by_random.setdefault(random, {})
        new = known.get(label) != secret
        self.secrets += label not in known
        # Of two that differ the later counts: a line torn off and written again.
        known[label] = secret
        return new


class KeyLogTail:
    """A key log that is read while it grows: lines count once they are complete."""

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._rest = bytearray()
        self._first = True
        self._broken = False  # the line is longer than any secret: wait for its end

    def add(self, text: bytes) -> int:
        """More of the file; the number of new secrets in it."""
        if self._first and len(self._rest) + len(text) >= len(_BOM):
            text, self._first = (bytes(self._rest) + text).removeprefix(_BOM), False
            self._rest.clear()
        *lines, rest = text.replace(b"\r", b"\n").split(b"\n")
        if not lines:
            self._hold(rest)
            return 0
        self._hold(lines[0])
        lines[0] = b"\xff" if self._broken else bytes(self._rest)
        self._rest.clear()
        self._broken = False
        self._hold(rest)
        return sum(map(self._keys.take_line, lines))

    def end(self) -> int:
        """The file has ended: its last line counts if it is whole, line end or not."""
        rest, self._rest = bytes(self._rest), bytearray()
        return int(self._keys.take_line(rest.removeprefix(_BOM)))

    def _hold(self, piece: bytes) -> None:
        self._broken = self._broken or len(self._rest) + len(piece) > _LINE
        if self._broken:
            self._rest.clear()
        else:
            self._rest += piece


def _secret(words: list[bytes]) -> tuple[bytes, str, bytes] | tuple[()] | None:
    """Random, label and secret of a line; empty for a label not needed here; null for what is no line of a key log."""
    try:
        label = words[0].decode("ascii")
        random, secret = (bytes.fromhex(word.decode("ascii")) for word in words[1:])
    except ValueError:
        return None
    sizes = _WANTED.get(label, (32, 48) if _NUMBERED.fullmatch(label) else ())
    if not sizes:
        return () if _IGNORED.fullmatch(label) else None
    if len(random) != 32 or len(secret) not in sizes:
        return None
    return random, label, secret

"""What ClientHello, ServerHello and EncryptedExtensions say that an onlooker needs (RFC 8446 section 4.1, RFC 5246
section 7.4.1).
"""

from typing import NamedTuple

RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""Random of a ServerHello that is a HelloRetryRequest (RFC 8446 section 4.1.3)."""

_SNI, _ALPN, _ETM, _PSK, _EARLY, _VERSIONS, _ECH = 0, 16, 22, 41, 42, 43, 0xFE0D
_NAMES = 64
_WIDTH = 255


class ClientHello(NamedTuple):
    """A client's offer. ``random`` is what key logs know the connection by."""

    random: bytes
    version: int
    session: bytes
    suites: tuple[int, ...]
    sni: str | None
    alpn: tuple[str, ...]
    early: bool
    """0-RTT data may follow at once."""
    ech: bool
    """Encrypted Client Hello, or bytes that look like one (RFC 9849 section 6.2: clients send either)."""


class ServerHello(NamedTuple):
    """A server's choice."""

    random: bytes
    version: int
    """0x0303 is TLS 1.2, 0x0304 TLS 1.3."""
    session: bytes
    suite: int
    compression: int
    alpn: str | None
    etm: bool
    """CBC with the MAC over the ciphertext (RFC 7366)."""
    psk: bool
    """TLS 1.3 with a pre-shared key: mostly a resumed session."""

    @property
    def retry(self) -> bool:
        """Whether it is a HelloRetryRequest."""
        return self.random == RETRY


class Encrypted(NamedTuple):
    """EncryptedExtensions: ``early`` says that 0-RTT data was accepted."""

    alpn: str | None
    early: bool


class _Reader:
    """Fields one after the other; ValueError where the bytes end first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise ValueError("too short")
        self._at += size
        return part

    def number(self, size: int) -> int:
        """An unsigned number of ``size`` bytes."""
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """Bytes behind their length, a number of ``size`` bytes."""
        return self.take(self.number(size))


def client_hello(body: bytes) -> ClientHello | None:
    """A ClientHello without its handshake header, null where it is none."""
    try:
        reader = _Reader(body)
        version, random, session = reader.number(2), reader.take(32), reader.vector(1)
        codes, _ = reader.vector(2), reader.vector(1)
        more = _extensions(reader)
    except ValueError:
        return None
    suites = tuple(codes[i] << 8 | codes[i + 1] for i in range(0, len(codes) - 1, 2))
    early = _EARLY in more
    return ClientHello(random, version, session, suites, _sni(more), _alpn(more), early, _ECH in more)


def server_hello(body: bytes) -> ServerHello | None:
    """A ServerHello or HelloRetryRequest without its handshake header, null where it is none."""
    try:
        reader = _Reader(body)
        version, random, session = reader.number(2), reader.take(32), reader.vector(1)
        suite, compression = reader.number(2), reader.number(1)
        more = _extensions(reader)
    except ValueError:
        return None
    chosen = more.get(_VERSIONS, b"")
    if len(chosen) == 2:
        version = int.from_bytes(chosen, "big")
    alpn = _alpn(more)
    return ServerHello(
        random, version, session, suite, compression, alpn[0] if alpn else None, _ETM in more, _PSK in more
    )


def encrypted_extensions(body: bytes) -> Encrypted | None:
    """EncryptedExtensions without its handshake header, null where it is none."""
    try:
        more = _extensions(_Reader(body))
    except ValueError:
        return None
    alpn = _alpn(more)
    return Encrypted(alpn[0] if alpn else None, _EARLY in more)


def _extensions(reader: _Reader) -> dict[int, bytes]:
    if not reader:
        return {}
    fields, found = _Reader(reader.vector(2)), {}
    while fields:
        kind = fields.number(2)
        found[kind] = fields.vector(2)
    return found


def _sni(more: dict[int, bytes]) -> str | None:
    """The host name asked for (RFC 6066 section 3)."""
    try:
        names = _Reader(_Reader(more[_SNI]).vector(2))
        while names:
            kind, name = names.number(1), names.vector(2)
            if kind == 0:
                return name[:_WIDTH].decode("ascii", "backslashreplace")
    except (KeyError, ValueError):
        pass
    return None


def _alpn(more: dict[int, bytes]) -> tuple[str, ...]:
    """Protocols offered, or the one chosen (RFC 7301 section 3.1)."""
    found: list[str] = []
    try:
        names = _Reader(_Reader(more[_ALPN]).vector(2))
        while names and len(found) < _NAMES:
            found.append(names.vector(1).decode("ascii", "backslashreplace"))
    except (KeyError, ValueError):
        pass
    return tuple(found)

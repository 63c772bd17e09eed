"""Hellos made by hand: what is read of them, and that broken ones are refused."""

from analyzer.wire.tls_hello import RETRY, Encrypted, client_hello, encrypted_extensions, server_hello

RANDOM = bytes(range(32))


def vector(size: int, data: bytes) -> bytes:
    """Bytes behind their length."""
    return len(data).to_bytes(size, "big") + data


def extensions(*fields: tuple[int, bytes]) -> bytes:
    """A block of extensions."""
    return vector(2, b"".join(kind.to_bytes(2, "big") + vector(2, data) for kind, data in fields))


def sni(name: bytes) -> tuple[int, bytes]:
    """The server_name extension, the host name behind one of another kind."""
    return 0, vector(2, b"\x07" + vector(2, b"other") + b"\0" + vector(2, name))


def alpn(*names: bytes) -> tuple[int, bytes]:
    """The application_layer_protocol_negotiation extension."""
    return 16, vector(2, b"".join(vector(1, name) for name in names))


FRONT = b"\x03\x03" + RANDOM + vector(1, b"session") + vector(2, bytes.fromhex("1301c02f00ff")) + vector(1, b"\0")


def test_client_hello() -> None:
    """Everything an onlooker needs is read, and only the block of extensions may be absent."""
    body = FRONT + extensions(sni(b"example.org"), alpn(b"h2", b"http/1.1"), (42, b""), (0xFE0D, b"?"), (1234, b"?"))
    hello = client_hello(body)
    assert hello is not None
    assert (hello.random, hello.version, hello.session) == (RANDOM, 0x0303, b"session")
    assert hello.suites == (0x1301, 0xC02F, 0x00FF)
    assert (hello.sni, hello.alpn, hello.early, hello.ech) == ("example.org", ("h2", "http/1.1"), True, True)
    whole = [size for size in range(len(body)) if client_hello(body[:size]) is not None]
    assert whole == [len(FRONT)]
    bare = client_hello(FRONT)
    assert bare is not None
    assert (bare.sni, bare.alpn, bare.early, bare.ech) == (None, (), False, False)


def test_broken_extensions_of_a_client() -> None:
    """An extension that is broken inside is as good as absent; names that are no ASCII are shown escaped."""
    hello = client_hello(FRONT + extensions((0, b"\0\x20\0"), (16, b"\0\x03\x02h2")))
    assert hello is not None
    assert hello.sni is None
    odd = client_hello(FRONT + extensions(sni(b"ex\xff"), alpn(b"\xfe")))
    assert odd is not None
    assert (odd.sni, odd.alpn) == ("ex\\xff", ("\\xfe",))
    long = client_hello(FRONT + extensions(sni(b"a" * 1000), alpn(*[b"x"] * 1000)))
    assert long is not None
    assert long.sni == "a" * 255
    assert len(long.alpn) == 64


def test_server_hello() -> None:
    """The version is that of supported_versions where there is one, and every cut within is refused."""
    front = b"\x03\x03" + RANDOM + vector(1, b"session") + b"\x13\x01\0"
    body = front + extensions((43, b"\x03\x04"), (41, b"\0\0"))
    hello = server_hello(body)
    assert hello is not None
    assert (hello.version, hello.suite, hello.compression, hello.session) == (0x0304, 0x1301, 0, b"session")
    assert (hello.psk, hello.etm, hello.alpn, hello.retry) == (True, False, None, False)
    assert [size for size in range(len(body)) if server_hello(body[:size]) is not None] == [len(front)]
    older = server_hello(front + extensions(alpn(b"http/1.1"), (22, b"")))
    assert older is not None
    assert (older.version, older.psk, older.etm, older.alpn) == (0x0303, False, True, "http/1.1")


def test_hello_retry_request() -> None:
    """A HelloRetryRequest is told by its random."""
    hello = server_hello(b"\x03\x03" + RETRY + b"\0" + b"\x13\x02\0" + extensions((43, b"\x03\x04")))
    assert hello is not None
    assert hello.retry


def test_encrypted_extensions() -> None:
    """The protocol chosen and whether 0-RTT data was taken; a torn block is refused."""
    body = extensions(alpn(b"h2"), (42, b""))
    assert encrypted_extensions(body) == Encrypted("h2", True)
    assert encrypted_extensions(b"\0\0") == Encrypted(None, False)
    assert all(encrypted_extensions(body[:size]) is None for size in range(1, len(body)))

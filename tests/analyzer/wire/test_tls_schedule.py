"""The key schedules, by published values and by another implementation."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from analyzer.wire.tls_schedule import Keys, expand_label, next_secret, prf, session_keys, traffic_keys
from analyzer.wire.tls_suites import Suite, find


def suite(code: int) -> Suite:
    """The suite with this code."""
    found = find(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("secret", "key", "iv"),
    [
        (
            "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
            "3fce516009c21727d0f2e4e86ee403bc",
            "5d313eb2671276ee13000b30",
        ),
        (
            "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
            "dbfaa693d1762c5b666af5d950258d01",
            "5bd3c71b836e0b76bb73265f",
        ),
    ],
    ids=["server", "client"],
)
def test_rfc8448_handshake_keys(secret: str, key: str, iv: str) -> None:
    """The handshake keys of the simple 1-RTT handshake (RFC 8448 section 3) come out."""
    assert traffic_keys(suite(0x1301), bytes.fromhex(secret)) == Keys(bytes.fromhex(key), bytes.fromhex(iv))


@pytest.mark.parametrize("size", [12, 32, 48, 100])
def test_expand_label_as_openssl(size: int) -> None:
    """Expansion is HKDF's with the label's encoding, over one block and over several."""
    for name, algorithm in (("sha256", hashes.SHA256()), ("sha384", hashes.SHA384())):
        info = size.to_bytes(2, "big") + b"\x09tls13 key\0"
        assert expand_label(name, b"s" * 48, b"key", size) == HKDFExpand(algorithm, size, info).derive(b"s" * 48)


def test_prf_vector() -> None:
    """The PRF with SHA-256 gives the known answer, of which a shorter one is the beginning."""
    secret, seed = bytes.fromhex("9bbe436ba940f017b17652849a71db35"), bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c")
    known = bytes.fromhex(
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af"
        "0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
        "87347b66"
    )
    assert prf("sha256", secret, b"test label", seed, 100) == known
    assert prf("sha256", secret, b"test label", seed, 7) == known[:7]


@pytest.mark.parametrize(
    ("code", "mac", "key", "iv"),
    [(0xC02F, 0, 16, 4), (0xC030, 0, 32, 4), (0xCCA8, 0, 32, 12), (0xC013, 20, 16, 0), (0xC028, 48, 32, 0)],
)
def test_session_keys_divide_the_block(code: int, mac: int, key: int, iv: int) -> None:
    """MACs, keys and IVs, the client's before the server's each, are the key block and nothing more."""
    found = suite(code)
    client, server = session_keys(found, b"m" * 48, b"c" * 32, b"s" * 32)
    assert [len(part) for part in client] == [len(part) for part in server] == [key, iv, mac]
    block = b"".join((client.mac, server.mac, client.key, server.key, client.iv, server.iv))
    assert block == prf(found.hash, b"m" * 48, b"key expansion", b"s" * 32 + b"c" * 32, 2 * (mac + key + iv))


@pytest.mark.parametrize(("code", "size"), [(0x1301, 32), (0x1302, 48)])
def test_next_secret(code: int, size: int) -> None:
    """A KeyUpdate keeps the secret's size and changes all keys, each time anew."""
    found, secret = suite(code), b"t" * size
    then = next_secret(found, secret)
    later = next_secret(found, then)
    assert {len(then), len(later)} == {size}
    assert len({traffic_keys(found, each) for each in (secret, then, later)}) == 3

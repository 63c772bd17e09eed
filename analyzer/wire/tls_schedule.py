"""Keys from secrets: TLS 1.2's PRF (RFC 5246 section 5) and TLS 1.3's key schedule (RFC 8446 section 7)."""

import hmac
from typing import NamedTuple

from analyzer.wire.tls_suites import Suite


class Keys(NamedTuple):
    """What protects one direction; ``mac`` is empty but for CBC."""

    key: bytes
    iv: bytes
    mac: bytes = b""


def prf(algorithm: str, secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """TLS 1.2's pseudorandom function: ``size`` bytes (RFC 5246 section 5)."""
    out, a = b"", label + seed
    while len(out) < size:
        a = hmac.digest(secret, a, algorithm)
        out += hmac.digest(secret, a + label + seed, algorithm)
    return out[:size]


def expand_label(algorithm: str, secret: bytes, label: bytes, size: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 section 7.1, RFC 5869 section 2.3)."""
    info = size.to_bytes(2, "big") + bytes([6 + len(label)]) + b"tls13 " + label + b"\0"
    out = block = b""
    count = 0
    while len(out) < size:
        count += 1
        block = hmac.digest(secret, block + info + bytes([count]), algorithm)
        out += block
    return out[:size]


def traffic_keys(suite: Suite, secret: bytes) -> Keys:
    """Keys of one direction of TLS 1.3 (RFC 8446 section 7.3)."""
    key = expand_label(suite.hash, secret, b"key", suite.key)
    return Keys(key, expand_label(suite.hash, secret, b"iv", 12))


def next_secret(suite: Suite, secret: bytes) -> bytes:
    """The traffic secret after a KeyUpdate (RFC 8446 section 7.2)."""
    return expand_label(suite.hash, secret, b"traffic upd", len(secret))


def session_keys(suite: Suite, master: bytes, client_random: bytes, server_random: bytes) -> tuple[Keys, Keys]:
    """The client's and the server's keys of TLS 1.2 (RFC 5246 section 6.3; fixed IVs: RFC 5288, 6655, 7905)."""
    mac = suite.tag if suite.mode == "CBC" else 0
    iv = {"CBC": 0, "CHACHA20": 12}.get(suite.mode, 4)
    sizes = (mac, mac, suite.key, suite.key, iv, iv)
    block = prf(suite.hash, master, b"key expansion", server_random + client_random, sum(sizes))
    parts, at = [], 0
    for size in sizes:
        parts.append(block[at : at + size])
        at += size
    return Keys(parts[2], parts[4], parts[0]), Keys(parts[3], parts[5], parts[1])

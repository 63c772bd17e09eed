"""Cipher suites: what a code means, checked against OpenSSL."""

import ssl

import pytest

from analyzer.wire.tls_suites import SIGNALS, find, name

MODES = {"GCM": "gcm", "CCM": "ccm", "CHACHA20": "chacha20", "CBC": "cbc"}


def test_as_openssl_has_them() -> None:
    """Key sizes, modes and MACs are OpenSSL's, for every suite that both know."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    seen = set()
    for cipher in context.get_ciphers():
        suite = find(cipher["id"] & 0xFFFF)
        if suite is None:
            continue
        seen.add(suite.mode)
        assert suite.key * 8 == cipher["alg_bits"], suite.name
        assert MODES[suite.mode] in cipher["symmetric"] or "ccm" in cipher["symmetric"], suite.name
        assert (suite.mac or None) == cipher["digest"], suite.name
        assert suite.tls13 == (cipher["protocol"] == "TLSv1.3"), suite.name
    assert {"GCM", "CHACHA20", "CBC"} <= seen


@pytest.mark.parametrize(
    ("code", "title", "key", "tag", "digest"),
    [
        (0x1301, "TLS_AES_128_GCM_SHA256", 16, 16, "sha256"),
        (0x1302, "TLS_AES_256_GCM_SHA384", 32, 16, "sha384"),
        (0x1303, "TLS_CHACHA20_POLY1305_SHA256", 32, 16, "sha256"),
        (0x1305, "TLS_AES_128_CCM_8_SHA256", 16, 8, "sha256"),
        (0xC0AF, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", 32, 8, "sha256"),
        (0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 32, 16, "sha384"),
        (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", 32, 20, "sha256"),
        (0x003D, "TLS_RSA_WITH_AES_256_CBC_SHA256", 32, 32, "sha256"),
        (0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 32, 48, "sha384"),
    ],
)
def test_sizes(code: int, title: str, key: int, tag: int, digest: str) -> None:
    """A code gives its name, the sizes of key and authenticator, and the hash of the key schedule."""
    suite = find(code)
    assert suite is not None
    assert (suite.code, suite.name, suite.key, suite.tag, suite.hash) == (code, title, key, tag, digest)
    assert name(code) == title


def test_unknown_codes() -> None:
    """What cannot be read, and what is no suite at all, is named by its code."""
    for code in (0x0005, 0x000A, 0x1A1A, *SIGNALS):
        assert find(code) is None
        assert name(code) == f"0x{code:04x}"

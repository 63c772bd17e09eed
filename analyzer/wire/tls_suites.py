"""Cipher suites that can be read (registry: RFC 8446 section B.4, RFC 5246 section A.5 and those that extend it)."""

from functools import cache
from typing import NamedTuple

_1_3 = "1301:AES_128_GCM_SHA256 1302:AES_256_GCM_SHA384 1303:CHACHA20_POLY1305_SHA256 1304:AES_128_CCM_SHA256 1305:AES_128_CCM_8_SHA256"  # noqa: E501

_1_2 = {
    "AES_128_CBC_SHA": "002f:RSA 0030:DH_DSS 0031:DH_RSA 0032:DHE_DSS 0033:DHE_RSA 0034:DH_anon 008c:PSK 0090:DHE_PSK "
    "0094:RSA_PSK c004:ECDH_ECDSA c009:ECDHE_ECDSA c00e:ECDH_RSA c013:ECDHE_RSA c018:ECDH_anon c01d:SRP_SHA "
    "c01e:SRP_SHA_RSA c01f:SRP_SHA_DSS c035:ECDHE_PSK",
    "AES_256_CBC_SHA": "0035:RSA 0036:DH_DSS 0037:DH_RSA 0038:DHE_DSS 0039:DHE_RSA 003a:DH_anon 008d:PSK 0091:DHE_PSK "
    "0095:RSA_PSK c005:ECDH_ECDSA c00a:ECDHE_ECDSA c00f:ECDH_RSA c014:ECDHE_RSA c019:ECDH_anon c020:SRP_SHA "
    "c021:SRP_SHA_RSA c022:SRP_SHA_DSS c036:ECDHE_PSK",
    "AES_128_CBC_SHA256": "003c:RSA 003e:DH_DSS 003f:DH_RSA 0040:DHE_DSS 0067:DHE_RSA 006c:DH_anon 00ae:PSK "
    "00b2:DHE_PSK 00b6:RSA_PSK c023:ECDHE_ECDSA c025:ECDH_ECDSA c027:ECDHE_RSA c029:ECDH_RSA c037:ECDHE_PSK",
    "AES_256_CBC_SHA256": "003d:RSA 0068:DH_DSS 0069:DH_RSA 006a:DHE_DSS 006b:DHE_RSA 006d:DH_anon",
    "AES_256_CBC_SHA384": "00af:PSK 00b3:DHE_PSK 00b7:RSA_PSK c024:ECDHE_ECDSA c026:ECDH_ECDSA c028:ECDHE_RSA "
    "c02a:ECDH_RSA c038:ECDHE_PSK",
    "AES_128_GCM_SHA256": "009c:RSA 009e:DHE_RSA 00a0:DH_RSA 00a2:DHE_DSS 00a4:DH_DSS 00a6:DH_anon 00a8:PSK "
    "00aa:DHE_PSK 00ac:RSA_PSK c02b:ECDHE_ECDSA c02d:ECDH_ECDSA c02f:ECDHE_RSA c031:ECDH_RSA d001:ECDHE_PSK",
    "AES_256_GCM_SHA384": "009d:RSA 009f:DHE_RSA 00a1:DH_RSA 00a3:DHE_DSS 00a5:DH_DSS 00a7:DH_anon 00a9:PSK "
    "00ab:DHE_PSK 00ad:RSA_PSK c02c:ECDHE_ECDSA c02e:ECDH_ECDSA c030:ECDHE_RSA c032:ECDH_RSA d002:ECDHE_PSK",
    "AES_128_CCM": "c09c:RSA c09e:DHE_RSA c0a4:PSK c0a6:DHE_PSK c0ac:ECDHE_ECDSA",
    "AES_256_CCM": "c09d:RSA c09f:DHE_RSA c0a5:PSK c0a7:DHE_PSK c0ad:ECDHE_ECDSA",
    "AES_128_CCM_8": "c0a0:RSA c0a2:DHE_RSA c0a8:PSK c0aa:PSK_DHE c0ae:ECDHE_ECDSA",
    "AES_256_CCM_8": "c0a1:RSA c0a3:DHE_RSA c0a9:PSK c0ab:PSK_DHE c0af:ECDHE_ECDSA",
    "AES_128_CCM_SHA256": "d005:ECDHE_PSK",
    "AES_128_CCM_8_SHA256": "d003:ECDHE_PSK",
    "CHACHA20_POLY1305_SHA256": "cca8:ECDHE_RSA cca9:ECDHE_ECDSA ccaa:DHE_RSA ccab:PSK ccac:ECDHE_PSK ccad:DHE_PSK "
    "ccae:RSA_PSK",
}
"""Codes (hexadecimal) and key exchanges of TLS 1.2, by cipher."""

SIGNALS = frozenset((0x00FF, 0x5600))
"""Codes in a ClientHello that are no suites (RFC 5746, RFC 7507)."""


class Suite(NamedTuple):
    """A cipher suite; sizes in bytes."""

    code: int
    name: str
    tls13: bool
    mode: str
    """``GCM``, ``CCM``, ``CHACHA20`` or ``CBC``."""
    key: int
    tag: int
    """Of the authenticator: the AEAD's tag, or the MAC of CBC."""
    mac: str
    """Hash of the MAC of CBC, as hashlib names it."""
    hash: str
    """Hash of the key schedule, as hashlib names it."""


def find(code: int) -> Suite | None:
    """The suite with this code, null where it cannot be read."""
    return _table().get(code)


def name(code: int) -> str:
    """Name of a suite, its code where it is not known here."""
    suite = find(code)
    return suite.name if suite else f"0x{code:04x}"


@cache
def _table() -> dict[int, Suite]:
    suites = [_suite(code, f"TLS_{cipher}", cipher, True) for code, cipher in _pairs(_1_3)]
    for cipher, codes in _1_2.items():
        suites += [_suite(code, f"TLS_{exchange}_WITH_{cipher}", cipher, False) for code, exchange in _pairs(codes)]
    return {suite.code: suite for suite in suites}


def _pairs(text: str) -> list[tuple[int, str]]:
    return [(int(code, 16), rest) for code, rest in (word.split(":") for word in text.split())]


_MACS = {"SHA": ("sha1", 20), "SHA256": ("sha256", 32), "SHA384": ("sha384", 48)}


def _suite(code: int, title: str, cipher: str, tls13: bool) -> Suite:
    mode = next(mode for mode in ("GCM", "CCM", "CHACHA20", "CBC") if mode in cipher)
    key = 16 if "AES_128" in cipher else 32
    prf = "sha384" if cipher.endswith("SHA384") else "sha256"
    if mode == "CBC":
        mac, size = _MACS[cipher.rpartition("_")[2]]
        return Suite(code, title, tls13, mode, key, size, mac, prf)
    return Suite(code, title, tls13, mode, key, 8 if "CCM_8" in cipher else 16, "", prf)

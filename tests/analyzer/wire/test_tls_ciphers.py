"""Records protected with `cryptography` as the RFCs say, and opened again; what was tampered with is refused."""

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from analyzer.wire import tls_suites
from analyzer.wire.tls_ciphers import protection
from analyzer.wire.tls_schedule import Keys
from analyzer.wire.tls_suites import Suite

PLAIN = b"GET / HTTP/1.1\r\n\r\n"
SEQ = 7
IV16 = bytes(range(16))
TLS13 = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305]
AEAD12 = [0x009C, 0xC030, 0xC09C, 0xC0A1, 0xCCA8]
CBC = [0x002F, 0x0035, 0x003C, 0xC028]


def suite(code: int) -> Suite:
    """A suite that is known."""
    found = tls_suites.find(code)
    assert found is not None
    return found


def keys_for(kind: Suite) -> Keys:
    """Keys of the right sizes."""
    iv = 12 if kind.tls13 or kind.mode == "CHACHA20" else 0 if kind.mode == "CBC" else 4
    return Keys(b"k" * kind.key, bytes(range(100, 100 + iv)), b"m" * kind.tag if kind.mode == "CBC" else b"")


def aead(kind: Suite, keys: Keys) -> AESGCM | AESCCM | ChaCha20Poly1305:
    """The cipher itself."""
    if kind.mode == "GCM":
        return AESGCM(keys.key)
    return AESCCM(keys.key, kind.tag) if kind.mode == "CCM" else ChaCha20Poly1305(keys.key)


def nonce(iv: bytes, seq: int) -> bytes:
    """The number of the record, padded, in the IV (RFC 8446 section 5.3, RFC 7905 section 2)."""
    return bytes(a ^ b for a, b in zip(iv, seq.to_bytes(12, "big"), strict=True))


def seal(code: int, inner: bytes, *, etm: bool = False) -> tuple[bytes, bytes]:
    """Header and body of record number ``SEQ``; ``inner`` of TLS 1.3 has its type at the end."""
    kind = suite(code)
    keys = keys_for(kind)
    if kind.tls13:
        head = b"\x17\x03\x03" + (len(inner) + kind.tag).to_bytes(2, "big")
        return head, aead(kind, keys).encrypt(nonce(keys.iv, SEQ), inner, head)
    front = SEQ.to_bytes(8, "big") + b"\x17\x03\x03"
    if kind.mode == "CBC":
        body = _cbc(kind, keys, front, inner, etm=etm)
    elif kind.mode == "CHACHA20":
        body = aead(kind, keys).encrypt(nonce(keys.iv, SEQ), inner, front + len(inner).to_bytes(2, "big"))
    else:
        own = b"explicit"
        body = own + aead(kind, keys).encrypt(keys.iv + own, inner, front + len(inner).to_bytes(2, "big"))
    return b"\x17\x03\x03" + len(body).to_bytes(2, "big"), body


def _cbc(kind: Suite, keys: Keys, front: bytes, inner: bytes, *, etm: bool) -> bytes:
    def mac(content: bytes) -> bytes:
        return hmac.digest(keys.mac, front + len(content).to_bytes(2, "big") + content, kind.mac)

    text = inner if etm else inner + mac(inner)
    size = 16 - len(text) % 16 + 32
    stream = Cipher(algorithms.AES(keys.key), modes.CBC(IV16)).encryptor()
    body = IV16 + stream.update(text + bytes([size - 1]) * size) + stream.finalize()
    return body + mac(body) if etm else body


CASES = [(code, False) for code in TLS13 + AEAD12 + CBC] + [(code, True) for code in CBC]


@pytest.mark.parametrize(("code", "etm"), CASES)
def test_opened_and_found(code: int, etm: bool) -> None:
    """A record opens under its own number only, and is found among several."""
    kind = suite(code)
    opener = protection(kind, keys_for(kind), etm=etm)
    head, body = seal(code, PLAIN + b"\x17" if kind.tls13 else PLAIN, etm=etm)
    assert opener.open(SEQ, head, body) == (23, PLAIN)
    assert opener.open(SEQ + 1, head, body) is None
    assert opener.search(range(20), head, body) == (SEQ, (23, PLAIN))
    assert opener.search(range(SEQ), head, body) is None
    extra = len(body) - len(PLAIN)
    assert extra == opener.overhead if opener.exact else extra >= opener.overhead


@pytest.mark.parametrize(("code", "etm"), CASES)
def test_tampered_and_cut(code: int, etm: bool) -> None:
    """One bit changed anywhere that counts, a changed header or a missing end: nothing is told."""
    kind = suite(code)
    opener = protection(kind, keys_for(kind), etm=etm)
    head, body = seal(code, PLAIN + b"\x17" if kind.tls13 else PLAIN, etm=etm)
    for at in range(len(body)):
        assert opener.open(SEQ, head, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) is None
    assert opener.open(SEQ, b"\x16" + head[1:], body) is None
    # Whoever calls holds at least a tag, which `overhead` is for.
    for size in range(opener.overhead, len(body)):
        assert opener.open(SEQ, head, body[:size]) is None


def test_type_and_padding_of_tls13() -> None:
    """The type is what stands before the padding; a record of padding alone is nothing."""
    kind = suite(0x1301)
    opener = protection(kind, keys_for(kind))
    assert opener.open(SEQ, *seal(0x1301, b"\x01\x00\x15" + bytes(100))) == (21, b"\x01\x00")
    assert opener.open(SEQ, *seal(0x1301, b"\x17")) == (23, b"")
    assert opener.open(SEQ, *seal(0x1301, bytes(10))) is None


@pytest.mark.parametrize("etm", [False, True])
def test_cbc_of_odd_sizes(etm: bool) -> None:
    """A body that is no whole number of blocks, or too short for a MAC, is refused without an exception."""
    kind = suite(0x002F)
    opener = protection(kind, keys_for(kind), etm=etm)
    for size in range(100):
        assert opener.open(SEQ, b"\x17\x03\x03" + size.to_bytes(2, "big"), bytes(size)) is None

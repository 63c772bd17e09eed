"""Opening protected records; what does not authenticate gives nothing (RFC 8446 section 5.2, RFC 5246 section 6.2.3).

The only module that needs ``cryptography``: import it where a record has to be opened, not before.
"""

import hmac
from collections.abc import Callable
from typing import Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from analyzer.wire.tls_schedule import Keys
from analyzer.wire.tls_suites import Suite

Opened = tuple[int, bytes]
"""Content type and plaintext."""
Decrypt = Callable[..., bytes]
"""Nonce, ciphertext (any bytes-like) and associated data in, plaintext out, or InvalidTag."""


class Protection(Protocol):
    """One direction's keys."""

    overhead: int
    """Bytes a record's body is longer than its plaintext, at least."""
    exact: bool
    """Whether it is always that many."""

    def open(self, seq: int, head: bytes, body: bytes) -> Opened | None:
        """A record's content, null where it is not authentic as number ``seq``; ``head`` are the five bytes before."""

    def search(self, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
        """The number among ``seqs`` as which the record is authentic, and its content."""


class Aead13:
    """TLS 1.3: the type is the last byte that is not padding."""

    exact = False

    def __init__(self, decrypt: Decrypt, iv: bytes, tag: int) -> None:
        self.decrypt = decrypt
        self.iv = int.from_bytes(iv, "big")
        self.overhead = tag + 1

    def open(self, seq: int, head: bytes, body: bytes) -> Opened | None:
        """See `Protection`."""
        try:
            plain = self.decrypt((self.iv ^ seq).to_bytes(12, "big"), body, head)
        except InvalidTag:
            return None
        inner = plain.rstrip(b"\0")
        return (inner[-1], inner[:-1]) if inner else None

    def search(self, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
        """See `Protection`."""
        return _search(self, seqs, head, body)


class Aead12:
    """TLS 1.2 with a nonce that is partly in the record (GCM, CCM)."""

    exact = True

    def __init__(self, decrypt: Decrypt, salt: bytes, tag: int) -> None:
        self.decrypt = decrypt
        self.salt = salt
        self.overhead = 8 + tag

    def open(self, seq: int, head: bytes, body: bytes) -> Opened | None:
        """See `Protection`."""
        size = len(body) - self.overhead
        if size < 0:
            return None
        data = seq.to_bytes(8, "big") + head[:3] + size.to_bytes(2, "big")
        try:
            return head[0], self.decrypt(self.salt + body[:8], body[8:], data)
        except InvalidTag:
            return None

    def search(self, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
        """See `Protection`."""
        return _search(self, seqs, head, body)


class ChaCha12:
    """TLS 1.2 with ChaCha20-Poly1305 (RFC 7905): the nonce is made of the record's number."""

    exact = True
    overhead = 16

    def __init__(self, decrypt: Decrypt, iv: bytes) -> None:
        self.decrypt = decrypt
        self.iv = int.from_bytes(iv, "big")

    def open(self, seq: int, head: bytes, body: bytes) -> Opened | None:
        """See `Protection`."""
        size = len(body) - 16
        if size < 0:
            return None
        data = seq.to_bytes(8, "big") + head[:3] + size.to_bytes(2, "big")
        try:
            return head[0], self.decrypt((self.iv ^ seq).to_bytes(12, "big"), body, data)
        except InvalidTag:
            return None

    def search(self, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
        """See `Protection`."""
        return _search(self, seqs, head, body)


class Cbc12:
    """TLS 1.2 with CBC; ``etm``: the MAC covers the ciphertext (RFC 7366)."""

    exact = False

    def __init__(self, keys: Keys, suite: Suite, *, etm: bool) -> None:
        self._aes = algorithms.AES(keys.key)
        self._mac = keys.mac
        self._hash, self._size = suite.mac, suite.tag
        self._etm = etm
        self.overhead = 16 + suite.tag + 1

    def open(self, seq: int, head: bytes, body: bytes) -> Opened | None:
        """See `Protection`."""
        found = self.search(range(seq, seq + 1), head, body)
        return found[1] if found else None

    def search(self, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
        """See `Protection`; a record is decrypted once, however many numbers are tried."""
        cut = len(body) - self._size if self._etm else len(body)
        if len(body) < self.overhead or cut < 32 or cut % 16:
            return None
        if self._etm:
            seq = self._authentic(seqs, head, body[:cut], body[cut:])
            return None if seq is None else self._content(seq, head, self._decrypt(body[:cut]))
        plain = self._unpadded(self._decrypt(body))
        if plain is None or len(plain) < self._size:
            return None
        content, mac = plain[: -self._size], plain[-self._size :]
        seq = self._authentic(seqs, head, content, mac)
        return None if seq is None else (seq, (head[0], content))

    def _authentic(self, seqs: range, head: bytes, content: bytes, mac: bytes) -> int | None:
        rest = head[:3] + len(content).to_bytes(2, "big") + content
        for seq in seqs:
            if hmac.digest(self._mac, seq.to_bytes(8, "big") + rest, self._hash) == mac:
                return seq
        return None

    def _content(self, seq: int, head: bytes, padded: bytes) -> tuple[int, Opened] | None:
        content = self._unpadded(padded)
        return None if content is None else (seq, (head[0], content))

    def _decrypt(self, body: bytes) -> bytes:
        stream = Cipher(self._aes, modes.CBC(body[:16])).decryptor()
        return stream.update(body[16:])

    @staticmethod
    def _unpadded(plain: bytes) -> bytes | None:
        """Without the padding: as many bytes as each of them says, and one more."""
        size = plain[-1] + 1
        return plain[:-size] if plain[-size:] == plain[-1:] * size else None


def protection(suite: Suite, keys: Keys, *, etm: bool = False) -> Protection:
    """What opens the records of one direction."""
    if suite.mode == "CBC":
        return Cbc12(keys, suite, etm=etm)
    if suite.mode == "GCM":
        decrypt = cast(Decrypt, AESGCM(keys.key).decrypt)
    elif suite.mode == "CCM":
        decrypt = cast(Decrypt, AESCCM(keys.key, suite.tag).decrypt)
    else:
        decrypt = cast(Decrypt, ChaCha20Poly1305(keys.key).decrypt)
    if suite.tls13:
        return Aead13(decrypt, keys.iv, suite.tag)
    return ChaCha12(decrypt, keys.iv) if suite.mode == "CHACHA20" else Aead12(decrypt, keys.iv, suite.tag)


def _search(opener: Protection, seqs: range, head: bytes, body: bytes) -> tuple[int, Opened] | None:
    for seq in seqs:
        opened = opener.open(seq, head, body)
        if opened is not None:
            return seq, opened
    return None

"""What a record looks like from outside."""

import pytest

from analyzer.wire.tls_records import LARGEST, PROTECTED, PROTECTED_13, Kind, looks_like_header


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("version", [0, 1, 3, 4])
def test_headers(kind: Kind, version: int) -> None:
    """Every type and version is taken at any position, and so is each beginning of a header."""
    head = bytes([kind, 3, version]) + (1 << 14).to_bytes(2, "big")
    assert looks_like_header(b"GET" + head + b"body", 3)
    assert all(looks_like_header(b"GET" + head[:size], 3) for size in range(6))


@pytest.mark.parametrize("head", [b"\x13\x03\x03\0\x01", b"\x18\x03\x03\0\x01", b"\x16\x02\x03\0\x01", b"HTTP/"])
def test_others(head: bytes) -> None:
    """What is no header is known as soon as a byte is wrong."""
    wrong = 2 if 20 <= head[0] <= 23 else 1
    assert [looks_like_header(head[:size], 0) for size in range(6)] == [size < wrong for size in range(6)]


def test_sizes() -> None:
    """No body is longer than the longest, in either pattern of protected records too."""
    front = b"\x17\x03\x03"
    assert looks_like_header(front + LARGEST.to_bytes(2, "big"), 0)
    assert not looks_like_header(front + (LARGEST + 1).to_bytes(2, "big"), 0)
    for pattern in (PROTECTED, PROTECTED_13):
        assert pattern.match(front + LARGEST.to_bytes(2, "big"))
        assert not pattern.match(front + (LARGEST + 256).to_bytes(2, "big"))


def test_protected_types() -> None:
    """TLS 1.3 hides the type of what it protects, TLS 1.2 does not."""
    heads = [bytes([kind, 3, 3, 0, 9]) for kind in Kind]
    assert all(PROTECTED.match(head) for head in heads)
    assert [kind for kind, head in zip(Kind, heads, strict=True) if PROTECTED_13.match(head)] == [Kind.DATA]

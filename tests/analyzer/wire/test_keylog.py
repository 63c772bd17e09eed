"""Key logs as they are found: other line ends, comments, torn lines, duplicates, garbage."""

from analyzer.wire.keylog import CLIENT_RANDOM, CLIENT_TRAFFIC, SERVER_TRAFFIC, KeyLog, KeyLogTail

ONE, TWO = bytes(range(32)), bytes(range(32, 64))


def line(label: str, random: bytes, secret: bytes) -> bytes:
    """A line without its end."""
    return f"{label} {random.hex()} {secret.hex()}".encode()


def test_whole_file() -> None:
    """Byte order mark, CRLF, CR, blank lines, comments and a last line without an end are all taken."""
    keys = KeyLog()
    parts = [
        b"\xef\xbb\xbf" + line(CLIENT_RANDOM, ONE, b"m" * 48) + b"\r\n",
        b"# a comment\r\n\r\n  \n",
        line(CLIENT_TRAFFIC, TWO, b"c" * 32).upper() + b"\r",
        line(SERVER_TRAFFIC, TWO, b"s" * 48),
    ]
    assert keys.add(b"".join(parts)) == 3
    assert (len(keys), keys.secrets, keys.bad_lines) == (2, 3, 0)
    assert keys.find(ONE) == {CLIENT_RANDOM: b"m" * 48}
    assert keys.find(TWO) == {CLIENT_TRAFFIC: b"c" * 32, SERVER_TRAFFIC: b"s" * 48}
    assert keys.find(bytes(32)) is None


def test_garbage_is_counted() -> None:
    """What is no line of a key log is counted and passed over; labels nobody needs are passed over in silence."""
    keys = KeyLog()
    bad = [
        b"\xff\xfe\x00",
        b"not a key log",
        b"CLIENT_RANDOM zz zz",
        line(CLIENT_RANDOM, ONE, b"m" * 47),
        line(CLIENT_RANDOM, ONE[:31], b"m" * 48),
        line(CLIENT_RANDOM, ONE, b"m" * 48) + b" 00",
        CLIENT_RANDOM.encode(),
        b"A" * 10_000,
    ]
    fine = [line("EXPORTER_SECRET", ONE, b"e" * 32), line("CLIENT_TRAFFIC_SECRET_1", TWO, b"c" * 32)]
    assert keys.add(b"\n".join([*bad, *fine]) + b"\n") == 1
    assert (len(keys), keys.secrets, keys.bad_lines) == (1, 1, len(bad))


def test_duplicates() -> None:
    """The same secret again is not new; of two that differ the later counts, and the number stays."""
    keys = KeyLog()
    first, second = line(CLIENT_TRAFFIC, ONE, b"1" * 32), line(CLIENT_TRAFFIC, ONE, b"2" * 48)
    assert keys.add(first + b"\n" + first + b"\n") == 1
    assert keys.add(first) == 0
    assert keys.add(second) == 1
    assert keys.find(ONE) == {CLIENT_TRAFFIC: b"2" * 48}
    assert (keys.secrets, keys.bad_lines) == (1, 0)


def test_growing_byte_by_byte() -> None:
    """A line counts once its end is there, however the file is cut up."""
    keys = KeyLog(growing=True)
    tail = KeyLogTail(keys)
    text = b"\xef\xbb\xbf# first\r\n" + line(CLIENT_RANDOM, ONE, b"m" * 48)
    assert sum(tail.add(text[i : i + 1]) for i in range(len(text))) == 0
    assert (keys.secrets, keys.bad_lines) == (0, 0)
    assert tail.add(b"\n") == 1
    # A torn line stays out until the rest of it comes.
    other = line(CLIENT_RANDOM, TWO, b"n" * 48)
    assert tail.add(other[:100]) == 0
    assert keys.find(TWO) is None
    assert tail.add(other[100:]) == 0
    assert tail.end() == 1
    assert (keys.secrets, keys.bad_lines) == (2, 0)


def test_torn_and_overlong_lines() -> None:
    """A file that ends within a line adds nothing, and a line longer than any secret does not hide the next one."""
    keys = KeyLog()
    assert keys.add(line(CLIENT_RANDOM, ONE, b"m" * 48)[:-1]) == 0
    assert (keys.find(ONE), keys.bad_lines) == (None, 1)
    tail = KeyLogTail(keys)
    for _ in range(3):
        assert tail.add(b"x" * 5000) == 0
    assert tail.add(b"x\n" + line(CLIENT_RANDOM, TWO, b"n" * 48) + b"\n") == 1
    assert (keys.find(TWO), keys.bad_lines) == ({CLIENT_RANDOM: b"n" * 48}, 2)

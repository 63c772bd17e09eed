"""What a file is, by its first bytes."""

import os
import sys
from pathlib import Path

import pytest
import zstandard

from analyzer.issues import CaptureError
from analyzer.sources.sniff import Kind, identify, open_any, refuse
from tests import builders as build
from tests.analyzer.sources.test_kinds import FILES

CAPTURE = build.pcap([build.Packet(build.frame(b"x"))])
LOG = b'{"schema": 1, "time": "2024-01-01T00:00:00.000000000Z"}\n'


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_capture])
def test_what_is_no_capture_is_refused_in_one_line(kind: Kind, tmp_path: Path) -> None:
    """What, where, and what to do."""
    path = tmp_path / "some.pcap"
    path.write_bytes(FILES[kind][0])
    text = str(refuse(open_any(str(path))))
    assert str(path) in text
    assert "; " in text
    assert "\n" not in text


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    """A log called .pcap is a log."""
    path = tmp_path / "log.pcap"
    path.write_bytes(LOG)
    assert identify(str(path)) is Kind.JSONL


def _packed(data: bytes) -> dict[str, bytes]:
    gz, zst = build.gzipped(data), zstandard.compress(data)
    return {
        "gzip": gz,
        "zstd": zst,
        "gzip in zstd": zstandard.compress(gz),
        "skippable": b"\x50\x2a\x4d\x18\4\0\0\0abcd" + zst,
    }


@pytest.mark.parametrize("how", _packed(b""))
def test_compression_is_seen_through(how: str, tmp_path: Path) -> None:
    """Captures and logs alike."""
    for data, kind in ((CAPTURE, Kind.PCAP), (LOG, Kind.JSONL)):
        path = tmp_path / "file"
        path.write_bytes(_packed(data)[how])
        opened = open_any(str(path))
        assert (opened.kind, opened.stream.read(1 << 20)) == (kind, data)
        opened.stream.close()


@pytest.mark.parametrize("data", [b"", build.gzipped(b""), zstandard.compress(b""), build.gzipped(CAPTURE)[:10]])
def test_an_empty_file_is_refused(data: bytes, tmp_path: Path) -> None:
    """Also when it is empty only once it is unpacked."""
    path = tmp_path / "empty.pcap"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=r"empty|end early"):
        open_any(str(path))


def test_a_directory_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """With the path in the message."""
    with pytest.raises(CaptureError, match=r"is a directory; name the capture files in it"):
        open_any(str(tmp_path))
    with pytest.raises(CaptureError, match=r"nowhere\.pcap: there is no such file"):
        open_any(str(tmp_path / "nowhere.pcap"))
    with pytest.raises(CaptureError, match="is no path"):
        open_any("a\0b")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not stop this user")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """Permissions are named."""
    path = tmp_path / "secret.pcap"
    path.write_bytes(CAPTURE)
    path.chmod(0)
    with pytest.raises(CaptureError, match="may not be read"):
        open_any(str(path))


def test_a_path_is_made_safe_to_show(tmp_path: Path) -> None:
    """A name may hold control characters."""
    with pytest.raises(CaptureError) as caught:
        open_any(str(tmp_path / "a\x1b[31m\nb"))
    assert str(caught.value).isprintable()

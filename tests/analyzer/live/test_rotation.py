"""When a log gives way to a new one."""

from pathlib import Path

import pytest

from analyzer.issues import StoreError
from analyzer.live.rotation import Rotation, aside, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Rotation()),
        ("100M", Rotation(100 << 20)),
        (" 2 h ", Rotation(None, 7200)),
        ("1G, 10min", Rotation(1 << 30, 600)),
        ("64K,1d,30s", Rotation(64 << 10, 30)),
    ],
)
def test_sizes_and_times(text: str, expected: Rotation) -> None:
    """Either, both, or none."""
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["10", "M", "0M", "10m", "-1h", "1.5G", "100MB", "1h;2G"])
def test_anything_else_is_refused(text: str) -> None:
    """With what can be written instead; 10m might be minutes or mega."""
    with pytest.raises(StoreError, match="such as 100M or 1h"):
        parse(text)


def test_names_are_free_and_keep_the_suffix(tmp_path: Path) -> None:
    """So that the old logs are found by one pattern, in their order."""
    first = aside(str(tmp_path / "a.jsonl"), 0)
    Path(first).touch()
    second = aside(str(tmp_path / "a.jsonl"), 0)

    assert [Path(name).name for name in (first, second)] == ["a-19700101T000000Z.jsonl", "a-19700101T000000Z_1.jsonl"]

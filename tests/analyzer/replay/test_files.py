"""Small files."""

from pathlib import Path

import pytest

from analyzer.issues import ReplayError, StoreError
from analyzer.replay.files import text_of


def test_text(tmp_path: Path) -> None:
    """With or without a byte order mark; what is none says so in one line."""
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfa\xc3\xa9")
    assert text_of(str(path)) == "aé"
    path.write_bytes(b"\xff")
    with pytest.raises(ReplayError, match="no text in UTF-8"):
        text_of(str(path))
    with pytest.raises(StoreError, match="cannot read"):
        text_of(str(tmp_path / "b"))

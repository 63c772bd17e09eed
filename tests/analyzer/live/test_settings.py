"""The addon's options."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.issues import StoreError
from analyzer.live import settings
from analyzer.live.rotation import Rotation
from analyzer.live.settings import OPTIONS, Settings


def options(**changed: Any) -> Any:
    """mitmproxy's, with these changed."""
    return SimpleNamespace(**{name: default for name, _, default, _ in OPTIONS} | changed)


def test_defaults_make_sense() -> None:
    """Every option is of its type, and says what it does."""
    assert settings.read(options()) == Settings()
    for name, kind, default, text in OPTIONS:
        assert name.startswith("sioscope_")
        assert isinstance(default, kind)
        assert text.endswith(".")


def test_values() -> None:
    """As they are needed."""
    found = settings.read(options(sioscope_out="a.jsonl", sioscope_rotate="1K", sioscope_keep=5, sioscope_name="edge"))
    assert found == Settings("a.jsonl", Rotation(1024), 5, True, "edge")
    assert settings.read(options(sioscope_redact=True)) == Settings(redact=True)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sioscope_out": "a.parquet"}, "a live log is JSON Lines"),
        ({"sioscope_out": "notes"}, "end its name in"),
        ({"sioscope_out": "-"}, "standard output by -"),
        ({"sioscope_out": "/"}, "is a folder"),
        ({"sioscope_rotate": "soon"}, "cannot rotate"),
        ({"sioscope_keep": -1}, "number of messages"),
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any], why: str) -> None:
    """In one line."""
    with pytest.raises(StoreError, match=why):
        settings.read(options(**changed))


def test_a_fifo_may_have_any_name(tmp_path: Path) -> None:
    """Its name says nothing of what is in it."""
    os.mkfifo(tmp_path / "log")
    assert settings.read(options(sioscope_out=str(tmp_path / "log"))).out == str(tmp_path / "log")

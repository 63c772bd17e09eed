"""The rules while the proxy runs."""

import os
from pathlib import Path

import pytest

from analyzer.issues import RulesError
from analyzer.live.choosing import Sessions
from analyzer.live.facts import Facts
from analyzer.live.rules_file import RulesFile


def test_changes(tmp_path: Path) -> None:
    """Are seen once, twice a second at most; a file that is gone, or makes no sense, is one, too."""
    path, sessions = tmp_path / "r.toml", Sessions()
    path.write_text('[[rule]]\ndo = "drop"\n')
    file = RulesFile(str(path), 7)
    assert file.read(10.0, sessions).choose(Facts())
    assert not file.changed(11.0)
    path.write_text("x = 1")
    os.utime(path, ns=(1, 1))
    assert [file.changed(11.4), file.changed(11.6)] == [False, True]
    with pytest.raises(RulesError):
        file.read(11.6, sessions)
    assert not file.changed(13.0)
    path.unlink()
    assert file.changed(14.0)
    with pytest.raises(RulesError):
        file.read(14.0, sessions)
    assert not file.changed(15.0)


def test_none() -> None:
    """Nothing to read, nothing to look for."""
    file = RulesFile("", 0)
    assert not file.read(1.0, Sessions())
    assert not file.changed(9.0)


def test_the_seed(tmp_path: Path) -> None:
    """Makes chance repeatable."""
    path = tmp_path / "r.toml"
    path.write_text('[[rule]]\ndo = "drop"\nprobability = 0.5\n')

    def met(seed: int) -> list[bool]:
        chooser = RulesFile(str(path), seed).read(0.0, Sessions())
        return [bool(chooser.choose(Facts())) for _ in range(64)]

    assert met(5) == met(5) != met(6)
    assert met(0) != met(0)

"""The package's public names: all there, none loaded before it is asked for."""

import subprocess
import sys

import pytest

import analyzer


@pytest.mark.parametrize("name", analyzer.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What is promised can be had, and says what it is."""
    found = getattr(analyzer, name)
    assert found is not None
    assert not callable(found) or found.__doc__


def test_other_names_are_not() -> None:
    """A misspelt name is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="hartbeats"):
        analyzer.hartbeats  # noqa: B018


def test_importing_costs_next_to_nothing() -> None:
    """Nothing heavy is loaded by the import, whatever Python loads for itself."""
    script = "import sys, analyzer; print(sorted(m for m in sys.modules if m.startswith('analyzer')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['analyzer', 'analyzer.version']"


def test_the_functions_are_those_of_the_tables() -> None:
    """`analyzer.heartbeats` is the function, although a module has the same name."""
    for name in ("sessions", "heartbeats", "upgrades", "acks", "events"):
        assert getattr(analyzer, name).__module__ == f"analyzer.tables.{name}"

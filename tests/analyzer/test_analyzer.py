"""The package's public names: all there, none loaded before it is asked for."""

import subprocess
import sys

import pandas as pd
import pytest

import analyzer
from tests.recorded import CAPTURES


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


@pytest.mark.parametrize("name", ["sessions", "heartbeats", "upgrades", "acks", "events", "findings"])
def test_the_tables_are_functions(name: str) -> None:
    """Also after everything was imported, for one of the package's own parts is called `findings`, too."""
    log = analyzer.read(str(CAPTURES / "v4-upgrade" / "capture.pcap"))
    from analyzer.findings import rules

    assert rules.__name__ == "analyzer.findings.rules"
    assert isinstance(getattr(analyzer, name)(log), pd.DataFrame)

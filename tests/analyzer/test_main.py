"""``python -m analyzer`` is the command line."""

import subprocess
import sys

from analyzer.version import __version__


def module(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the package."""
    return subprocess.run([sys.executable, "-m", "analyzer", *arguments], capture_output=True, text=True, check=False)


def test_it_is_the_command() -> None:
    """It calls itself sioscope, for that is what its help tells people to type."""
    assert module("--version").stdout == f"sioscope, version {__version__}\n"
    assert module("--help").stdout.startswith("Usage: sioscope ")


def test_its_exit_status() -> None:
    """What is wrong is one line and status 2 here, too."""
    done = module("records", "no-such-file")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sioscope: no-such-file: there is no such file; check the path\n"

"""Ctrl-C that is not lost."""

import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import interrupt

POSIX = os.name == "posix"


def run(step: Callable[[], object]) -> None:
    """Something, and then wait as a command does."""
    with interrupt.heeded():
        step()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            time.sleep(0.01)


def test_it_is_raised_where_it_arrives() -> None:
    """As ever."""
    with pytest.raises(KeyboardInterrupt):
        run(lambda: signal.raise_signal(signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class Finalized:
    """Interrupted while it is finalized, where Python drops what is raised."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_survives_a_finalizer() -> None:
    """Without this it would be lost."""
    Finalized()  # so it is
    with pytest.raises(KeyboardInterrupt):
        run(Finalized)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_survives_a_weak_reference() -> None:
    """Of the collections of the standard library."""
    table: weakref.WeakValueDictionary[Loud, set[int]] = weakref.WeakValueDictionary()
    values = [Held()]
    table[Loud()] = values[0]  # type: ignore[assignment]
    Loud.armed = True
    with pytest.raises(KeyboardInterrupt):
        run(values.clear)
    Loud.armed = False


class Held:
    """Something that can be referred to weakly."""


class Loud:
    """A key that is interrupted when it is looked up."""

    armed = False

    def __hash__(self) -> int:
        if Loud.armed:
            signal.raise_signal(signal.SIGINT)
        return 1


@pytest.mark.skipif(not POSIX, reason="signals of POSIX")
def test_it_survives_an_import(tmp_path: Path) -> None:
    """Which is done first."""
    (tmp_path / "slow.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\ndone = True\n")
    code = (
        "import os; from analyzer.cli import interrupt\n"
        "with interrupt.heeded():\n"
        "    try:\n"
        "        import slow\n"
        "        os.read(os.pipe()[0], 1)\n"
        "    except KeyboardInterrupt:\n"
        "        print(slow.done)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert said.stdout == "True\n", said.stderr


def test_what_others_have_set_is_left_alone() -> None:
    """As is one that is ignored."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with interrupt.heeded():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_other_threads_change_nothing() -> None:
    """They may not."""
    seen: list[object] = []

    def look() -> None:
        with interrupt.heeded():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]

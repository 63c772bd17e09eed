"""The entry script for mitmproxy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import addons
from tests.flowfiles import mitmproxy


def test_it_offers_its_addons() -> None:
    """As mitmproxy's script loader wants them: one, in which traffic passes the others in this order."""
    mitmproxy()
    from addons import sioscope_addon

    names = ["ShaperAddon", "SpeakerAddon", "SioscopeAddon", "ReplayAddon", "DispatchAddon"]
    (bundle,) = sioscope_addon.addons
    assert [type(addon).__name__ for addon in bundle.parts] == names


def test_it_has_no_hooks_of_its_own() -> None:
    """But the names of the commonest are there: each time one is missing mitmproxy waits for an error."""
    mitmproxy()
    from mitmproxy import hooks

    from addons import sioscope_addon

    there = {name for name in hooks.all_hooks if hasattr(sioscope_addon, name)}
    assert {"update", "websocket_message", "request", "response"} <= there
    assert not any(getattr(sioscope_addon, name) for name in there)


def test_nothing_in_its_folder_is_named_like_a_module() -> None:
    """mitmproxy puts the folder first on the path, for good."""
    folder = Path(addons.__file__).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert names
    assert all(name.startswith("sioscope_") for name in names)
    assert not names & set(sys.stdlib_module_names)


def test_a_clone_needs_no_installation(tmp_path: Path) -> None:
    """Its own code is found from wherever mitmproxy runs."""
    mitmproxy()
    root = Path(addons.__file__).parent.parent
    code = f"import runpy; print(len(runpy.run_path({str(root / 'addons' / 'sioscope_addon.py')!r})['addons']))"
    hidden = "import sys; sys.meta_path[:] = [each for each in sys.meta_path if 'editable' not in str(each)];"
    said = subprocess.run([sys.executable, "-c", hidden + code], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout == "1\n", said.stderr


@pytest.mark.parametrize(("lacking", "cloned"), [("msgpack", True), ("analyzer", False)])
def test_what_is_not_installed(lacking: str, cloned: bool, tmp_path: Path) -> None:
    """One line says what to do, for the Python that runs mitmproxy."""
    mitmproxy()
    path = Path(addons.__file__).with_name("sioscope_addon.py")
    if not cloned:
        path = Path(shutil.copy(path, tmp_path))
    code = f"import runpy, sys; sys.modules[{lacking!r}] = None; print(runpy.run_path({str(path)!r})['addons'])"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout == "[]\n"
    what = path.parent.parent if cloned else "sioscope"
    assert said.stderr.count("\n") == 1
    assert f"lacks {lacking}: run " in said.stderr
    assert f" -m pip install '{what}' (with pipx" in said.stderr

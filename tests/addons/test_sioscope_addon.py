"""The entry script for mitmproxy."""

import sys
from pathlib import Path

import addons
from tests.flowfiles import mitmproxy


def test_it_offers_its_addons() -> None:
    """As mitmproxy's script loader wants them: one, in which traffic passes the others in this order."""
    mitmproxy()
    from addons import sioscope_addon

    names = ["ShaperAddon", "SpeakerAddon", "SioscopeAddon", "ReplayAddon"]
    (bundle,) = sioscope_addon.addons
    assert [type(addon).__name__ for addon in bundle.parts] == names


def test_nothing_in_its_folder_is_named_like_a_module() -> None:
    """mitmproxy puts the folder first on the path, for good."""
    folder = Path(addons.__file__).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert names
    assert all(name.startswith("sioscope_") for name in names)
    assert not names & set(sys.stdlib_module_names)

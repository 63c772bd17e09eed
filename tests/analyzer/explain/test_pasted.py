"""What somebody pasted."""

import pytest

from analyzer.explain.pasted import understand


@pytest.mark.parametrize(
    "text", ["0x0401ff", "0x04 01 FF", "<04 01 ff>", "<0401ff>", "04 01 ff", "hex:0401ff", "\\x04\\x01\\xff"]
)
def test_hex(text):
    """In the spellings that tools print."""
    assert understand(text) == b"\x04\x01\xff"


@pytest.mark.parametrize("text", ['42["a"]', "2:40", "40", "04", "bAQI=", "deadbeef"])
def test_text(text):
    """All else is text, also where it could be hex without a mark."""
    assert understand(text) == text


def test_separator():
    """As it is shown, or escaped; a line end behind is none of it."""
    assert understand("4a␞4b\\x1e4c\n") == "4a\x1e4b\x1e4c"

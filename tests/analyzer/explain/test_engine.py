"""Engine.IO packets, piece by piece."""

import pytest

from analyzer.explain import engine
from analyzer.explain.reading import Reading


@pytest.mark.parametrize(("text", "due"), [('42["a"]', 0), ('453-["a"]', 3), ("2", 0), ("bAQ==", 0)])
def test_attachments_due(text, due):
    """What must follow is given back."""
    assert engine.explain_text(Reading("x"), text, 4) == due


def test_open_with_odd_members():
    """A handshake may hold anything: it is shown, not believed."""
    reading = Reading("x")
    engine.explain_text(reading, '0{"sid":7,"upgrades":"no","pingInterval":true,"pingTimeout":[1],"own":{"a":1}}', 4)
    assert [piece for piece, _ in reading.steps[1:]] == ["sid", "upgrades", "pingInterval", "pingTimeout", "own"]


def test_binary_without_type():
    """Revision 3 wants one."""
    reading = Reading("x")
    engine.explain_binary(reading, b"\x09\x01", 3)
    assert not reading.sound

"""This part of the registry is in the whole."""

from analyzer.findings.kinds import KINDS
from analyzer.findings.kinds_capture import CAPTURE


def test_all_are_registered():
    """Each by its code."""
    assert all(KINDS[kind.code] is kind for kind in CAPTURE)

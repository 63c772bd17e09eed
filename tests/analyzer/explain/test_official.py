"""What official libraries do."""

from analyzer.explain.official import fate


def test_fate():
    """For a code that is known; nothing for others."""
    assert "Illegal attachments" in fate("sio_bad_attachments")
    assert fate("tcp_gap") == ""
    assert fate("nothing_like_it") == ""

"""A frame taken apart."""

from analyzer.explain.reading import Reading


def test_say():
    """Pieces are printable and short; what is wrong makes the whole unsound."""
    reading = Reading("x")
    reading.say("\x1b" + "y" * 999, "odd")
    assert reading.sound
    assert len(reading.steps[0][0]) < 50
    reading.wrong("z", "bad")
    assert not reading.sound
    assert reading.steps[1] == ("z", "WRONG: bad")

"""Noise files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import ReplayError
from analyzer.replay.noise import Noise, read, write

PLACES = st.tuples(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))


@given(st.sets(PLACES, max_size=4))
def test_written_and_read(places: set[tuple[str, str, str]]) -> None:
    """Whatever the names are."""
    assert read(write(places), "x").places == places


def test_hides() -> None:
    """A path and all inside of it, or all of an event."""
    noise = Noise(frozenset({("/", "tick", ""), ("/", "order", "ack[0].id")}))
    assert noise.hides("/", "tick", None)
    assert noise.hides(None, "tick", "args[0]")
    assert noise.hides("/", "order", "ack[0].id.x")
    assert not noise.hides("/", "order", "ack[0].idx")
    assert not noise.hides("/", "order", None)
    assert not noise.hides("/chat", "tick", None)
    assert not Noise().hides("/", "tick", None)


@pytest.mark.parametrize(
    "text", ["[", "noise = 3", "[[noise]]\npath = 'x'", "[[noise]]\nevent = 3", "noise = [1]", "[[rule]]"]
)
def test_what_is_no_noise_file(text: str) -> None:
    """One line that names the file."""
    with pytest.raises(ReplayError, match=r"f\.toml: is no noise file"):
        read(text, "f.toml")

"""Rules files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import ReplayError
from analyzer.replay.rules import Place, Rule, read, write

TEXT = st.text(max_size=5)
PLACES = st.builds(
    Place,
    st.sampled_from(["EVENT", "ACK", "CONNECT", "OPEN", "MESSAGE"]),
    st.text(min_size=1, max_size=5),
    TEXT,
    st.lists(st.integers(0, 9) | st.just("*") | st.text(min_size=1, max_size=4), max_size=3).map(tuple),
)


@given(st.lists(st.builds(Rule, PLACES, PLACES, st.floats(0, 1), TEXT), max_size=3))
def test_written_and_read(rules: list[Rule]) -> None:
    """Whatever names and paths hold."""
    found = read(write(rules), "x").rules
    assert [(r.source, r.target) for r in found] == [(r.source, r.target) for r in rules]


def test_edited_by_hand() -> None:
    """A rule switched off is none; values of the user's own are read; names default as on the wire."""
    text = """
    [[rule]]
    enabled = false
    from = { event = "a", path = "[0]" }
    to = { event = "b", path = "[0]" }
    [[set]]
    to = { event = "login", path = "[0].user" }
    value = "${USER}"
    """
    found = read(text, "x")
    assert found.rules == ()
    assert found.fixed == ((Place("EVENT", "/", "login", (0, "user")), "${USER}"),)


def test_credentials_are_no_samples() -> None:
    """A token is not written down."""
    place = Place("ACK", "/", "login", (0, "token"))
    assert "s3cr3t-value" not in write([Rule(place, place, 1.0, "s3cr3t-value")])


@pytest.mark.parametrize(
    "text",
    ["[", "rule = 1", "[[noise]]\nevent = 'x'", "[[rule]]\nfrom = 1", '[[set]]\nto = { packet = "x", path = "" }'],
)
def test_what_is_no_rules_file(text: str) -> None:
    """One line that names the file."""
    with pytest.raises(ReplayError, match=r"r\.toml: is no rules file"):
        read(text, "r.toml")

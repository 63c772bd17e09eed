"""Short forms of session ids."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.short import short_ids


def test_beginnings():
    """Ordinary ids are told apart by their beginnings; short ones stay."""
    assert short_ids(["dVW1sKa7B7cEpcSEAAAA", "?3"]) == {"dVW1sKa7B7cEpcSEAAAA": "dVW1sKa7…", "?3": "?3"}


def test_ends_and_both():
    """Ids that begin alike show their ends, and those that also end alike both."""
    assert set(short_ids(["session-000001", "session-000002"]).values()) == {"…n-000001", "…n-000002"}
    mixed = ["aaaa-xxxxxx-0001", "aaaa-xxxxxx-0002", "bbbb-xxxxxx-0001"]
    assert len(set(short_ids(mixed).values())) == 3


def test_numbers_where_nothing_else_helps():
    """Ids alike in all that fits get a number each."""
    shown = short_ids(["aaaaaaaaa" + middle + "zzzzzzzzz" for middle in "123"])
    assert sorted(text[-2:] for text in shown.values()) == ["#1", "#2", "#3"]


def test_missing_and_empty():
    """A missing id has no form, an empty one is visible."""
    assert short_ids([None, "", ""]) == {"": '""'}
    assert short_ids([]) == {}


def test_a_terminal_without_the_character():
    """Three dots stand for the ellipsis where it cannot be shown, in the same width."""
    assert short_ids(["x" * 30], ellipsis="...") == {"x" * 30: "xxxxxx..."}


@given(st.lists(st.text(max_size=30), unique=True, max_size=40))
def test_told_apart(ids):
    """All ids have forms, all forms differ and can be shown."""
    shown = short_ids(ids)
    assert set(shown) == set(ids)
    assert len(set(shown.values())) == len(ids)
    assert all(text.isprintable() and text and len(text) <= 13 for text in shown.values())

"""Variables and users."""

import pytest

from analyzer.issues import ReplayError
from analyzer.replay.variables import expand, pairs, users


def test_expand() -> None:
    """All of them, and what is none stays."""
    assert expand("a ${X}${Y_1} $X ${}", {"X": "1", "Y_1": "${X}"}) == "a 1${X} $X ${}"
    with pytest.raises(ReplayError, match=r"\$\{NO\}: is not set"):
        expand("${NO}", {})


def test_users() -> None:
    """A row each."""
    assert users(["NAME,TOKEN", "ann,1", '"b,c",2'], "u.csv") == [
        {"NAME": "ann", "TOKEN": "1"},
        {"NAME": "b,c", "TOKEN": "2"},
    ]
    for lines in ([], ["NAME"], ['NAME\n"a']):
        with pytest.raises(ReplayError, match=r"u\.csv"):
            users(lines, "u.csv")


def test_pairs() -> None:
    """Name and value."""
    assert pairs(["A: b:c"], ":", "--header") == [("A", "b:c")]
    assert pairs(["a= b"], "=", "--query") == [("a", " b")]
    with pytest.raises(ReplayError, match="--query x: write it like NAME=VALUE"):
        pairs(["x"], "=", "--query")

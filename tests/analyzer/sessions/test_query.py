"""Engine.IO is recognised by its query, whatever path and port."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sessions.query import _PLAIN, _USUAL, Query, _any, _plain, parse


@pytest.mark.parametrize(
    ("target", "engine", "sid"),
    [
        ("/socket.io/?EIO=4&transport=polling&t=x", 4, None),
        ("/any/where?a=1&EIO=3&transport=websocket&sid=abc", 3, "abc"),
        ("/socket.io/?EIO=2&transport=polling", 3, None),
        ("/socket.io/?transport=polling&sid=abc", None, "abc"),
        ("/socket.io/?EIO=04&transport=polling", 3, None),
    ],
)
def test_engine_io_queries(target: str, engine: int | None, sid: str | None) -> None:
    """``transport`` and one of ``EIO`` and ``sid`` make an Engine.IO request; only EIO=4 is revision 4."""
    found = parse(target)
    assert found is not None
    assert (found.engine, found.sid, found.url) == (engine, sid, target)


@pytest.mark.parametrize(
    "target",
    ["/", "/socket.io/", "/x?transport=polling", "/x?EIO=4", "/x?mytransport=a&EIO=4", "/socket.io/1/?t=1", "*"],
)
def test_other_requests(target: str) -> None:
    """A path that merely looks like Socket.IO is none."""
    assert parse(target) is None


def test_a_proxys_absolute_target_loses_its_host() -> None:
    """The url column is path and query."""
    assert parse("http://h:80/p/?EIO=4&transport=polling&j=0") == Query(
        "/p/?EIO=4&transport=polling&j=0", 4, "polling", None, True
    )


def test_the_first_of_repeated_keys_counts() -> None:
    """Users may add keys of their own behind those of the library."""
    found = parse("/?EIO=4&transport=polling&sid=a&sid=b")
    assert found is not None
    assert found.sid == "a"


def test_a_broken_target_is_no_query() -> None:
    """Nothing a client sends makes it raise."""
    assert parse("http://[::1/?EIO=4&transport=polling&sid=x") is None


@given(
    st.lists(
        st.sampled_from(
            ["transport=polling", "EIO=4", "sid=a", "&", "=", "%61", "+", "#", "é", " ", "t", ";", "[", "/"]
        )
    ),
    st.sampled_from(["/?", "/x?", "//h?", "http://h/?", "?", "*", "/\t?"]),
)
def test_the_quick_way_gives_the_same(parts: list[str], path: str) -> None:
    """Targets that need no decoding are taken apart without it, to the same fields."""
    target = path + "transport=polling&" + "".join(parts)
    if _PLAIN(target):
        url, found = _any(target)
        assert _plain(target)[0] == url
        assert {name: value for name, value in _plain(target)[1].items() if name} == {
            name: value for name, value in found.items() if name
        }
    assert parse("/?transport=polling&EIO=4" + "&a=b" * 1000) is None


@given(
    st.sampled_from(["/socket.io/", "/", "/a;b/c", "//h/", "/ü/", "/?"]),
    st.sampled_from(["EIO=4", "EIO=3", "EIO=44", "EIO=", "EIO=x"]),
    st.sampled_from(["transport=polling", "transport=websocket", "transport=", "transport=a%20b"]),
    st.lists(st.sampled_from(["t=n6qff4wa", "t=a.0", "t=", "sid=ab_C-1", "sid=", "sid=%61", "sid=ü", "j=0", "t=1"])),
)
def test_what_is_told_at_a_glance(path: str, engine: str, transport: str, more: list[str]) -> None:
    """Targets of the usual form say what their fields say."""
    target = f"{path}?{'&'.join([engine, transport, *more])}"
    if _USUAL(target):
        url, found = _any(target)
        revision = 4 if found["EIO"] == "4" else 3
        assert parse(target) == Query(url, revision, found["transport"], found.get("sid") or None, "j" in found)

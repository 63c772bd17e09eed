"""Sessions as they are to be replayed."""

import json

import pytest

from analyzer.issues import ReplayError
from analyzer.replay.prepare import Wishes, prepared
from analyzer.replay.rules import Place
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop

PLAN = session(shop())


def test_own_credentials() -> None:
    """From options and variables, in the place of the captured ones."""
    wishes = Wishes(
        auth=("token=${TOKEN}", '{"x":{"y":1}}'), query=("v=2",), headers=("Authorization: Bearer ${TOKEN}",)
    )
    found, names = prepared(PLAN, wishes, {"TOKEN": "mine"})
    assert json.loads(found.steps[0].data or "") == {"token": "mine", "lang": "fr", "x": {"y": 1}}
    assert found.manner.query == (("v", "2"),)
    assert found.manner.headers == (("Authorization", "Bearer mine"),)
    assert names == ()


def test_captured_credentials() -> None:
    """Only when asked for."""
    assert prepared(PLAN, Wishes(), {})[1] == ("auth token",)
    assert prepared(PLAN, Wishes(credentials=True), {})[0].steps[0].data == '{"token":"abc","lang":"fr"}'


def test_transports() -> None:
    """Another one than captured; an upgrade is made up where there was none."""
    for transport, upgrade in (("polling", False), ("websocket", False), ("upgrade", True)):
        found, _ = prepared(PLAN, Wishes(transport=transport), {})
        assert found.manner.transport == ("websocket" if transport == "websocket" else "polling")
        assert found.manner.upgrade is upgrade
        assert [s.kind for s in found.steps][:2] == (["probe", "upgrade"] if upgrade else ["CONNECT", "EVENT"])
        assert len({s.number for s in found.steps}) == len(found.steps)


def test_path_and_own_values() -> None:
    """The target's path, and values of a rules file."""
    fixed = ((Place("EVENT", "/", "order", (0, "item")), "${ITEM}"),)
    found, _ = prepared(PLAN, Wishes(path="/rt/", fixed=fixed), {"ITEM": "coffee"})
    assert found.manner.path == "/rt/"
    assert found.steps[1].data == '[{"item":"coffee"}]'


@pytest.mark.parametrize(
    "wishes", [Wishes(auth=("{",)), Wishes(auth=("token",)), Wishes(headers=("x",)), Wishes(query=("${X}=1", "a=${X}"))]
)
def test_what_makes_no_sense(wishes: Wishes) -> None:
    """One line that names the option."""
    with pytest.raises(ReplayError):
        prepared(PLAN, wishes, {})

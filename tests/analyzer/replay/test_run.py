"""One run."""

import pytest

from analyzer.issues import ReplayError
from analyzer.replay import run
from analyzer.replay.crowd import Round
from analyzer.replay.guard import Leave, target_of
from analyzer.replay.player import Terms
from tests.analyzer.replay import servers
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop

PLAN = session(shop())


def test_played() -> None:
    """By name, and only at the addresses that were checked."""
    with servers.app(servers.shop_app()) as port:
        (found,) = run.run(
            [Round([PLAN])], Terms(), run.Ground(target_of(f"http://localhost:{port}")), lambda each: None
        )
    assert found.outcome == "completed"


def test_not_allowed() -> None:
    """Checked before any socket is opened: the address is nobody's (RFC 5737)."""
    ground = run.Ground(target_of("http://192.0.2.1:80"))
    with pytest.raises(ReplayError, match=r"--allow-host 192\.0\.2\.1"):
        run.run([Round([PLAN])], Terms(), ground, lambda each: None)
    ground = run.Ground(target_of("http://192.0.2.1:80"), frozenset({"192.0.2.1:80"}), Leave(["192.0.2.1"]))
    with pytest.raises(ReplayError, match="--yes-captured-origin"):
        run.run([Round([PLAN])], Terms(), ground, lambda each: None)


def test_too_many() -> None:
    """A cap on sessions."""
    ground = run.Ground(target_of("http://127.0.0.1:9"), caps=run.Caps(sessions=1))
    with pytest.raises(ReplayError, match="--cap-sessions"):
        run.run([Round([PLAN, PLAN])], Terms(), ground, lambda each: None)


def test_resolve() -> None:
    """Names that lead nowhere."""
    assert "127.0.0.1" in run.resolve(target_of("http://127.0.0.1:9"))
    with pytest.raises(ReplayError, match="cannot be resolved"):
        run.resolve(target_of("http://no-such-host.invalid"))

"""What became of a session."""

from analyzer.replay import outcome
from analyzer.replay.played import Played
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop


def test_whole() -> None:
    """Only what was played to its end and sent in full."""
    played = Played(session(shop()))
    assert not played.whole
    played.outcome = outcome.COMPLETED
    assert played.whole
    played.unsent.append((played.plan.steps[0], "why"))
    assert not played.whole

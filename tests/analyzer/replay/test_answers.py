"""Acks that a client owes."""

from analyzer.replay.answers import Answers
from analyzer.replay.pace import Pace
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop


def test_given_when_asked() -> None:
    """Some time after the question, with its live id; at once when fast."""
    plan = session(shop())
    place = next(i for i, e in enumerate(plan.expected) if e.said.event == "ask")
    question = plan.expected[place].said._replace(ack_id=41)
    for pace, think in ((Pace(), 0.010), (Pace("fast"), 0.0), (Pace("scaled", 2), 0.005)):
        answers = Answers(plan, pace)
        assert [why for _, why in answers.left()] == ["its question did not come"]
        answers.asked(place, question, 5.0)
        assert answers.wake_at == 5.0 + think
        assert list(answers.ready(4.9)) == []
        assert [(due, step.event, ack_id) for due, step, ack_id in answers.ready(6.0)] == [(5.0 + think, "ask", 41)]
        assert answers.left() == []


def test_not_given() -> None:
    """Those still due when the session ends, and those that nobody asked for."""
    plan = session(shop())
    place = next(i for i, e in enumerate(plan.expected) if e.said.event == "ask")
    answers = Answers(plan, Pace())
    answers.asked(place, plan.expected[place].said, 5.0)
    answers.asked(0, plan.expected[0].said, 5.0)
    assert [why for _, why in answers.left()] == ["the session ended before"]

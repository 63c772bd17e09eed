"""Acknowledgements that never came."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


def test_ack_unanswered():
    """A real handler that forgets its callback."""
    assert codes(found("ack-unanswered"), "error", "warning") == ["ack_unanswered"]
    said = only(found("ack-unanswered"), "ack_unanswered")
    assert 'acknowledgement of "save" (id 1)' in said["explanation"]
    assert "1 others of this event were answered" in said["explanation"]
    assert "on the server" in said["advice"]


@pytest.mark.parametrize(("lived", "told"), [(500, False), (3_000, True)])
def test_time_is_given(lived, told):
    """A session that ends soon leaves no time to answer."""
    talk = Talk(engine=4).open(0).join(1).socket(100, "EVENT", "c2s", event="x", ack_id=0)
    talk.socket(100 + lived, "EVENT", "s2c", event="y").close(4_000)
    assert ("ack_unanswered" in findings(log_of(talk))["code"].tolist()) == told


def test_slow_answers_are_waited_for():
    """Where others took a second, three are not enough."""
    talk = Talk().open(0).join(1).socket(100, "EVENT", "c2s", event="x", ack_id=0).socket(1_100, "ACK", "s2c", ack_id=0)
    talk.socket(1_200, "EVENT", "c2s", event="x", ack_id=1).socket(4_200, "EVENT", "s2c", event="y").close(4_300)
    assert "ack_unanswered" not in findings(log_of(talk))["code"].tolist()


def test_one_finding_for_many():
    """Of one event and direction, in however many sessions."""
    talks = []
    for number in range(4):
        talk = Talk(f"s{number}").open(0).join(1).socket(100, "EVENT", "c2s", event="x", ack_id=number)
        talks.append(talk.socket(3_000, "EVENT", "s2c", event="y").close(3_100))
    said = only(findings(log_of(*talks)), "ack_unanswered")
    assert "Clients in 4 sessions" in said["explanation"]

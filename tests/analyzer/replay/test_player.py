"""One session, played against a server in the same process."""

import pytest

from analyzer.replay import outcome
from analyzer.replay.actions import Dial, Failed, Fetched
from analyzer.replay.board import Board
from analyzer.replay.pace import Pace
from analyzer.replay.player import Player, Terms
from tests.analyzer.replay.opposite import Opposite, handshake, played, session, shop_says
from tests.analyzer.replay.talks import C2S, S2C, bye, opening, row, said, sent, shop


def test_a_session() -> None:
    """Everything is sent, with the live id of the question, and everything comes."""
    opposite = Opposite(shop_says())
    result = played(shop(), opposite)
    assert (result.outcome, result.detail, result.unsent, result.timeouts) == (outcome.COMPLETED, "", [], [])
    assert [m for _, m in opposite.heard] == [
        '40{"token":"abc","lang":"fr"}',
        '420["order",{"item":"tea"}]',
        '421["pay","o-4711",3]',
        '4399["yes"]',
    ]
    assert len(result.received) == len(result.plan.expected) - 1, "the open packet is not counted"
    assert sorted(result.acks) == [1, 2]
    assert result.sid == "live"


def test_gated_keeps_think_time() -> None:
    """Steps wait for what they depend on, however late, and then as long as the client did."""

    def late(message):
        return [(delay + 0.5, said) for delay, said in shop_says()(message)]

    opposite = Opposite(late)
    played(shop(), opposite)
    connect, order, pay, answer = (time for time, _ in opposite.heard)
    assert order - connect == pytest.approx(0.502 + 0.010)
    assert pay - order == pytest.approx(0.51 + 0.020)
    assert answer - pay == pytest.approx(0.52 + 0.010)


def test_timed_keeps_the_clock() -> None:
    """Steps leave when they did, late ones at once; lateness is told and does not add up."""
    opposite = Opposite(lambda m: [(delay + 0.025, said) for delay, said in shop_says()(m)])
    result = played(shop(), opposite, Pace("timed"))
    lates = {s.step.event: s.late for s in result.sent}
    assert lates["order"] == pytest.approx(0.100 + 0.003 + 0.026 - 0.115, abs=2e-3)
    assert [round(t - 100.0, 3) for t, _ in opposite.heard][2] == pytest.approx(0.064, abs=4e-3)


def test_scaled_is_faster() -> None:
    """Twice as fast."""
    opposite = Opposite(shop_says())
    played(shop(), opposite, Pace("scaled", 0.01))
    assert opposite.heard[2][0] - 100.0 == pytest.approx(4.5, rel=0.01)


def test_fast_waits_for_what_it_needs_alone() -> None:
    """No think time and no pushes, but acks and joined namespaces."""
    opposite = Opposite(shop_says())
    played(shop(), opposite, Pace("fast"))
    assert opposite.heard[1][0] - opposite.heard[0][0] == pytest.approx(0.001)
    assert opposite.heard[2][0] - opposite.heard[1][0] == pytest.approx(0.01)


def test_an_ack_that_does_not_come() -> None:
    """The step goes on in the end, and the report says what it waited for."""

    def silent(message):
        return [] if '"order"' in str(message) else shop_says()(message)

    result = played(shop(), Opposite(silent))
    assert result.outcome == outcome.COMPLETED
    assert next((t.step, t.awaited, t.hard) for t in result.timeouts) == ("event 'pay'", ("ack of 'order'",), True)
    assert {s.step.event for s in result.sent} == {None, "order", "pay", "ask"}


def test_a_question_that_does_not_come() -> None:
    """Its answer is not sent."""
    result = played(shop(), Opposite(lambda m: [x for x in shop_says()(m) if "ask" not in x[1]]))
    assert [(step.event, why) for step, why in result.unsent] == [("ask", "its question did not come")]


def test_questions_that_ask_for_nothing() -> None:
    """A server that no longer asks for an ack gets none."""
    result = played(shop(), Opposite(lambda m: [(d, x.replace("4299", "42")) for d, x in shop_says()(m)]))
    assert result.unsent[0][1] == "the server asked for no acknowledgement"


def test_a_namespace_that_is_refused() -> None:
    """Nothing is sent to it."""
    rows = [*opening(), sent(3, "CONNECT"), said(4, "CONNECT"), sent(5, "EVENT", event="a"), bye(9)]
    result = played(rows, Opposite(lambda m: [(0.001, '44{"message":"no"}')]))
    assert [why for _, why in result.unsent] == ["the server refused the namespace"]


def test_the_server_ends_it_early() -> None:
    """What is left is not sent, and that is told."""
    result = played(shop(), Opposite(lambda m: [(0.001, "bye")] if '"order"' in str(m) else shop_says()(m)))
    assert result.outcome == outcome.CLOSED_EARLY
    assert [step.event for step, _ in result.unsent] == ["pay", "ask"]
    assert "code 1000" in result.detail


def test_the_server_ends_it_as_it_had() -> None:
    """Waited for, and the end it should have."""
    rows = [*shop()[:-1], bye(95, S2C)]
    result = played(rows, Opposite(lambda m: [(0.05, "bye")] if "yes" in str(m) else shop_says()(m)))
    assert (result.outcome, result.ended_by) == (outcome.COMPLETED, "server")
    result = played(rows, Opposite(shop_says()))
    assert (result.outcome, result.ended_by) == (outcome.COMPLETED, "client")
    assert "did not end" in result.detail


@pytest.mark.parametrize("message", ["42[", "9", b"\1", "47"])
def test_garbage(message: str | bytes) -> None:
    """What is no packet ends the session."""
    result = played(shop(), Opposite(lambda m: [(0.001, message)]))
    assert result.outcome == outcome.GARBAGE
    assert len(result.unsent) == 3


def test_an_end_while_an_ack_is_due() -> None:
    """What is due is not given any more, and nobody is woken for it again and again."""
    player = Player(session(shop()), 0, Terms(Pace("fast")), Board([]))
    player.start(0.0)
    player._answers._due.append((0.1, 3, player._steps[0], 1))
    assert player.wake_at == 0.1
    player.stop(0.2, outcome.INTERRUPTED, "interrupted")
    assert player.wake_at > 0.2


def test_floods() -> None:
    """A server that does not stop is left."""
    opposite = Opposite(lambda m: [(0.001, '42["x"]')] * 500)
    assert played(shop(), opposite, most=100).outcome == outcome.FLOODED


def test_nothing_ever_comes() -> None:
    """Every wait ends."""
    result = played(shop(), Opposite(lambda m: []))
    assert {step.event for step, _ in result.unsent} == {"order", "pay", "ask"}
    assert result.timeouts[0].awaited == ("CONNECT",)
    assert played(shop(), Opposite(lambda m: [], opening="2")).outcome == outcome.NO_ANSWER


def test_stopped() -> None:
    """From outside."""
    player = Player(session(shop()), 0, Terms(), Board([]))
    player.start(0.0)
    player.stop(0.1, outcome.INTERRUPTED, "interrupted")
    assert player.done
    assert player.result.outcome == outcome.INTERRUPTED
    assert len(player.result.unsent) == 4


def test_steps_that_cannot_be_sent() -> None:
    """Troubled ones are told, the others are sent."""
    bad = row(30, "c2s", "engine.io", "message", data="2[", issue="sio_bad_json", detail="no JSON")
    rows = sorted([*shop(), bad], key=lambda r: r.time)
    result = played(rows, Opposite(shop_says()))
    assert [why for _, why in result.unsent] == ["the capture holds no packet there: no JSON"]
    assert len(result.sent) == 4


def test_own_ids() -> None:
    """An id that is taken gives way to a free one."""
    rows = [*opening(3), said(3, "CONNECT"), *(sent(5, "EVENT", event="a", ack_id=0) for _ in range(2)), bye(9)]
    opposite = Opposite(lambda m: [(0.001, f"43{str(m)[2]}[]")] if "a" in str(m) else [], first=[(0.001, "40")])
    result = played(rows, opposite)
    assert [m for _, m in opposite.heard] == ['420["a"]', '421["a"]']
    assert sorted(result.acks) == [0, 1]


def test_text_as_it_was_sent() -> None:
    """A packet that columns cannot hold is sent by its text."""
    rows = [*opening(3), said(3, "CONNECT"), sent(5, "EVENT", event="a", data="[]", raw='2["\\u0061"]'), bye(9)]
    opposite = Opposite(lambda m: [], first=[(0.001, "40")])
    played(rows, opposite)
    assert opposite.heard[0][1] == '42["\\u0061"]'


def probing(*, upgrade: bool) -> Player:
    """A session on polling whose probe was refused in the end, now too."""
    how = {"transport": "polling", "layer": "http", "url": "/socket.io/?EIO=4&transport=polling", "status": 200}
    rows = [row(1, C2S, kind="GET", **how), *opening()[1:], row(5, C2S, "engine.io", "ping", data="probe")]
    rows += [row(7, C2S, "engine.io", "upgrade")] if upgrade else []
    rows += [row(9, C2S, "engine.io", "close", transport="polling")]
    player = Player(session(rows), 0, Terms(Pace("fast")), Board([]))
    player.start(0.0)
    player.feed(Fetched(1, 200, "text/plain", handshake().encode()), 0.1)
    (dial,) = [each for each in player.actions if isinstance(each, Dial)]
    player.feed(Failed(dial.number, "refused", 400), 0.2)
    player.tick(player.wake_at)
    return player


def test_a_probe_that_fails() -> None:
    """It is told with its reason, but not where it came to nothing in the capture as well."""
    assert probing(upgrade=True).result.upgrade_failure == "refused"
    assert probing(upgrade=False).result.upgrade_failure is None

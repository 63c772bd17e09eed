"""What a plan is made of."""

from analyzer.replay.steps import ACK, EVENT, Expected, Gate, Said, Step, name_of


def test_names() -> None:
    """Packets in words."""
    assert Step(0, 0, EVENT, "/chat", "say").name == "event 'say' in /chat"
    assert name_of(ACK, "/", None) == "ack"
    assert name_of("CONNECT_ERROR", "/", None) == "CONNECT_ERROR"


def test_hard_and_soft() -> None:
    """A push before a step is a matter of order alone."""
    assert [why for why in ("ack", "value", "question", "connect", "push", "drain") if not Gate(why, 0, 0).hard] == [
        "push",
        "drain",
    ]


def test_keys() -> None:
    """What packets are matched by leaves out what they carry."""
    assert Expected(Said(0, EVENT, "/", "a", 3, "[1]"), 1).key == Said(9, EVENT, "/", "a").key == (EVENT, "/", "a")

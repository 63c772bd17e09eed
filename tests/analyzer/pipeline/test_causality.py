"""What cannot have been before its cause."""

from analyzer.limits import DEFAULT
from analyzer.pipeline.causality import TICK, Causes
from analyzer.sources.seen import Seen
from analyzer.wire.events import Exchange
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

OPEN = b'0{"sid":"S","upgrades":[],"pingInterval":1,"pingTimeout":1}'
T = 1_000_000_000


def made(begun: int, ended: int, query: str, method: str = "GET", body: bytes = b"") -> Seen:
    """An answered exchange."""
    head = Head(begun, 0, begun, method, f"/socket.io/?{query}", 0, "", "1.1", [])
    answer = Head(ended, 0, ended, "", "", 200, "OK", "1.1", [])
    exchange = Exchange(head, None, HttpMessage(answer, body, len(body), ended, 0), answer)
    return Seen(begun, 0, begun, ended, exchange)


def mended(*seen: Seen, engine: int = 4) -> list[tuple[int, int]]:
    """Requests and answers of a handshake's session, after the handshake, as times after `T`."""
    causes = Causes(DEFAULT)
    body = OPEN if engine == 4 else b"%d:%b" % (len(OPEN), OPEN)
    handshake = made(T - 5, T, f"EIO={engine}&transport=polling", body=body)
    for each in (handshake, *seen):
        causes.learn(0, each)
    for each in (handshake, *seen):
        causes.mend(0, each)
    assert (handshake.asked, handshake.ended) == (T - 5, T)
    return [(each.asked - T, each.ended - T) for each in seen]


POLL = "EIO=4&transport=polling&sid=S"


def test_a_sid_is_used_once_it_is_known() -> None:
    """However the clock was rounded."""
    assert mended(made(T - 900, T - 100, POLL), made(T + 5, T + 9, POLL)) == [(1, 1), (5, 9)]
    assert mended(made(T - 900, T - 100, POLL.replace("sid=S", "sid=X"))) == [(-900, -100)]


def test_the_client_speaks_first() -> None:
    """An answer a moment before the first POST is not what it seems; one long before is."""
    post = made(T + 2 * TICK, T + 3 * TICK, POLL, "POST")
    assert mended(made(T, T + 2 * TICK - 5, POLL), post)[0] == (1, 2 * TICK + 1)
    assert mended(made(T, T + 2 * TICK, POLL), post)[0] == (1, 2 * TICK + 1)
    assert mended(made(T, T + TICK - 5, POLL), post)[0] == (1, TICK - 5)
    assert mended(made(T, T + 2 * TICK + 1, POLL), post)[0] == (1, 2 * TICK + 1)


def test_in_revision_3_the_server_speaks_first() -> None:
    """So nothing is moved behind a POST."""
    query = POLL.replace("EIO=4", "EIO=3")
    assert mended(made(T, T + 99, query), made(T + 100, T + 110, query, "POST"), engine=3)[0] == (1, 99)


def test_sources_have_clocks_of_their_own() -> None:
    """A sid given out in another source is no cause here."""
    causes = Causes(DEFAULT)
    causes.learn(0, made(T - 5, T, "EIO=4&transport=polling", body=OPEN))
    other = made(T - 900, T - 100, POLL)
    causes.learn(1, other)
    causes.mend(1, other)
    assert (other.asked, other.ended) == (T - 900, T - 100)


def test_a_handshake_may_be_anything() -> None:
    """No answer, a refusal, or what is no packet."""
    causes = Causes(DEFAULT)
    for body in (b"", b"5:x", b"\xff", b"0{}"):
        causes.learn(0, made(T, T + 1, "EIO=4&transport=polling", body=body))
    unanswered = made(T, T, "EIO=4&transport=polling")
    unanswered.exchange.response = None
    causes.learn(0, unanswered)
    other = made(T - 9, T - 9, POLL)
    causes.mend(0, other)
    assert other.asked == T - 9

"""The Engine.IO client, sans I/O."""

import pytest

from analyzer.replay import outcome
from analyzer.replay.actions import (
    Closed,
    Dial,
    Dialled,
    Failed,
    Fetch,
    Fetched,
    HangUp,
    Heard,
    HungUp,
    Message,
    Opened,
    Say,
    Switched,
)
from analyzer.replay.engine import Engine
from analyzer.replay.steps import Manner
from tests.analyzer.replay.opposite import handshake


def taken(engine: Engine) -> list:
    """The actions asked for since the last time."""
    found, engine.actions[:] = list(engine.actions), []
    return found


def told(engine: Engine) -> list:
    """What it has told since the last time."""
    found = list(engine.told)
    engine.told.clear()
    return found


def answer(number: int, body: str, status: int = 200) -> Fetched:
    """An answer to a request."""
    return Fetched(number, status, "text/plain; charset=UTF-8", body.encode())


def polling(revision: int = 4, **more) -> tuple[Engine, Fetch]:
    """An open session on polling, and the GET in flight."""
    engine = Engine(Manner(revision, "polling", **more), 5.0)
    engine.start(0.0)
    (get,) = taken(engine)
    body = handshake()
    engine.feed(answer(get.number, body if revision == 4 else f"{len(body)}:{body}2:40"), 0.1)
    (get,) = taken(engine)
    return engine, get


def socket(revision: int = 4) -> tuple[Engine, int]:
    """An open session on a WebSocket, and its number."""
    engine = Engine(Manner(revision, "websocket"), 5.0)
    engine.start(0.0)
    (dial,) = taken(engine)
    engine.feed(Dialled(dial.number), 0.0)
    engine.feed(Heard(dial.number, handshake()), 0.1)
    return engine, dial.number


def test_polling_handshake() -> None:
    """A GET without sid, then one with it, and one POST at a time."""
    engine = Engine(Manner(4, "polling", query=(("a", "b c"),)), 5.0)
    engine.start(0.0)
    (get,) = taken(engine)
    assert isinstance(get, Fetch)
    assert get.target == "/socket.io/?a=b+c&EIO=4&transport=polling&t=1"
    engine.feed(answer(get.number, handshake(maxPayload=99)), 0.1)
    assert told(engine) == [Opened("live", 25.0, 20.0, 99, handshake(maxPayload=99)[1:])]
    (get,) = taken(engine)
    assert get.target.endswith("&sid=live")
    engine.send("0", 0.2)
    engine.send('2["a"]', 0.2)
    engine.send(b"\1", 0.2)
    (post,) = taken(engine)
    assert (post.method, post.body, post.content_type) == ("POST", b"40", "text/plain;charset=UTF-8")
    engine.feed(answer(post.number, "ok"), 0.3)
    (post,) = taken(engine)
    assert post.body == b'42["a"]\x1ebAQ=='
    engine.feed(answer(get.number, '40{"sid":"x"}\x1ebAQI='), 0.4)
    assert told(engine) == [Message('0{"sid":"x"}'), Message(b"\1\2")]
    assert [a.method for a in taken(engine)] == ["GET"]


def test_no_more_packets_in_a_post_than_servers_take() -> None:
    """At most 16 packets, and at most what the handshake allows in bytes."""
    engine, _ = polling()
    for i in range(40):
        engine.send(f'2["{i}"]', 0.2)
    (post,) = taken(engine)
    engine.feed(answer(post.number, "ok"), 0.3)
    (post,) = taken(engine)
    assert post.body.count(b"\x1e") == 15


@pytest.mark.parametrize(
    ("manner", "body"),
    [
        ({"base64": True}, b'9:451-["e"]10:b4AQID/w=='),
        ({"packed": True}, b'\x00\x09\xff451-["e"]\x01\x05\xff\x04\x01\x02\x03\xff'),
    ],
)
def test_binary_of_revision_3(manner: dict, body: bytes) -> None:
    """As base64, or as octet-stream with the type byte."""
    engine, _ = polling(3, **manner)
    engine.send("0/first", 0.2)
    (post,) = taken(engine)
    assert post.body == b"8:40/first"
    engine.send('51-["e"]', 0.2)
    engine.send(b"\1\2\3\xff", 0.2)
    engine.feed(answer(post.number, "ok"), 0.3)
    (post,) = taken(engine)
    assert post.body == body
    assert ("octet" in str(post.content_type)) == ("packed" in manner)


def test_jsonp() -> None:
    """GETs with an index, forms to POST."""
    engine = Engine(Manner(3, "polling", jsonp=True), 5.0)
    engine.start(0.0)
    (get,) = taken(engine)
    assert "&j=0" in get.target
    body = handshake()
    inner = f"{len(body)}:{body}2:40".replace('"', '\\"')
    engine.feed(answer(get.number, f'___eio[0]("{inner}");'), 0.1)
    assert told(engine)[1:] == [Message("0")]
    taken(engine)
    engine.send('2["é\\n"]', 0.2)
    (post,) = taken(engine)
    assert post.content_type == "application/x-www-form-urlencoded"
    assert post.body.startswith(b"d=9%3A42%5B%22")


def test_upgrade() -> None:
    """Probe, pause, wait for what is in flight, switch, and then the WebSocket carries what waited."""
    engine, get = polling()
    engine.probe()
    (dial,) = taken(engine)
    assert isinstance(dial, Dial)
    engine.feed(Dialled(dial.number), 0.2)
    assert taken(engine) == [Say(dial.number, "2probe")]
    engine.send("0", 0.2)
    (post,) = taken(engine)
    engine.switch(0.3)
    engine.feed(Heard(dial.number, "3probe"), 0.3)
    engine.send('2["late"]', 0.3)
    engine.feed(answer(post.number, "ok"), 0.35)
    assert taken(engine) == []
    engine.feed(answer(get.number, "6"), 0.4)
    assert told(engine)[-1] == Switched()
    assert taken(engine) == [Say(dial.number, "5"), Say(dial.number, '42["late"]')]
    engine.send(b"\1", 0.5)
    assert taken(engine) == [Say(dial.number, b"\1")]


@pytest.mark.parametrize("event", [Failed(2, "no", 400), HungUp(2, 1005), Heard(2, "nonsense")])
def test_upgrade_that_fails(event) -> None:
    """The session stays on polling, and says why."""
    engine, get = polling()
    engine.probe()
    taken(engine)
    engine.switch(0.3)
    engine.feed(answer(get.number, "6"), 0.3)
    number = 3
    engine.feed(event._replace(number=number), 0.4)
    assert told(engine)[-1].failure
    assert engine.carrier == "polling"
    engine.send("0", 0.5)
    assert any(isinstance(a, Fetch) and a.method == "POST" for a in taken(engine))


def test_upgrade_that_never_ends() -> None:
    """It is given up in time."""
    engine, _ = polling()
    engine.probe()
    engine.switch(1.0)
    assert engine.wake_at == 6.0
    engine.tick(6.0)
    assert "not complete within 5 s" in told(engine)[-1].failure


def test_heartbeat_of_revision_4() -> None:
    """A ping is answered; without one in time the server is gone."""
    engine, number = socket()
    told(engine)
    engine.feed(Heard(number, "2"), 10.0)
    assert taken(engine) == [Say(number, "3")]
    assert engine.wake_at == 55.0
    engine.tick(55.0)
    assert told(engine) == [Closed(outcome.PING_TIMEOUT, "the server sent no ping in time")]


def test_heartbeat_of_revision_3() -> None:
    """The client pings, and waits for the pong."""
    engine, number = socket(3)
    assert engine.wake_at == pytest.approx(25.1)
    engine.tick(25.1)
    assert taken(engine) == [Say(number, "2")]
    engine.feed(Heard(number, "3"), 26.0)
    assert engine.wake_at == pytest.approx(51.0)
    engine.tick(51.0)
    engine.tick(51.0 + 20)
    assert told(engine)[-1] == Closed(outcome.PING_TIMEOUT, "the server answered no ping in time")


def test_leaving() -> None:
    """A WebSocket is closed; a polling session posts a close packet behind what waits, and is over when it is taken."""
    engine, number = socket()
    engine.leave(1.0)
    assert taken(engine) == [HangUp(number)]
    engine.feed(HungUp(number, 1005), 1.1)
    assert told(engine)[-1] == Closed(outcome.LEFT, "left")
    engine, _ = polling()
    engine.send("1", 1.0)
    (first,) = taken(engine)
    engine.leave(1.0)
    engine.feed(answer(first.number, "ok"), 1.1)
    (post,) = taken(engine)
    assert post.body == b"1"
    engine.feed(answer(post.number, "ok"), 1.2)
    assert told(engine)[-1] == Closed(outcome.LEFT, "left")


def test_leaving_an_empty_place() -> None:
    """It does not wait for ever for an answer."""
    engine, _ = socket()
    engine.leave(1.0)
    engine.tick(engine.wake_at)
    assert told(engine)[-1].code == outcome.LEFT


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, '{"code":5,"message":"Unsupported protocol version"}', outcome.WRONG_REVISION),
        (
            400,
            '"The client is using an unsupported version of the Socket.IO or Engine.IO protocols"',
            outcome.WRONG_REVISION,
        ),
        (403, '{"code":4,"message":"Forbidden"}', outcome.REFUSED),
        (404, "nothing here", outcome.REFUSED),
        (302, "", outcome.REDIRECTED),
        (200, "<html>", outcome.GARBAGE),
        (200, '0{"sid":1}', outcome.GARBAGE),
    ],
)
def test_handshakes_that_fail(status: int, body: str, code: str) -> None:
    """Each has an outcome of its own."""
    engine = Engine(Manner(4, "polling"), 5.0)
    engine.start(0.0)
    engine.feed(answer(1, body, status), 0.1)
    assert told(engine)[-1].code == code


def test_no_answer() -> None:
    """Handshakes and POSTs are not waited for for ever."""
    engine = Engine(Manner(4, "polling"), 5.0)
    engine.start(0.0)
    engine.tick(engine.wake_at)
    assert told(engine) == [Closed(outcome.NO_ANSWER, "the handshake was not answered within 5 s")]
    engine, _ = polling()
    engine.send("0", 1.0)
    engine.tick(6.0)
    assert told(engine)[-1].code == outcome.NO_ANSWER


def test_servers_that_end_it() -> None:
    """By a close packet, a close frame, a refusal, or a broken connection."""
    for body, status in (("1", 200), ('{"code":1,"message":"Session ID unknown"}', 400)):
        engine, get = polling()
        engine.feed(answer(get.number, body, status), 1.0)
        assert told(engine)[-1].code == outcome.CLOSED_BY_SERVER
    engine, get = polling()
    engine.feed(Failed(get.number, "reset"), 1.0)
    assert told(engine)[-1] == Closed(outcome.UNREACHABLE, "reset")
    engine, number = socket()
    engine.feed(HungUp(number, 1006), 1.0)
    assert told(engine)[-1] == Closed(outcome.CLOSED_BY_SERVER, "the connection broke")
    engine.feed(Heard(number, "2"), 1.1)
    assert told(engine) == []


def test_heartbeats_without_end() -> None:
    """A server that asks for nothing but pongs is left, over polling too."""
    engine, number = socket()
    for _ in range(100_001):
        engine.feed(Heard(number, "2"), 0.2)
    assert told(engine)[-1] == Closed(outcome.FLOODED, "the server sent more than 100000 packets that are no messages")
    engine, get = polling()
    engine.feed(answer(get.number, "\x1e".join("6" * 100_001)), 0.2)
    assert told(engine)[-1].code == outcome.FLOODED

"""Flows of a running proxy, step by step."""

from types import SimpleNamespace
from typing import Any

from analyzer.live.intake import Intake
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Ended, Requested, Upgraded
from analyzer.wire.frames import CLOSE, TEXT, Message
from tests.flowfiles import START, flow, request, response, said, socket


def other(path: bytes = b"/index.html") -> Any:
    """A flow that is no Engine.IO."""
    return flow(request(path), response())


def upgraded(intake: Intake) -> Any:
    """A WebSocket of which nothing has been said yet."""
    made = socket()
    intake.requested(made)
    intake.answered(made)
    intake.opened(made)
    return made


def test_an_exchange() -> None:
    """Is told when it is asked, and when it is answered: the same one."""
    intake, made = Intake(), flow(request(method=b"POST", content=b"40"))
    (asked,) = intake.requested(made)
    assert intake.place(made) is asked.link
    made.response = response()
    (answered,) = intake.answered(made)

    assert isinstance(asked.payload, Requested)
    assert isinstance(answered.payload, Answered)
    assert asked.payload.exchange is answered.payload.exchange
    assert asked.payload.exchange.request is not None
    assert (asked.payload.exchange.request.body, asked.direction, answered.direction) == (b"40", C2S, S2C)
    assert asked.link is answered.link
    assert answered.time > asked.time
    assert intake.place(made) is None


def test_what_is_no_engineio_is_only_counted() -> None:
    """With its connection."""
    intake = Intake()
    for name in ("a", "b"):
        intake.connected(SimpleNamespace(id=name))
    assert (intake.requested(other()), intake.answered(other())) == ([], [])
    assert intake.connections == 2


def test_connections_are_numbered_as_they_come() -> None:
    """Two exchanges on one have its number; later ones another."""
    intake = Intake()
    intake.connected(SimpleNamespace(id="other"))
    intake.connected(SimpleNamespace(id="conn"))
    first, second = intake.requested(flow()), intake.requested(flow(id="second"))
    intake.disconnected(SimpleNamespace(id="conn"))
    third = intake.requested(flow(id="third"))

    assert [event.link.stream for events in (first, second, third) for event in events] == [1, 1, 2]


def test_an_answer_that_never_comes() -> None:
    """Is told, with the proxy's reason for it."""
    intake, made = Intake(), flow()
    intake.requested(made)
    made.error = SimpleNamespace(msg="Client disconnected.", timestamp=START + 1)
    (event,) = intake.answered(made)
    assert isinstance(event.payload, Answered)
    assert (event.payload.exchange.response, event.payload.ended) == (None, True)


def test_a_websocket() -> None:
    """Has a link of its own, messages, and an end."""
    intake, made = Intake(), socket()
    (asked,) = intake.requested(made)
    (opened,) = intake.answered(made)
    assert isinstance(opened.payload, Upgraded)
    assert (opened.link.stream, opened.link is asked.link) == (asked.link.stream, False)
    assert intake.opened(made) == []
    found = intake.sockets.get(made.id)
    assert found is not None
    assert (found.link, found.flow) == (opened.link, made)
    direction, message = found.talk.said(said(b"2probe", 1))
    assert (direction, message.opcode, message.payload) == (C2S, TEXT, b"2probe")
    made.websocket.closed_by_client, made.websocket.close_code = False, 1001
    (closed,) = intake.ended(made)
    assert isinstance(closed.payload, Message)
    assert (closed.direction, closed.payload.opcode, closed.payload.payload) == (S2C, CLOSE, b"\x03\xe9")
    assert intake.sockets.get(made.id) is None


def test_a_websocket_without_an_end() -> None:
    """The connection was cut: after the code for that comes the end of the connection."""
    intake = Intake()
    made = upgraded(intake)
    made.websocket.closed_by_client, made.websocket.close_code = True, 1006
    made.error = SimpleNamespace(msg="cut", timestamp=START + 1)
    _, end = intake.answered(made)
    assert end.payload == Ended("fin")
    assert intake.ended(made) == []


def test_a_flow_that_was_there_before() -> None:
    """Its answer tells of the request as well."""
    asked, answered = Intake().answered(flow(request(method=b"POST", content=b"40"), response()))
    assert isinstance(asked.payload, Requested)
    assert isinstance(answered.payload, Answered)

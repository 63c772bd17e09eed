"""A packet and how its parts came: sizes add up, the last part says when and where."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding.gathering import Gathering
from analyzer.decoding.places import Arrival, Link
from analyzer.limits import DEFAULT, Limits
from analyzer.socketio.packet import decode

LINK, OTHER = Link(0, "c:1", "s:1"), Link(1, "c:2", "s:1")


def header(count: int) -> str:
    """A binary event with that many placeholders."""
    places = ",".join(f'{{"_placeholder":true,"num":{i}}}' for i in range(count))
    return f'5{count}-["f",{places}]'


def gathering(count: int, limits: Limits = DEFAULT, arrival: Arrival | None = None) -> Gathering:
    """A header that waits for ``count`` attachments."""
    text = header(count)
    return Gathering(decode(text), text, arrival or Arrival(1, 1, LINK, "polling", 10, 10), limits)


@given(st.lists(st.tuples(st.binary(max_size=5), st.none() | st.integers(0, 9)), min_size=1, max_size=5))
def test_sizes_add_up(parts: list[tuple[bytes, int | None]]) -> None:
    """The whole is as large as its parts; what it cost on the wire is known only where that of every part is."""
    waiting = gathering(len(parts))
    for i, (data, wire) in enumerate(parts, 1):
        whole = waiting.add(data, Arrival(1 + i, 1 + i, OTHER, "websocket", len(data), wire))
        assert (whole is None) == (i < len(parts))
    assert whole is not None
    assert whole.attachments == [data for data, _ in parts]
    came = waiting.arrival(whole)
    assert (came.time, came.frame, came.link, came.transport) == (1 + len(parts), 1 + len(parts), OTHER, "websocket")
    assert came.size == 10 + sum(len(data) for data, _ in parts)
    wires = [wire for _, wire in parts if wire is not None]
    assert came.wire_size == (10 + sum(wires) if len(wires) == len(parts) else None)


def test_an_oddity_of_the_header_goes_first() -> None:
    """What the header came with outweighs what was wrong with the whole."""
    odd = Arrival(1, 1, LINK, "polling", 0, 0, "eio_after_error", "why")
    waiting = gathering(1, Limits(attachments=1, attachment_bytes=0), odd)
    whole = waiting.add(b"x", Arrival(2, 2, LINK, "polling", 1, 1))
    assert whole is not None
    assert (whole.issue, waiting.arrival(whole).issue) == ("sio_attachment_limit", "eio_after_error")


def test_giving_up_returns_the_parts() -> None:
    """Header and attachments as they came, with what was missing."""
    waiting = gathering(3)
    second = Arrival(2, 2, LINK, "polling", 1, 1)
    waiting.add(b"x", second)
    missing, parts = waiting.abort()
    assert missing == "2 of 3 attachments did not come"
    assert [(content, arrival.time) for content, arrival in parts] == [(header(3), 1), (b"x", 2)]


def test_attachments_over_the_limit_are_not_given_back() -> None:
    """What was not kept cannot be told; the header always is."""
    waiting = gathering(3, Limits(attachments=1))
    for time in (2, 3):
        waiting.add(b"x", Arrival(time, 1, LINK, "polling", 1, 1))
    assert [content for content, _ in waiting.abort()[1]] == [header(3), b"x"]

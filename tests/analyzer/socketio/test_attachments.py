"""Attachments: gathered behind their header, given up, limited."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.limits import Limits
from analyzer.socketio.attachments import Gathered, Gatherer, restored, wrong_placeholder
from analyzer.socketio.packet import decode, encode

BUFFER = '{"_placeholder":true,"num":0}'
NEXT = '{"_placeholder":true,"num":1}'


def gathered(text: str, *attachments: bytes, limits: Limits | None = None) -> Gathered:
    """What comes of a header and all its attachments."""
    gatherer = Gatherer(limits or Limits())
    done = gatherer.start(decode(text))
    for data in attachments:
        assert done is None
        done = gatherer.add(data)
    assert done is not None
    assert gatherer.pending == 0
    return done


@pytest.mark.parametrize(
    ("text", "attachments"),
    [
        pytest.param(f'51-["baz",{BUFFER}]', [b"\1\2\3\4"], id="S14"),
        pytest.param(f'52-/admin,["baz",{BUFFER},{NEXT}]', [b"\1\2", b"\3\4"], id="S15"),
        pytest.param(f'61-/admin,15["bar",{BUFFER}]', [b"\t"], id="S16"),
        pytest.param(f'51-["e",{{"a":[{BUFFER}],"b":{BUFFER}}}]', [b"\7"], id="S17"),
        pytest.param('51-["e"]', [b"\1"], id="S18"),
        pytest.param('51-["e",{"_placeholder":false,"num":0}]', [b"\1"], id="S19"),
        pytest.param('50-["a"]', [], id="X23"),
        pytest.param('52-["a",{"_placeholder":true,"num":0.5}]', [b"", b""], id="X27"),
        pytest.param('51-["a","{\\"_placeholder\\":true,\\"num\\":9}"]', [b""], id="in-a-string"),
        pytest.param('51-["a",{"_placeholder":true,"num":0,"x":1}]', [b""], id="more-members"),
        pytest.param('511-["a"]', [b"x"] * 11, id="X22"),
    ],
)
def test_whole_packets(text: str, attachments: list[bytes]) -> None:
    """Header and attachments in turn give one clean packet that encodes to its header."""
    done = gathered(text, *attachments)
    assert done == Gathered(decode(text), attachments, sum(map(len, attachments)))
    assert encode(done.packet) == text
    assert done.packet.raw is None


@pytest.mark.parametrize("num", ["1", "-1", '"splice"', None, "true", "1e400"])
def test_placeholder_without_attachment(num: str | None) -> None:
    """X26: a placeholder whose number is no attachment's is marked."""
    member = "" if num is None else f',"num":{num}'
    text = f'51-["a",[{{"_placeholder":true{member}}}]]'
    assert wrong_placeholder(decode(text)) is not None
    assert gathered(text, b"x").issue == Issue.SIO_BAD_ATTACHMENTS


def test_pending_counts_down() -> None:
    """S24: what waits is known, whatever comes in between."""
    gatherer = Gatherer()
    assert (gatherer.pending, gatherer.packet) == (0, None)
    packet = decode(f'52-["baz",{BUFFER},{NEXT}]')
    gatherer.start(packet)
    assert (gatherer.pending, gatherer.packet) == (2, packet)
    gatherer.add(b"")
    assert gatherer.pending == 1


def test_binary_that_nobody_announced() -> None:
    """X29: a surplus attachment is an error, also behind a whole packet."""
    gatherer = Gatherer()
    for _ in range(2):
        with pytest.raises(PacketError) as caught:
            gatherer.add(b"\1")
        assert caught.value.code == Issue.SIO_ATTACHMENT_SURPLUS
        gatherer.start(decode('50-["a"]'))


def test_abort_gives_back_what_came() -> None:
    """X28: another message ends the packet that waits; its text is kept, as its count is no longer true."""
    gatherer = Gatherer()
    assert gatherer.abort() is None
    gatherer.start(decode('53-["a"]'))
    gatherer.add(b"xy")
    done = gatherer.abort()
    assert done is not None
    assert (done.attachments, done.size, done.issue) == ([b"xy"], 2, Issue.SIO_ATTACHMENT_MISSING)
    assert done.packet.raw == '53-["a"]'
    assert (gatherer.pending, gatherer.abort()) == (0, None)


def test_limits_cap_what_is_kept() -> None:
    """Over a limit attachments are counted, not kept, and none behind takes another one's number."""
    few = gathered('53-["a"]', b"1", b"2", b"3", limits=Limits(attachments=2))
    assert (few.attachments, few.size, few.issue) == ([b"1", b"2"], 3, Issue.SIO_ATTACHMENT_LIMIT)
    assert few.packet.raw == '53-["a"]'
    large = gathered('53-["a"]', b"1", b"22222", b"3", limits=Limits(attachment_bytes=4))
    assert (large.attachments, large.size, large.issue) == ([b"1"], 7, Issue.SIO_ATTACHMENT_LIMIT)


def test_issue_of_the_header_stays() -> None:
    """A bad ack id shows on the whole packet."""
    done = gathered(f'51-{"9" * 30}["a"]', b"x")
    assert done.issue == Issue.SIO_BAD_ACK_ID


@given(st.lists(st.binary(max_size=4), max_size=6), st.integers(0, 6), st.integers(0, 12))
def test_limits_hold_for_any_attachments(attachments: list[bytes], most: int, size: int) -> None:
    """What is kept is a prefix of what came, within both limits."""
    done = gathered(f'5{len(attachments)}-["a"]', *attachments, limits=Limits(attachments=most, attachment_bytes=size))
    assert done.attachments == attachments[: len(done.attachments)]
    assert len(done.attachments) <= most
    assert sum(map(len, done.attachments)) <= size
    assert (done.issue is None) == (done.attachments == attachments)


@pytest.mark.parametrize("data", ["{" * 300_000, '{"_placeholder":true,' * 50_000, '"_placeholder":true' * 50_000])
def test_hostile_payloads_take_linear_time(data: str) -> None:
    """Looking for placeholders does not go back over what it saw."""
    assert wrong_placeholder(decode(f'51-["_placeholder",{data}]')) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([{"_placeholder": True, "num": 1}, {"a": {"_placeholder": True, "num": 0}}], [b"y", {"a": b"x"}]),
        pytest.param({"_placeholder": True, "num": 0, "more": 1}, b"x"),
        *((odd, odd) for num in (2, -1, True, 0.0, None) if (odd := {"_placeholder": True, "num": num})),
        *((odd, odd) for said in (False, 1, None) if (odd := {"_placeholder": said, "num": 0})),
        pytest.param({"_placeholder": True, "num": [{"_placeholder": True, "num": 0}]}, None, id="inside"),
    ],
)
def test_bytes_in_their_places(value: Any, expected: Any) -> None:
    """Each placeholder becomes its bytes; what stands for none is left, and looked into."""
    inside = {"_placeholder": True, "num": [b"x"]}
    assert restored(value, [b"x", b"y"]) == (inside if expected is None else expected)

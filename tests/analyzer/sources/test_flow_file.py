"""A flow file, and the way back to a flow's start behind damage."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources import flow_file
from analyzer.sources.flow_file import Damage, FlowFile
from analyzer.sources.streams import FileStream
from tests.flowfiles import Reader, dumps, state


def stream(data: bytes) -> FileStream:
    """A file of these bytes."""
    return FileStream("some.mitm", io.BytesIO(data), len(data))


def read(data: bytes) -> list[object]:
    """Names of the flows; damage as size and whether it cuts the file off."""
    found = flow_file.flows(stream(data), Reader)
    return [
        (each.size, each.cut) if isinstance(each, Damage) else each.split(b"2:id;")[1][2:3].decode() for each in found
    ]


FLOWS = [state(name, size) for name, size in (("a", 0), ("b", 3000), ("c", 70_000))]


def test_flows_come_one_by_one() -> None:
    """Also of files that were appended to one another."""
    assert read(b"".join(FLOWS)) == ["a", "b", "c"]
    assert read(b"".join(FLOWS + FLOWS)) == ["a", "b", "c"] * 2
    assert read(b"") == []


@given(st.integers(1, 2999))
def test_a_file_that_is_cut_off(size: int) -> None:
    """What came before the cut is read; the cut is told."""
    assert read(FLOWS[0] + FLOWS[1][:size]) == ["a", (0, True)]


@given(st.integers(1, 3000))
def test_a_writer_that_was_killed_and_another_that_went_on(size: int) -> None:
    """The flows behind the torn one are found within what it claims to be long."""
    torn = FLOWS[1][:size]  # also within its length
    assert read(FLOWS[0] + torn + FLOWS[0] + FLOWS[2]) == ["a", (len(torn), False), "a", "c"]


def test_a_flow_that_is_damaged_inside_is_passed_over() -> None:
    """The next one begins right behind it."""
    assert read(FLOWS[0] + dumps({"websocket": "broken"}) + FLOWS[2]) == ["a", (25, False), "c"]
    assert read(FLOWS[0] + dumps({"websocket": "broken"})) == ["a", (25, False)]


@pytest.mark.parametrize("rubbish", [b"x" * 5000, b"\0" * 3_000_000, b"999999999999:", b"5:ab", b"7" * 4000])
def test_rubbish_between_flows(rubbish: bytes) -> None:
    """Is passed over, however much."""
    assert read(FLOWS[0] + rubbish + FLOWS[2]) == ["a", (len(rubbish), False), "c"]


def test_flows_within_flows_are_not_tried_for_ever() -> None:
    """Each looks like one, none is."""
    nested = dumps({"websocket": "broken"})
    for _ in range(3 * flow_file.PATIENCE):
        nested = dumps({"websocket": "broken", "x": nested})
    found = read(nested)
    assert len(found) == 1
    assert read(nested + FLOWS[0]) in ([found[0], "a"], found)


def test_a_length_costs_no_memory() -> None:
    """A flow claims to be longer than any is, or than the file."""
    with pytest.raises(ValueError, match="absurd"):
        FlowFile(stream(b"x")).read(flow_file.LARGEST + 1)
    with pytest.raises(ValueError, match="absurd"):
        FlowFile(stream(b"x")).read()
    file = FlowFile(stream(b"xy"))
    assert (file.peek(5), file.read(flow_file.LARGEST), file.short) == (b"xy", b"xy", True)


@given(st.binary(max_size=300) | st.lists(st.sampled_from([*FLOWS[:2], b"5:", b"}", b"12:9:websocket;"])).map(b"".join))
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    """Flows or damage, never an error, never for ever."""
    for each in flow_file.flows(stream(data), Reader):
        assert isinstance(each, bytes | Damage)

"""What a run says of its sources: counters as JSON, and a row for each oddity of a capture."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.pipeline.connections import Connection
from analyzer.pipeline.grouping import group
from analyzer.pipeline.summary import SourceFacts, Tally, capture_rows
from analyzer.sources.summary import Summary
from analyzer.wire.block import Counters
from analyzer.wire.tls_facts import Unread
from tests.analyzer.pipeline.blocks import block, connections


def connection(stream: int, *, seen: int = 7, whole: bool = True, kind: str | None = None) -> Connection:
    """A connection that is over."""
    table = connections()
    table.receive(group(block([(0, 4001, 0, 1, 16, b"")])))
    table.finish(0, 0)
    (made,) = table.retired
    made.link.stream = stream
    made.seen, made.whole, made.kind = seen, whole, kind
    return made


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_a_tally_counts_all_and_shows_the_first(streams: list[int]) -> None:
    """Its text stays short, however many there are."""
    tally = Tally()
    for stream in streams:
        tally.add(stream)
    assert (tally.count, tally.first) == (len(streams), streams[:20])
    assert str(tally).startswith(f"{len(streams)} (stream ")
    assert (f"and {len(streams) - 20} more" in str(tally)) == (len(streams) > 20)


@pytest.mark.parametrize(
    ("seen", "whole", "one_way", "midstream"),
    [(7, True, 0, 0), (7, False, 0, 1), (5, True, 1, 0), (6, False, 1, 1), (1, False, 0, 0), (3, True, 0, 0)],
)
def test_connections_are_counted(seen: int, whole: bool, one_way: int, midstream: int) -> None:
    """Seen from one side only, or begun before the capture: only where there were bytes at all."""
    facts = SourceFacts("x")
    facts.count(connection(3, seen=seen, whole=whole))
    assert (facts.connections, facts.one_way.count, facts.midstream.count) == (1, one_way, midstream)


def test_connections_passed_over() -> None:
    """By what they carried; those that are Engine.IO are not among them."""
    facts = SourceFacts("x")
    recognised = connection(0, kind="http")
    recognised.link.recognised = True
    for each in (
        recognised,
        connection(1, kind="tls"),
        connection(2, kind="http"),
        connection(3),
        connection(4, seen=3),
    ):
        facts.count(each)
    assert facts.connections == 5
    assert facts.passed_over == {"tls": 1, "http": 1, "other": 1, "empty": 1}


def test_oddities_of_a_capture() -> None:
    """Each thing that concerns the capture as a whole has its code and a sentence."""
    facts = SourceFacts("x")
    summary = Summary(packets=9, bytes=900, truncated=2, backwards=1, behind=2_000_000_000, cut=True, packet_drops=4)
    summary.add_damage(100, 16)
    facts.read(summary, Counters(udp443=3))
    facts.webtransport = True
    facts.count(connection(0, seen=5, whole=False))
    encrypted = connection(1, kind="tls")
    encrypted.tls = "no_secret", "example.org"
    facts.count(encrypted)
    found = dict(facts.noticed())
    assert set(found) == {
        Issue.CAPTURE_CUT,
        Issue.CAPTURE_DAMAGED,
        Issue.CAPTURE_TIME_ORDER,
        Issue.CAPTURE_TRUNCATED,
        Issue.CAPTURE_DROPPED,
        Issue.CAPTURE_MIDSTREAM,
        Issue.CAPTURE_ONE_WAY,
        Issue.CAPTURE_ENCRYPTED,
        Issue.EIO_WEBTRANSPORT,
    }
    assert "16 bytes at offset 100" in found[Issue.CAPTURE_DAMAGED]
    assert found[Issue.CAPTURE_TRUNCATED].startswith("2 of 9 packets")
    assert all("\n" not in sentence for sentence in found.values())


@pytest.mark.parametrize(
    ("why", "words"),
    [*((why, "") for why in Unread), (None, "did not come to an end"), (Unread.NO_SECRET, "no key log")],
)
def test_tls_that_was_not_read(why: Unread | None, words: str) -> None:
    """Each reason has a sentence of its own, with the names that were asked for most and how many others there were."""
    facts = SourceFacts("x")
    for name in [*"aab", *"defgh"]:
        made = connection(1, kind="tls")
        made.tls = why, name
        facts.count(made)
    ((code, sentence),) = facts.noticed()
    assert code == Issue.CAPTURE_ENCRYPTED
    assert sentence.startswith("8 TLS connections could not be read (2 to a, 1 to b, ")
    assert "and 2 other servers): " in sentence
    assert words in sentence


def test_a_clean_capture_has_nothing_odd() -> None:
    """No code without a cause."""
    facts = SourceFacts("x")
    facts.read(Summary(packets=9, bytes=900), Counters(packets=9, tcp=9))
    facts.count(connection(0))
    assert facts.noticed() == []


def test_the_summary_is_the_last_row() -> None:
    """Counters as JSON, times as text, what is not known null; all rows at the moment the run ended."""
    facts = SourceFacts("x.pcap")
    summary = Summary(packets=1, bytes=60, truncated=1, first_time=1_000_000_001, last_time=2_000_000_000)
    summary.comment("section", b"by hand")
    facts.read(summary, Counters(not_tcp=1))
    odd, last = capture_rows(facts, 7, 12)
    assert (odd.type, odd.issue, odd.layer) == ("issue", "capture_truncated", "capture")
    assert (last.time, last.source, last.layer, last.type, last.issue) == (7, "x.pcap", "capture", "summary", None)
    told = json.loads(last.data or "")
    assert (told["packets"], told["bytes"], told["missing_bytes"], told["dropped"], told["not_tcp"]) == (
        1,
        60,
        12,
        None,
        1,
    )
    assert (told["first_time"], told["last_time"]) == (
        "1970-01-01T00:00:01.000000001Z",
        "1970-01-01T00:00:02.000000000Z",
    )
    assert told["comments"] == ["section: by hand"]


@pytest.mark.parametrize("time", [None, 0])
def test_times_of_packets(time: int | None) -> None:
    """A capture without packets has no times; the first moment of 1970 is one."""
    facts = SourceFacts("x")
    facts.read(Summary(first_time=time, last_time=time), Counters())
    told = json.loads(facts.as_json(0))
    assert told["first_time"] == told["last_time"] == (None if time is None else "1970-01-01T00:00:00.000000000Z")

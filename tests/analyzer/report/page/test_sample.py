"""The rows a page holds: all where there are few, what tells of trouble where there are many, texts in bounds."""

from itertools import pairwise

from hypothesis import given

from analyzer.records import Row
from analyzer.report.page.sample import WIDTH, Attachments, Sample
from tests.rows import ANY_ROWS, Talk


def event(number: int, **columns: object) -> Row:
    return Row(number, layer="socket.io", type="EVENT", event="x", frame=number)._replace(**columns)


def test_few_rows_are_all_there() -> None:
    """In order, with their numbers in the log."""
    talk = Talk().open(0).join(1).beat(5)
    sample = Sample()
    assert list(sample.watch([talk.rows])) == [talk.rows]
    assert sample.rows == list(enumerate(talk.rows, 1))
    assert sample.seen == len(talk.rows)


def test_a_full_page_is_not_thinned() -> None:
    """Up to the limit everything is kept."""
    sample = Sample(rows=1000)
    list(sample.watch([[event(i) for i in range(1000)]]))
    assert len(sample.rows) == 1000


def test_many_rows_are_thinned_evenly() -> None:
    """Oddities stay; everyday rows are spread over the whole time."""
    rows = [event(i, issue="tcp_gap" if i % 1000 == 0 else None) for i in range(50_000)]
    sample = Sample(rows=1000)
    list(sample.watch([rows]))
    kept = [row for _, row in sample.rows]
    assert len(kept) <= 1000
    assert [row.time for row in kept if row.issue] == list(range(0, 50_000, 1000))
    ordinary = [row.time for row in kept if not row.issue]
    steps = {b - a for a, b in pairwise(ordinary)}
    assert len(ordinary) > 250
    assert max(steps) <= 2 * min(steps) + 2
    assert [number for number, _ in sample.rows] == [row.time + 1 for row in kept]


def test_nothing_but_trouble_is_thinned_as_well() -> None:
    """A capture that is all oddities stays in bounds."""
    sample = Sample(rows=100)
    list(sample.watch([[event(i, issue="tcp_gap") for i in range(10_000)]]))
    assert 50 <= len(sample.rows) <= 100


def test_long_texts_are_cut() -> None:
    """Five megabytes of one text become its beginning, attachments their sizes and the first bytes."""
    sample = Sample()
    sample.add(event(1, data="x" * 5_000_000, attachments=[b"\x01" * 100, b""]))
    ((_, row),) = sample.rows
    assert row.data == "x" * WIDTH
    assert row.attachments == Attachments([100, 0], "01" * 32)


def test_all_texts_together_are_bounded() -> None:
    """The more there is, the less of each is kept; what the page says of the width is true."""
    sample = Sample(text=100_000)
    for i in range(500):
        sample.add(event(i, data="y" * 3000))
    assert sum(len(row.data or "") for _, row in sample.rows) <= 100_000
    assert all(len(row.data or "") <= WIDTH for _, row in sample.rows)
    assert {len(row.data or "") for _, row in sample.rows} == {sample.width}


@given(ANY_ROWS)
def test_any_rows(rows: list[Row]) -> None:
    """Whatever their columns hold."""
    sample = Sample(rows=2)
    list(sample.watch([rows]))
    assert sample.seen == len(rows)

"""Runs of bytes that are no HTTP."""

from analyzer.issues import Issue
from analyzer.wire.http_message import KEPT, Problem, Run


def test_a_run_is_one_problem() -> None:
    """With its size, its beginning and the moment of its last byte."""
    run = Run(Issue.HTTP_BAD_MESSAGE, "odd")
    for n in range(10):
        run.add(bytes([n]) * 1000, (n, n + 1))
    raw = b"".join(bytes([n]) * 1000 for n in range(10))[:KEPT]
    assert run.problem() == [Problem(9, 10, Issue.HTTP_BAD_MESSAGE, "odd; 10000 bytes", raw, 10_000)]


def test_no_bytes_are_no_problem() -> None:
    """A search that found a start line at once leaves nothing to tell."""
    assert Run(Issue.HTTP_BODY_CUT, "behind").problem() == []

"""What the reader tells."""

import pytest

from analyzer.records import C2S
from analyzer.wire.http2_items import Chunk, Damage, damages, error_name
from analyzer.wire.http_message import Run
from analyzer.wire.marks import Marks

MARKS = Marks([3, 5, 9], [30, 50, 90], [3, 5, 9])


@pytest.mark.parametrize(
    ("start", "stop", "marks"),
    [
        (0, 9, MARKS),
        (0, 3, Marks([3], [30], [3])),
        (1, 4, Marks([2, 3], [30, 50], [3, 5])),
        (3, 5, Marks([2], [50], [5])),
        (4, 9, Marks([1, 5], [50, 90], [5, 9])),
        (5, 5, Marks([], [], [])),
    ],
)
def test_content_with_its_marks(start: int, stop: int, marks: Marks) -> None:
    """The bytes between two places and when they came."""
    chunk = Chunk(90, 9, C2S, 1, b"abcdefghi", MARKS, start, stop, True, False)
    assert chunk.content() == (b"abcdefghi"[start:stop], marks)


def test_content_of_one_packet() -> None:
    """The common case."""
    chunk = Chunk(9, 9, C2S, 1, b"abc", Marks([3], [9], [9]), 1, 3, True, False)
    assert chunk.content() == (b"bc", Marks([2], [9], [9]))


def test_errors_by_name() -> None:
    """Codes of RFC 9113, and others."""
    assert [error_name(code) for code in (0, 8, 13, 14, -1)] == [
        "NO_ERROR",
        "CANCEL",
        "HTTP_1_1_REQUIRED",
        "error 14",
        "an error that is not known",
    ]


def test_runs_of_bytes() -> None:
    """Of what came of reading only the problems are told."""
    run = Run("http_bad_message", "no frames")
    run.add(b"abc", (5, 6))
    assert damages(C2S, [*run.problem(), "nothing"]) == [
        Damage(5, 6, C2S, "http_bad_message", "no frames; 3 bytes", b"abc")
    ]

"""Holes in records, one direction of TLS 1.2; `test_tls_loss` has all else."""

import pytest

from analyzer.issues import Issue
from tests.analyzer.wire.test_tls_side import OPENING, RECORDS, TEXTS, Onlooker, said


@pytest.mark.parametrize(("cut", "size"), [(5, 1), (5, 60), (20, 30), (40, 43)])
def test_within_a_record(cut: int, size: int) -> None:
    """It costs that record, whose plaintext's size is known, and is said with the record's number."""
    looks = Onlooker()
    stream = RECORDS[1]
    pieces = looks.see(OPENING + RECORDS[0] + stream[:cut], size, stream[cut + size :] + RECORDS[2])
    assert said(pieces) == [TEXTS[0], len(TEXTS[1]), TEXTS[2]]
    (odd,) = looks.session.oddities
    assert (odd.code, odd.detail) == (Issue.TLS_GAP, f"record 2 is lost with {size} bytes that are missing")


def test_beyond_a_record() -> None:
    """The next record that authenticates tells how many are lost."""
    looks, size = Onlooker(), len(RECORDS[0]) + len(RECORDS[1])
    assert said(looks.see(OPENING, size, RECORDS[2], RECORDS[3])) == [-1, TEXTS[2] + TEXTS[3]]
    (odd,) = looks.session.oddities
    assert (odd.code, odd.detail) == (Issue.TLS_GAP, f"2 records are lost with {size} bytes that are missing")

"""Compression that is not worth it."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import found, only
from tests.rows import Talk, log_of


def test_compression_costs():
    """Real peers that compress each small message anew: by how much it made them larger."""
    assert "larger" in only(found("compression-costs"), "compression_costs")["explanation"]


@pytest.mark.parametrize(
    ("count", "size", "wire", "costs"),
    [(30, 100, 99, True), (30, 100, 50, False), (10, 100, 120, False), (30, 100, 100, False)],
)
def test_what_counts(count, size, wire, costs):
    """Twenty messages that were compressed and saved nothing; not such as were left alone."""
    talk = Talk().open(0).join(1)
    for number in range(count):
        talk.socket(10 + number, "EVENT", "s2c", event="x", size=size, wire_size=wire)
    assert ("compression_costs" in findings(log_of(talk.close(500)))["code"].tolist()) == costs

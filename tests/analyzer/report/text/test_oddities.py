"""The section on oddities."""

from analyzer.report.text import oddities

ODD = {
    "time": 1,
    "layer": "tcp",
    "issue": "tcp_gap",
    "session": "A",
    "source": "a.pcap",
    "frame": 7,
    "detail": "x\x1b[2Jy",
}


def test_codes(printed, table_of):
    """A code with its count, its sessions, its first place, and an example made safe."""
    log = table_of("log", [ODD, ODD | {"session": "B"}, ODD | {"issue": "capture_cut", "session": None, "frame": None}])
    assert printed(oddities.show, log)[1:-1] == [
        "Oddities  3 rows of 2 kinds",
        "  tcp_gap  2 times in 2 sessions; first: frame 7 of a.pcap",
        "    x\\x1b[2Jy",
        "  capture_cut  1 time; a.pcap",
        "    x\\x1b[2Jy",
    ]


def test_without_detail(printed, table_of):
    """A row without a sentence has its code only."""
    assert len(printed(oddities.show, table_of("log", [ODD | {"detail": None}]))) == 4


def test_many(printed, table_of):
    """Of many codes the most frequent are shown."""
    log = table_of("log", [ODD | {"issue": f"code{number}"} for number in range(25)])
    assert printed(oddities.show, log)[-2] == "  and 5 more kinds"


def test_none(printed, empty):
    """A clean log has no such section."""
    assert printed(oddities.show, empty.log) == [""]

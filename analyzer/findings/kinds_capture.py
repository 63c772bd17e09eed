"""Findings about the capture itself: what it lacks, so that the rest is read with care."""

from analyzer.findings.kind import INFO, Kind

CAPTURE = (
    Kind(
        "seen_twice",
        INFO,
        "the same session was captured on both sides of a proxy",
        "The open packet of one sid on connections to two servers' addresses.",
        "{sid} was captured at two places, on connections to {servers}: a proxy lies between them, and each of its "
        "packets is in the log twice.",
        "Read it as two views of one talk: what is in the one and not in the other, the proxy changed or held back."
        " To see one side only, filter the capture by port or address.",
    ),
    Kind(
        "capture_gap",
        INFO,
        "packets are missing from the capture; what follows a hole is incomplete",
        "TCP sequence numbers that the capture passes over.",
        "{missing} are missing from the capture in {holes} of {streams}, the first at {at}.{dropped}",
        "Do not take what is missing there for a fault of the peers. Capture again with a larger buffer (tcpdump -B"
        " 65536) and a filter on the port.",
    ),
    Kind(
        "capture_truncated",
        INFO,
        "packets were cut short by the snapshot length",
        "Packets of which fewer bytes were captured than were sent.",
        "In {source}, {detail}: what was cut off cannot be read.",
        "Capture whole packets: tcpdump -s 0.",
        explains=("capture_gap",),
    ),
    Kind(
        "capture_midstream",
        INFO,
        "connections began before the capture",
        "Connections without a SYN.",
        "In {source}, {detail}: their handshakes are not known, nor what was sent before.",
        "Start the capture before the client connects, or let the client reconnect while it runs.",
    ),
    Kind(
        "capture_one_way",
        INFO,
        "only one direction of a connection was captured",
        "Connections of which one side only is there.",
        "In {source}, {detail}: answers and times to them are not known there.",
        "Capture where both directions pass, without a filter on src or dst.",
    ),
    Kind(
        "undecryptable",
        INFO,
        "TLS connections without a usable secret",
        "TLS connections to which no secret of the key log belongs.",
        "In {source}, {detail}.",
        "Get a key log and give it with --keylog: start the browser with SSLKEYLOGFILE=keys.txt, node with "
        "--tls-keylog=keys.txt; or capture behind what ends TLS (proxy, load balancer), where the traffic is plain.",
    ),
)

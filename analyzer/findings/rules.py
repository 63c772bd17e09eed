"""All rules, in the order in which they are asked."""

from collections.abc import Callable, Iterator

from analyzer.findings.answers import ack_unanswered
from analyzer.findings.capture import capture_gap, seen_twice, whole_source
from analyzer.findings.case import Case
from analyzer.findings.clusters import idle_cut, reconnect_storm
from analyzer.findings.compression import compression_costs
from analyzer.findings.cuts import transport_cut
from analyzer.findings.draft import Draft
from analyzer.findings.giving_up import client_unresponsive, server_unresponsive
from analyzer.findings.lateness import (
    client_throttled,
    heartbeat_thin_margin,
    server_stalled,
    upload_starves_heartbeat,
)
from analyzer.findings.packets import attachment_missing, protocol_error
from analyzer.findings.requests import duplicate_connections, loss_at_switch, origin_refused, overlapping_polls
from analyzer.findings.revisions import handshake_lies, heartbeat_mismatch, version_assumed, version_refused
from analyzer.findings.sizes import payload_too_large, too_many_packets
from analyzer.findings.spaces import namespace_refused, never_joined, recovery_failed, server_kick
from analyzer.findings.unknown import unknown_session
from analyzer.findings.upgrading import upgrade_abandoned, upgrade_refused, upgrade_slow, websocket_refused

Rule = Callable[[Case], Iterator[Draft]]

RULES: tuple[Rule, ...] = (
    unknown_session,
    upgrade_refused,
    websocket_refused,
    upgrade_slow,
    upgrade_abandoned,
    version_refused,
    version_assumed,
    origin_refused,
    idle_cut,
    transport_cut,
    overlapping_polls,
    duplicate_connections,
    reconnect_storm,
    heartbeat_mismatch,
    server_stalled,
    client_unresponsive,
    server_unresponsive,
    heartbeat_thin_margin,
    client_throttled,
    upload_starves_heartbeat,
    handshake_lies,
    payload_too_large,
    too_many_packets,
    ack_unanswered,
    attachment_missing,
    protocol_error,
    namespace_refused,
    never_joined,
    recovery_failed,
    server_kick,
    loss_at_switch,
    compression_costs,
    whole_source,
    capture_gap,
    seen_twice,
)

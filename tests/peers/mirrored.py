"""A captured server built anew: the script of what it said, and what its library says that it received."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, EVENT, OPEN, Said, SessionPlan, Step

Packet = tuple[Any, ...]
"""Kind, namespace, event, ack id (of events) and arguments of a packet, as a library tells of it."""


def script(sessions: Iterable[SessionPlan]) -> list[dict[str, Any]]:
    """What `mirror.js` is to say in each session, between the packets of the client."""
    return [{"packets": list(_packets(each)), "closes": each.closed_by == "server"} for each in sessions]


def _packets(session: SessionPlan) -> Iterator[dict[str, Any]]:
    packets: list[tuple[float, bool, Said | Step]] = [(each.said.time, False, each.said) for each in session.expected]
    packets += [(step.time, True, step) for step in session.steps if step.kind in (CONNECT, DISCONNECT, EVENT, ACK)]
    for _, sent, packet in sorted(packets, key=lambda each: each[0]):
        if packet.kind != OPEN:
            blobs = [base64.b64encode(data).decode() for data in packet.attachments]
            yield {
                "sent": sent,
                "kind": packet.kind,
                "nsp": packet.namespace.partition("?")[0],
                "event": packet.event,
                "id": packet.ack_id,
                "data": packet.data,
                "blobs": blobs,
            }


def received(lines: Iterable[str]) -> dict[str, list[Packet]]:
    """Socket.IO packets of the clients by session, in the order in which the server's library decoded them."""
    found: dict[str, list[Packet]] = defaultdict(list)
    for line in lines:
        told = json.loads(line)
        if told["layer"] == "socket.io" and told["side"] == "server" and told["dir"] == "c2s":
            kind = told["type"]
            ack_id = told.get("ack_id") if kind == EVENT else None  # an ack's id is the server's
            content = told.get("args", told.get("data"))
            namespace = told["nsp"] + (f"?{told['query']}" if told.get("query") else "")
            event = None if told.get("event") is None else str(told["event"])
            found[told["sid"]].append((kind, namespace, event, ack_id, _canonical(content)))
    return found


def _canonical(content: Any) -> str:
    """As text, in which 1 and 1.0 are the same and members have no order; long text by its digest."""
    if isinstance(content, dict) and "$str" in content:
        content = {"$str": content["$str"]}
    if isinstance(content, float) and content.is_integer():
        content = int(content)
    if isinstance(content, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_canonical(v)}" for k, v in sorted(content.items())) + "}"
    if isinstance(content, list):
        return "[" + ",".join(map(_canonical, content)) + "]"
    return json.dumps(content)


def ordered(packets: Iterable[Packet]) -> tuple[list[Packet], list[Packet]]:
    """Packets but for acks in their order, and acks, which leave whenever they are asked for, sorted."""
    every = list(packets)
    return [p for p in every if p[0] != ACK], sorted((p for p in every if p[0] == ACK), key=str)


def read(path: Path) -> dict[str, list[Packet]]:
    """`received` of a file."""
    with open(path, encoding="utf-8") as lines:
        return received(lines)

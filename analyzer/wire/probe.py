"""Recognising a WebSocket whose handshake was not captured, by its frames alone."""

from math import inf
from typing import NamedTuple

from analyzer.wire.evidence import HEADER_BITS, Aim, judge, places, prior
from analyzer.wire.frames import Rules

SURE = 40.0
"""Evidence in bits (see `analyzer.wire.evidence`) for frames that begin anywhere, or of which the last one is cut."""

ALONE = 4 * HEADER_BITS
"""Evidence for frames that use up the data and hold no text."""


class Found(NamedTuple):
    """Frames begin at ``offset``; ``masked``: a client's; ``deflate``: some are compressed."""

    offset: int
    masked: bool
    deflate: bool


def probe(data: bytes) -> Found | None:
    """Where frames begin in ``data`` (bytes of one direction, some KiB), or None where nothing speaks for frames.

    Every frame from there to the end of ``data`` is legal, texts are UTF-8. Made to say None for anything else: TLS,
    HTTP, other protocols, random bytes. A lone short text frame is found where it is all of ``data``, as a heartbeat
    that has a segment to itself.
    """
    for deflate in (False, True):
        for masked in (False, True):
            rules = Rules(masked, deflate)
            for pos in places(data, rules):
                if _speaks(data, pos, rules):
                    return Found(pos, masked, deflate)
    return None


def _speaks(data: bytes, pos: int, rules: Rules) -> bool:
    verdict = judge(data, pos, rules, prior(data, pos), Aim(inf, (0,)))
    if pos or verdict.end != len(data):
        return verdict.score >= SURE and verdict.whole > 0
    text = verdict.score > HEADER_BITS * verdict.whole > 0
    return text or verdict.score >= ALONE

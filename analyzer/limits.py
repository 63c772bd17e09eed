"""What is kept in memory at most, whatever a capture claims. A limit caps what is kept, never what is parsed."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps in bytes, counts or seconds of capture time; every hit becomes a row with an issue code."""

    message: int = 64 * MIB
    """Largest WebSocket message or HTTP body kept, in bytes as sent."""
    inflated: int = 64 * MIB
    """Largest message or body kept after decompression, in bytes."""
    head: int = 256 * 1024
    """Largest HTTP head (start line and header fields), in bytes."""
    connections: int = 20_000
    """Open TCP connections; the one idle longest makes room."""
    sessions: int = 20_000
    """Engine.IO sessions remembered; the one idle longest makes room."""
    reorder: int = 4 * MIB
    """Bytes kept per direction behind a missing TCP segment before it is given up."""
    attachments: int = 1_000
    """Binary attachments one Socket.IO packet may wait for."""
    attachment_bytes: int = 64 * MIB
    """Bytes of attachments kept for one Socket.IO packet that waits for more."""
    held_rows: int = 20_000
    """Rows held back (for a sid, or for an answer) before they are let go as they are."""
    held_seconds: float = 30.0
    """Seconds of capture time a row is held back at most for a sid."""
    answer_seconds: float = 30.0
    """Seconds of capture time a request's packets are held back at most for its answer."""


DEFAULT = Limits()

"""What may stand in a rule of fault injection: deeds, the keys of each, their kinds and values."""

from typing import Final

PACKETS: Final = ("drop", "delay", "duplicate", "reorder", "replace", "answer", "cut", "limit", "throttle")
"""What is done to packets."""
REQUESTS: Final = ("refuse-upgrade", "abandon-upgrade", "poll-error")
"""What is done to requests."""
DEEDS: Final = (*PACKETS, *REQUESTS)
CLIENT, SERVER, BOTH = "client", "server", "both"
UPGRADE, PROBE = "upgrade", "probe"
ERRORS: Final = {
    "transport-unknown": (400, '{"code":0,"message":"Transport unknown"}'),
    "unknown-sid": (400, '{"code":1,"message":"Session ID unknown"}'),
    "bad-request": (400, '{"code":3,"message":"Bad request"}'),
    "forbidden": (403, '{"code":4,"message":"Forbidden"}'),
    "unsupported-version": (400, '{"code":5,"message":"Unsupported protocol version"}'),
    "too-large": (413, ""),
    "bad-gateway": (502, "Bad Gateway"),
    "unavailable": (503, "Service Unavailable"),
    "gateway-timeout": (504, "Gateway Timeout"),
}
"""Answers that servers and proxies give to a request, by name."""
COMMON: Final = (
    "name", "match", "do", "after", "count", "after_seconds", "until_seconds", "probability", "per_session",
)  # fmt: skip
"""Keys that every rule may have."""
OWN: Final[dict[str, tuple[str, ...]]] = {
    "drop": (),
    "delay": ("seconds", "jitter", "keep_order"),
    "duplicate": (),
    "reorder": ("by", "seconds"),
    "replace": ("set",),
    "answer": ("data", "forward"),
    "cut": ("code", "reason", "to"),
    "limit": ("bytes",),
    "throttle": ("bytes_per_second",),
    "refuse-upgrade": ("error",),
    "abandon-upgrade": ("withhold",),
    "poll-error": ("error",),
}
"""Keys of each deed."""
NEEDED: Final = {
    "delay": ("seconds", "a delay needs them"),
    "replace": ("set", 'a replacement needs it, such as set = { "1.price" = 5 }'),
    "limit": ("bytes", "a limit needs them, such as bytes = 1_000_000"),
    "throttle": ("bytes_per_second", "a throttle needs them, such as bytes_per_second = 2_000"),
}
"""The key that a deed cannot do without, and what is said where it is missing."""
NUMBER: Final = (int, float)
KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str, "match": str, "do": str, "after": int, "count": int, "after_seconds": NUMBER, "until_seconds": NUMBER,
    "probability": NUMBER, "per_session": bool, "seconds": NUMBER, "jitter": NUMBER, "keep_order": bool, "by": int,
    "set": dict, "data": object, "forward": bool, "code": int, "reason": str, "to": str, "bytes": int,
    "bytes_per_second": NUMBER, "error": str, "withhold": str,
}  # fmt: skip
"""What the value of each key is."""
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "error": tuple(ERRORS), "to": (CLIENT, SERVER, BOTH), "withhold": (UPGRADE, PROBE),
}  # fmt: skip
"""Values of keys that have only so many."""
LEAST: Final = {"by": 1, "bytes_per_second": 1}
"""The lowest number a key may have, where that is not 0."""

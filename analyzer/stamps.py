"""Times as text: ISO 8601 in UTC with nine digits of a second and ``Z``; as numbers: ns since 1970 UTC."""

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOWEST, HIGHEST = -9_223_372_036 * SECOND, 2**63 - 1
"""What fits the log's column, in whole seconds at the lower end (the years 1677 to 2262); times beyond are cut to it.
"""

_TEXT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)


def second_text(second: int) -> str:
    """A whole second since 1970, without the zone: ``2024-05-06T07:08:09``."""
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


def to_text(time: int) -> str:
    """``time`` (ns since 1970 UTC) as the log's text, ``2024-05-06T07:08:09.000000001Z``."""
    second, rest = divmod(clamp(time), SECOND)
    return f"{second_text(second)}.{rest:09}Z"


def from_text(text: str) -> int:
    """Ns since 1970 UTC of such a text (fewer digits are fine); ValueError where it is none."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError("a time is written like 2024-05-06T07:08:09.000000001Z")
    moment = datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    return clamp(seconds * SECOND + int((match[2] or "0").ljust(9, "0")))


def clamp(time: int) -> int:
    """``time`` cut to what 64 bits hold."""
    return min(max(time, LOWEST), HIGHEST)

"""JSON values that may be anything."""

from decimal import Decimal

from hypothesis import strategies as st

_NAMES = st.sampled_from(
    ["log", "entries", "request", "response", "url", "headers", "name", "value", "postData", "text", "content", "data",
     "status", "startedDateTime", "timings", "wait", "time", "_webSocketMessages", "type", "opcode", "method", "params"]
)  # fmt: skip
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.sampled_from(
        ["send", "receive", "base64", "2026-01-02T03:04:05Z", "http://h/?EIO=4&transport=polling", "4", 1, 2]
    )
    | st.just(Decimal("1e999999999"))
)
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)
"""Any value, its member names mostly those of a HAR."""

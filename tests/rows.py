"""Rows for tests: one with everything, any that a log can hold, and made-up sessions."""

import string

from hypothesis import strategies as st

from analyzer import stamps
from analyzer.records import COLUMNS, Row

FULL = Row(
    time=1_715_000_000_123_456_789,
    source="run.pcap",
    frame=7,
    stream=0,
    client="10.0.0.1:50000",
    server="[2001:db8::1]:443",
    session="k-3_x",
    transport="websocket",
    direction="c2s",
    engine=4,
    layer="socket.io",
    type="BINARY_EVENT",
    namespace="/admin?token=x",
    parser="json",
    event='say "hi"\n',
    ack_id=2**63 - 1,
    data='[1.0,"\u20ac \U0001f600",{"_placeholder":true,"num":0}]',
    attachments=[b"\x00\xff", b""],
    raw='51-["say \\"hi\\"\\n",1.0]',
    size=120,
    wire_size=0,
    status=-1,
    url="/socket.io/?EIO=4",
    duration=0.1,
    headers="{}",
    issue="sio_bad_json",
    detail="",
)
"""A row with something in every column."""

TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(st.characters(max_codepoint=0x2F), max_size=6),
    st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010, categories=None), max_size=4),
    st.sampled_from(
        [
            "",
            "'",
            "''",
            "=1+1",
            "+x",
            "-",
            "@SUM(A1)",
            "\t=1",
            "\r\n",
            '"',
            ",",
            "null",
            "NaN",
            "1",
            "＝x",
            "\x00",
            "\ufeff",
        ]
    ),
    st.text(string.printable, max_size=12),
)
_KINDS = {
    "timestamp": st.integers(stamps.LOWEST, stamps.HIGHEST),
    "string": st.none() | TEXTS,
    "int64": st.none() | st.integers(-(2**63), 2**63 - 1),
    "int16": st.none() | st.integers(-(2**15), 2**15 - 1),
    "int8": st.none() | st.integers(-128, 127),
    "float64": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "binaries": st.none() | st.lists(st.binary(max_size=9), max_size=3),
}
ANY_ROWS = st.lists(st.builds(lambda *values: Row(*values), *(_KINDS[kind] for kind in COLUMNS.values())), max_size=3)
"""Rows with anything in them that their columns hold."""

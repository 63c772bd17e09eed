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

MS = 1_000_000
START = 1_715_000_000_000_000_000
"""When made-up sessions begin, ns."""


class Talk:
    """A made-up session: the rows that a capture of it gives.

    Moments are in ms from `START`; polling has stream 0, a WebSocket 1.
    """

    def __init__(self, session="s1", *, engine=4, server="10.0.0.2:3000", source="x.pcap"):
        self.rows = []
        self._all = {
            "session": session,
            "engine": engine,
            "source": source,
            "client": "10.0.0.1:5000",
            "server": server,
        }

    def add(self, ms, layer, kind, direction, **columns):
        """Any row."""
        place = {"stream": 1 if columns.get("transport") == "websocket" else 0, **self._all}
        time = START + round(ms * MS)
        self.rows.append(
            Row(time, layer=layer, type=kind, direction=direction, frame=len(self.rows) + 1)._replace(**place | columns)
        )
        return self

    def engine(self, ms, kind, direction, on="websocket", **columns):
        """An Engine.IO packet."""
        return self.add(ms, "engine.io", kind, direction, transport=on, **{"size": 1} | columns)

    def open(self, ms, on="websocket", interval=1000, timeout=500, **columns):
        """The open packet, with its HTTP exchange or the WebSocket's opening before it."""
        if on == "polling":
            self.http(ms, url="/socket.io/?EIO=4&transport=polling")
        else:
            self.ws(ms, "open", url="/socket.io/?EIO=4&transport=websocket", status=101, duration=0.001)
        data = f'{{"sid":"x","pingInterval":{interval},"pingTimeout":{timeout},"maxPayload":100000}}'
        return self.engine(ms, "open", "s2c", on, **{"data": data, "size": 90} | columns)

    def beat(self, ms, rtt=1.0, on="websocket"):
        """A ping and, ``rtt`` ms later, its pong."""
        ways = ("s2c", "c2s") if self._all["engine"] == 4 else ("c2s", "s2c")
        return self.engine(ms, "ping", ways[0], on).engine(ms + rtt, "pong", ways[1], on)

    def socket(self, ms, kind, direction, namespace="/", on="websocket", **columns):
        """A Socket.IO packet."""
        told = {"transport": on, "namespace": namespace, "parser": "json", "size": 10, **columns}
        return self.add(ms, "socket.io", kind, direction, **told)

    def join(self, ms, namespace="/", on="websocket"):
        """The client joins a namespace and is let in, 1 ms later."""
        return self.socket(ms, "CONNECT", "c2s", namespace, on).socket(ms + 1, "CONNECT", "s2c", namespace, on)

    def http(self, ms, method="GET", status=200, on="polling", **columns):
        """An HTTP exchange, at the time of its answer."""
        given = {"url": f"/socket.io/?EIO=4&transport={on}&sid=x", "duration": 0.01, "transport": on, "status": status}
        return self.add(ms, "http", method, "c2s", **given | columns)

    def ws(self, ms, kind, direction="c2s", **columns):
        """A WebSocket's open or close."""
        if kind == "open":
            columns = {"url": "/socket.io/?EIO=4&transport=websocket&sid=x", "status": 101, "duration": 0.001} | columns
        return self.add(ms, "websocket", kind, direction, **{"transport": "websocket"} | columns)

    def close(self, ms, direction="c2s", status=1005):
        """The WebSocket's close frame, and the end of its connection."""
        return self.ws(ms, "close", direction, status=status).tcp(ms + 1, "fin", direction)

    def tcp(self, ms, kind, direction, stream=1, **columns):
        """A TCP row."""
        return self.add(ms, "tcp", kind, direction, stream=stream, **columns)

    def upgrade(self, ms, on_polling=True):
        """A whole upgrade in 40 ms."""
        self.ws(ms + 1, "open").engine(ms + 10, "ping", "c2s", data="probe").engine(
            ms + 20, "pong", "s2c", data="probe"
        )
        if on_polling:
            self.http(ms + 30).engine(ms + 30, "noop", "s2c", "polling")
        return self.engine(ms + 40, "upgrade", "c2s")


def log_of(*talks, until=None):
    """The log of some sessions as a DataFrame, sorted by time; ``until`` (ms) is when all sources end."""
    from analyzer import store, tables

    rows = sorted((row for talk in talks for row in talk.rows), key=lambda row: row.time)
    if until is not None:
        rows += [
            Row(START + until * MS, source=name, type="summary") for name in dict.fromkeys(row.source for row in rows)
        ]
    return tables.frame(store.batches(rows))

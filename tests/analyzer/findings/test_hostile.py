"""Whatever a log holds, findings come of it and nothing breaks."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import findings, store
from analyzer.findings.kinds import KINDS
from analyzer.records import Layer, Row
from analyzer.tables.frame import frame
from tests.rows import ANY_ROWS, MS, START, TEXTS

TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop", "CONNECT", "DISCONNECT", "EVENT", "ACK", "GET"]
TYPES += ["CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK", "POST", "OPTIONS", "fin", "reset", "gap", "summary", None]
DATA = [
    "probe",
    '{"pingInterval":100,"pingTimeout":50,"maxPayload":9}',
    "[]",
    '{"code":1,"message":"Session ID unknown"}',
]
DATA += ['{"pid":"p","offset":"o"}', "Unsupported protocol version", "93:0{", "0", "{", "[" * 3_000, None]
HEADERS = ['{"request":{"origin":"x","user-agent":"Mozilla"},"response":{}}', '{"request":7}', "7", "{", None]
ISSUES = [
    "http_refused",
    "http_no_response",
    "http_after_101",
    "sio_bad_json",
    "sio_attachment_missing",
    "tcp_gap",
    None,
]
ISSUES += [
    "eio_bad_handshake",
    "eio_bad_packet",
    "capture_truncated",
    "capture_dropped",
    "ws_message_cut",
    "http_body_cut",
]

LIKELY = st.builds(
    Row,
    time=st.integers(0, 3_000).map(lambda ms: START + ms * MS),
    source=st.sampled_from(["a", None]),
    frame=st.integers(1, 99) | st.none(),
    stream=st.integers(0, 2) | st.none(),
    client=st.sampled_from(["1.2.3.4:5", None]),
    server=st.sampled_from(["5.6.7.8:9", "5.6.7.8:10", None]),
    session=st.sampled_from(["s", "t", None]),
    transport=st.sampled_from(["polling", "websocket", None]),
    direction=st.sampled_from(["c2s", "s2c", None]),
    engine=st.sampled_from([3, 4, None]),
    layer=st.sampled_from(list(Layer)),
    type=st.sampled_from(TYPES),
    namespace=st.sampled_from(["/", "/x", None]),
    event=st.sampled_from(["e", "connect", "", None]),
    ack_id=st.sampled_from([0, 1, None]),
    data=st.sampled_from(DATA) | TEXTS,
    attachments=st.sampled_from([None, [], [b"x"]]),
    size=st.sampled_from([0, 50_000, -1, 2**62, None]),
    wire_size=st.sampled_from([0, 7, None]),
    status=st.sampled_from([101, 200, 400, 413, 500, 504, 1005, 1009, -1, None]),
    url=st.sampled_from(["/?EIO=4&transport=polling", "/?EIO=3&transport=websocket&sid=s", "", None]) | TEXTS,
    duration=st.sampled_from([0.0, 1.5, -1.0, 1e300, None]),
    headers=st.sampled_from(HEADERS),
    issue=st.sampled_from(ISSUES),
    detail=st.sampled_from(["said", None]) | TEXTS,
)
"""Rows such as rules look at, in any order and mixture."""


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LIKELY, max_size=40) | ANY_ROWS)
def test_any_log(rows):
    """Codes that exist, printable texts, and the same from a lean log of rows without events' data."""
    rows = sorted(rows, key=lambda row: row.time)
    table = findings(frame(store.batches(rows)))
    assert set(table["code"]) <= set(KINDS)
    for text in [*table["explanation"], *table["advice"]]:
        assert text.isprintable()
        assert len(text) < 3_000
    assert len(findings(frame(store.batches(rows), lean=True))) == len(table)

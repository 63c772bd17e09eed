"""Messages too large, or too many at once."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize(
    ("name", "said", "advice"),
    [
        ("large-websocket", "the server closed with 1009", "maxHttpBufferSize"),
        ("large-polling", "413, its packets are lost, and the client ended the session", "maxHttpBufferSize"),
        ("large-nginx", "413", "client_max_body_size"),
        ("large-polling-v2", "it was never answered, and the session ended", "maxHttpBufferSize"),
        ("large-python", "maxPayload 2.00 kB", "max_http_buffer_size"),
        ("large-python-websocket", "1009", "max_http_buffer_size"),
    ],
)
def test_payload_too_large(name, said, advice):
    """Real servers and a real nginx: size, limit, what became of it, and whose limit it was."""
    assert codes(found(name), "error", "warning", "info") == ["payload_too_large"]
    told = only(found(name), "payload_too_large")
    assert said in told["explanation"]
    assert advice in told["advice"]
    assert "kB was over" in told["explanation"]


def test_too_many_packets():
    """A real python server throws away what comes in one POST."""
    assert "too_many_packets" in codes(found("too-many-packets"), "error")
    assert "held 29 packets" in only(found("too-many-packets"), "too_many_packets")["explanation"]


@pytest.mark.parametrize("count", [16, 17])
@pytest.mark.parametrize("python", [False, True])
def test_only_python_counts(count, python):
    """And only more than sixteen; node has no such limit."""
    order = '"pingTimeout":500,"pingInterval":1000' if python else '"pingInterval":1000,"pingTimeout":500'
    talk = Talk().open(0, "polling", data=f'{{"sid":"x",{order}}}').join(5, on="polling")
    for _ in range(count):
        talk.socket(100, "EVENT", "c2s", on="polling", event="x")
    talk.http(101, "POST").engine(300, "close", "c2s", "polling")
    assert findings(log_of(talk))["code"].tolist() == ["too_many_packets"] * (python and count > 16)

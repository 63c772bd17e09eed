"""The log of a replay."""

import itertools

from analyzer.records import Row
from analyzer.replay.recorder import Recorder
from tests.analyzer.replay.opposite import handshake


def recorded(target: str) -> tuple[Recorder, list[Row]]:
    """A recorder with one answered handshake in it, and the rows of it."""
    clock = itertools.count(10**18, 1000)
    recorder = Recorder("replay", "h:1", lambda: next(clock))
    wire = recorder.begin("GET", target)
    wire.asked({"Cookie": "a=b", "Host": "h:1"})
    wire.answered(200, {"Content-Type": "text/plain", "Set-Cookie": "c=d"}, handshake().encode())
    return recorder, recorder.rows()


def test_exchanges() -> None:
    """As a capture would have them, without what is secret."""
    _, rows = recorded("/socket.io/?EIO=4&transport=polling")
    assert [(r.layer, r.type, r.session) for r in rows] == [("http", "GET", "live"), ("engine.io", "open", "live")]
    assert "a=b" not in str(rows[0].headers)
    assert "c=d" not in str(rows[0].headers)
    assert '"host": "h:1"' in str(rows[0].headers)


def test_posts() -> None:
    """The packets of a POST, and one that was never answered."""
    recorder, _ = recorded("/socket.io/?EIO=4&transport=polling")
    wire = recorder.begin("POST", "/socket.io/?EIO=4&transport=polling&sid=live", b'40\x1e42["a"]', "text/plain")
    wire.answered(200, {}, b"ok")
    recorder.begin("POST", "/socket.io/?EIO=4&transport=polling&sid=live", b"41", "text/plain").failed()
    rows = recorder.finish()
    assert [(r.type, r.event, r.issue) for r in rows if r.layer == "socket.io"] == [
        ("CONNECT", None, None), ("EVENT", "a", None), ("DISCONNECT", None, None),
    ]  # fmt: skip

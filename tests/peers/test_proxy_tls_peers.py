"""The proxy between peers that use TLS: polls over HTTP/2 on both of its sides, WebSockets inside TLS, and rules."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from proxied import Line, One
from scenario import Scenario

import analyzer
from tests.tlspeers import credentials

pytestmark = pytest.mark.peers

WAYS: dict[str, list[str]] = {"polling": ["polling"], "websocket": ["websocket"], "both": ["polling", "websocket"]}


def talk(folder: Path, way: str, rules: str = "", seconds: float = 1.5, **options: Any) -> One:
    """Peers that use TLS, polls over HTTP/2, with a proxy between them that has these rules."""
    (folder / "rules.toml").write_text("\n".join(f"[[rule]]\n{rule}\n" for rule in rules.split(";;") if rule))
    client = {"transports": WAYS[way], "rejectUnauthorized": False}
    scenario = Scenario("t", "", 4, 4, seconds=seconds, server_options=options, client_options=client, http2=True)
    return One(folder, scenario, f"sioscope_rules={folder / 'rules.toml'}", tls=str(credentials() / "ec.pem"))


def truth(lines: list[Line], way: str) -> Counter[tuple[Any, ...]]:
    """Socket.IO packets of a direction as a peer tells them."""
    names = ("type", "nsp", "event", "ack_id")
    own = [line for line in lines if line["layer"] == "socket.io" and line["dir"] == way]
    return Counter(tuple(line.get(name) for name in names) for line in own)


def logged(rows: list[Line], way: str) -> Counter[tuple[Any, ...]]:
    """The same as the log tells them."""
    own = [row for row in rows if row["layer"] == "socket.io" and row["direction"] == way]
    names = ("type", "namespace", "event", "ack_id")
    event_of_an_ack = {"event": None}
    own = [row | event_of_an_ack if "ACK" in row["type"] else row for row in own]
    return Counter(tuple(_plain(row[name]) for name in names) for row in own)


def _plain(value: Any) -> Any:
    return value.removeprefix("BINARY_") if isinstance(value, str) else value


def events(lines: list[Line], name: str, way: str) -> list[list[Any]]:
    """The arguments of an event's occurrences as a peer tells them."""
    own = [line for line in lines if line["layer"] == "socket.io" and line["dir"] == way and line["type"] == "EVENT"]
    return [line["args"] for line in own if line["event"] == name]


def reasons(lines: list[Line]) -> list[str]:
    """Why sessions ended."""
    return [line["reason"] for line in lines if line["type"] == "session_close"]


@pytest.mark.parametrize("way", WAYS)
def test_the_log_says_what_the_server_says(way: str, tmp_path: Path) -> None:
    """Every packet, either way, on its transport; nothing is odd."""
    one = talk(tmp_path, way, pingInterval=400, pingTimeout=5000)

    for direction in ("c2s", "s2c"):
        assert logged(one.log, direction) == truth(one.server, direction) != Counter()
    assert [row["issue"] for row in one.log if row["issue"]] == []
    assert {row["transport"] for row in one.log if row["layer"] == "socket.io"} == set(WAYS[way])
    assert one.status == 0


MEDDLED = """name = "lost"
match = '~e "^say$" & ~d c2s'
do = "drop"
count = 1
;;
name = "late"
match = "~e file"
do = "delay"
seconds = 0.2
;;
name = "twice"
match = "~e thumbnail"
do = "duplicate"
;;
name = "other"
match = "~e said"
do = "replace"
set = { "1" = "altered" }
count = 1
;;
name = "answered"
match = "~e question"
do = "answer"
data = ["by the proxy", 1]
"""


@pytest.mark.parametrize("way", WAYS)
def test_packets_are_shaped(way: str, tmp_path: Path) -> None:
    """Lost, late, doubled, altered, answered: attachments included, and the peers take all of it."""
    one = talk(tmp_path, way, MEDDLED, 2.0, pingInterval=400, pingTimeout=5000)

    said = events(one.client, "say", "c2s")
    assert events(one.server, "say", "c2s") == said[1:]
    assert len(events(one.client, "thumbnail", "s2c")) == 2 * len(events(one.server, "thumbnail", "s2c")) > 0
    assert events(one.client, "said", "s2c")[0][0] == "altered"
    assert events(one.client, "question", "s2c") == []
    answers = [line["args"] for line in one.server if line["layer"] == "socket.io" and line["type"] == "ACK"]
    assert ["by the proxy", 1] in answers
    assert {act.split("'")[1] for act in one.acts()} == {"lost", "late", "twice", "other", "answered"}
    assert one.status == 0


def test_a_heartbeat_is_lost(tmp_path: Path) -> None:
    """The server gives up the client whose pong does not come."""
    rule = 'match = "~t pong & ~d c2s"\ndo = "drop"\nafter = 1'
    one = talk(tmp_path, "polling", rule, 20.0, pingInterval=300, pingTimeout=600)

    assert reasons(one.server) == ["ping timeout"]
    (session,) = analyzer.sessions(analyzer.read(str(tmp_path / "log.jsonl"))).to_dict("records")
    assert session["close_cause"] == "ping_timeout"


@pytest.mark.parametrize(("error", "status"), [("unknown-sid", 400), ("bad-gateway", 502)])
def test_a_poll_fails(error: str, status: int, tmp_path: Path) -> None:
    """The client has the answer of that status in HTTP/2, too, and gives up."""
    one = talk(tmp_path, "polling", f'do = "poll-error"\nerror = "{error}"\nafter = 5\ncount = 1', 20.0)

    assert status in [row["status"] for row in one.log if row["layer"] == "http"]
    assert reasons(one.client) == ["transport error"]


def test_an_upgrade_is_refused(tmp_path: Path) -> None:
    """The session stays with its polls over HTTP/2."""
    one = talk(tmp_path, "both", 'do = "refuse-upgrade"\nerror = "unavailable"')

    refused = [row["status"] for row in one.log if row["transport"] == "websocket" and row["layer"] == "http"]
    assert refused == [503]
    assert logged(one.log, "s2c") == truth(one.server, "s2c")
    assert {row["transport"] for row in one.log if row["layer"] == "socket.io"} == {"polling"}
    assert one.status == 0


@pytest.mark.parametrize(("way", "end"), [("polling", "transport error"), ("websocket", "transport close")])
def test_a_connection_is_cut(way: str, end: str, tmp_path: Path) -> None:
    """Reset beneath its TLS: the client notices at once."""
    one = talk(tmp_path, way, 'match = "~e file"\ndo = "cut"', 20.0)

    assert reasons(one.client) == [end]
    assert one.acts() == ["rule 'rule 1': cut BINARY_EVENT file"]
    assert events(one.server, "file", "c2s") == []


def test_a_close_code(tmp_path: Path) -> None:
    """Both peers see it inside TLS, too."""
    one = talk(tmp_path, "websocket", 'match = "~e file"\ndo = "cut"\ncode = 1011', 20.0)

    assert (reasons(one.client), reasons(one.server)) == (["transport close"], ["transport close"])
    assert [row["status"] for row in one.log if row["type"] == "close"] == [1011]


@pytest.mark.parametrize(("way", "status"), [("polling", 413), ("websocket", 1009)])
def test_a_limit(way: str, status: int, tmp_path: Path) -> None:
    """The client learns of it as from a server with a small maxHttpBufferSize."""
    one = talk(tmp_path, way, 'do = "limit"\nbytes = 100\nmatch = "~d c2s"', 20.0)

    assert [row["status"] for row in one.log if row["status"] in (413, 1009)] == [status]


def test_a_slow_line(tmp_path: Path) -> None:
    """All of it arrives, in order."""
    one = talk(tmp_path, "both", 'do = "throttle"\nbytes_per_second = 3_000', 2.0)

    for name, here, there, direction in [
        ("say", one.client, one.server, "c2s"),
        ("said", one.server, one.client, "s2c"),
    ]:
        assert events(there, name, direction) == events(here, name, direction) != []
    assert one.status == 0

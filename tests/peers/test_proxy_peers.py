"""Real peers through a real mitmproxy: the live log says what a capture, and a flow file, of the same traffic say."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs
import proxied
from proxied import Line, One, Recorded
from scenario import Scenario, _client, _server

import analyzer

pytestmark = pytest.mark.peers

_POLLING = {"transports": ["polling"]}
TALKS = {
    "v1": Scenario("v1", "", 1, 1, seconds=1.0),
    "v2": Scenario("v2", "", 2, 2, seconds=1.0),
    "v3": Scenario("v3", "", 3, 3, seconds=1.0),
    "v4": Scenario("v4", "", 4, 4, seconds=1.0),
    "v4-polling": Scenario("p", "", 4, 4, seconds=1.0, client_options=_POLLING),
    "v2-polling-binary": Scenario("b", "", 2, 2, seconds=1.0, client_options=_POLLING, xhr2=True),
    "v4-websocket": Scenario("w", "", 4, 4, seconds=1.0, client_options={"transports": ["websocket"]}),
    "v4-msgpack": Scenario("m", "", 4, 4, seconds=1.0, parser="msgpack"),
    "v4-deflate": Scenario("d", "", 4, 4, seconds=1.0, server_options={"perMessageDeflate": {"threshold": 0}}),
    "v4-path": Scenario("c", "", 4, 4, seconds=1.0, server_options={"path": "/x/"}, client_options={"path": "/x/"}),
    "v4-refused": Scenario("r", "", 4, 2, seconds=0.5),
    "v4-tls": Scenario("t", "", 4, 4, seconds=1.0, client_options={"rejectUnauthorized": False}),
    "v4-tls-h2": Scenario("h", "", 4, 4, seconds=1.0, client_options={"rejectUnauthorized": False}, http2=True),
    "v2-tls-h2": Scenario("g", "", 2, 2, seconds=1.0, client_options=_POLLING, http2=True),
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """All talks at once through one mitmproxy."""
    with needs.tools("node", "tcpdump"):
        return proxied.record(TALKS, tmp_path_factory.mktemp("proxied"))


@pytest.fixture(scope="module")
def captured(recorded: Recorded) -> list[Line]:
    """The log of the capture."""
    return proxied.log(recorded.folder / "capture.pcap", keylog=recorded.folder / "keys.log")


@pytest.mark.parametrize("name", TALKS)
def test_same_rows_as_a_capture(name: str, recorded: Recorded, captured: list[Line]) -> None:
    """In the same order for each direction of each transport, but for the columns that depend on where one looks."""
    live = proxied.lines(recorded.folder / "log.jsonl")

    told = partial(proxied.told, headless="h2" in name)
    expected = told(proxied.on_port(captured, recorded.fronts[name]))
    assert told(proxied.on_port(live, recorded.backs[name])) == expected
    assert expected


def test_same_rows_as_a_flow_file(recorded: Recorded) -> None:
    """In the same order for each direction of each transport."""
    live = proxied.lines(recorded.folder / "log.jsonl")
    saved = proxied.log(recorded.folder / "flows.mitm")

    for name, port in recorded.backs.items():
        expected = proxied.told(proxied.on_port(saved, port))
        assert proxied.told(proxied.on_port(live, port)) == expected, name


def test_nothing_is_complained_of(recorded: Recorded) -> None:
    """Neither by mitmproxy nor in the log."""
    (summary,) = [row for row in proxied.lines(recorded.folder / "log.jsonl") if row["layer"] == "capture"]

    assert "rror" not in recorded.said.replace("CONNECT_ERROR", "")
    assert summary["type"] == "summary"


def test_a_killed_proxy_leaves_a_readable_log(tmp_path: Path) -> None:
    """All that was in the file when it was killed, and no more than its last line is torn."""
    front, back = launch.free_ports(2)
    scenario = Scenario("k", "", 4, 4, seconds=10.0, server_options={"pingInterval": 300, "pingTimeout": 9000})
    with needs.tools("node"), ExitStack() as stack:
        stack.enter_context(_server(scenario, back, tmp_path))
        proxy = stack.enter_context(proxied.proxy(tmp_path, {front: back}))
        stack.enter_context(_client(scenario, front, tmp_path))
        events = proxied.await_rows(tmp_path / "log.jsonl", 12)
        proxy.stop(signal.SIGKILL)
        with (tmp_path / "log.jsonl").open("ab") as file:
            file.write(b'{"schema":1,"time":"20')
        rows = proxied.log(tmp_path / "log.jsonl")
    assert rows[: len(events)] == events
    assert {row["session"] for row in rows} == {events[0]["session"]}


def test_a_full_disk_does_not_stop_traffic(tmp_path: Path) -> None:
    """One error in the event log, and the count of what was not written at the end."""
    scenario = Scenario("f", "", 4, 4, seconds=1.0)
    front, back = launch.free_ports(2)
    with needs.tools("node"), ExitStack() as stack:
        stack.enter_context(_server(scenario, back, tmp_path))
        proxy = stack.enter_context(proxied.proxy(tmp_path, {front: back}, out="/dev/full"))
        client = stack.enter_context(_client(scenario, front, tmp_path, f"http://127.0.0.1:{front}"))
        client.wait(30.0)
        proxy.stop(signal.SIGINT, timeout=20.0)
        said = proxy.output()
    assert said.count("cannot write /dev/full: No space left on device") == 1
    assert "rows could not be written to the log" in said
    assert "EVENT said" in said


def rules_of_the_manual() -> str:
    """The example."""
    text = (Path(__file__).parents[2] / "docs" / "proxy.md").read_text("utf-8")
    return text.partition("```toml\n")[2].partition("```")[0]


def test_the_example_of_the_manual(tmp_path: Path) -> None:
    """The third pong is lost: the server gives up, and the log says why."""
    (tmp_path / "rules.toml").write_text(rules_of_the_manual())
    beat = {"pingInterval": 400, "pingTimeout": 1000}
    only = {"transports": ["websocket"]}
    scenario = Scenario("l", "", 4, 4, seconds=20.0, server_options=beat, client_options=only)
    one = One(tmp_path, scenario, f"sioscope_rules={tmp_path / 'rules.toml'}")

    pongs = [row for row in one.log if row["type"] == "pong" and row["data"] is None]
    assert [row["issue"] for row in pongs] == [None, None, "mitm_dropped"]
    assert "the third pong is lost" in pongs[2]["detail"]
    assert one.acts() == ["rule 'the third pong is lost': drop pong"]
    assert [line["reason"] for line in one.server if line["type"] == "session_close"] == ["ping timeout"]
    (session,) = analyzer.sessions(analyzer.read(str(tmp_path / "log.jsonl"))).to_dict("records")
    assert (session["closed_by"], session["close_cause"]) == ("server", "ping_timeout")


SHAPED = """
[[rule]]
name = "twice"
match = '~e "^say$" & ~d c2s'
do = "duplicate"
count = 1
[[rule]]
name = "other"
match = '~e said'
do = "replace"
set = { "1" = "altered" }
count = 1
[[rule]]
name = "late file"
match = "~e file"
do = "delay"
seconds = 0.2
"""


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_packets_are_shaped(transport: str, tmp_path: Path) -> None:
    """Doubled, altered and late, attachments included; the peers take all of it."""
    (tmp_path / "rules.toml").write_text(SHAPED)
    scenario = Scenario("s", "", 4, 4, seconds=1.5, client_options={"transports": [transport]})
    one = One(tmp_path, scenario, f"sioscope_rules={tmp_path / 'rules.toml'}")

    heard = [line["args"] for line in one.server if line["type"] == "EVENT" and line["event"] == "say"]
    said = [line["args"] for line in one.client if line["type"] == "EVENT" and line["event"] == "said"]
    files = [
        line for line in one.server if line["type"] == "EVENT" and line["event"] == "file" and line["dir"] == "c2s"
    ]
    assert heard[0] == heard[1] == ["before the upgrade", 0]
    assert said[0][0] == "altered"
    assert [line["args"][1]["len"] for line in files] == [101, 105]
    assert {act.split("'")[1] for act in one.acts()} == {"twice", "other", "late file"}
    assert one.status == 0


def test_an_upgrade_is_refused_and_a_poll_fails(tmp_path: Path) -> None:
    """As a proxy that does not know WebSocket does it."""
    (tmp_path / "rules.toml").write_text('[[rule]]\ndo = "refuse-upgrade"\nerror = "bad-gateway"\n')
    one = One(tmp_path, Scenario("u", "", 4, 4, seconds=1.0), f"sioscope_rules={tmp_path / 'rules.toml'}")

    refused = [row for row in one.log if row["transport"] == "websocket" and row["layer"] == "http"]
    assert [row["status"] for row in refused] == [502]
    assert one.acts() == ["rule 'rule 1': refuse-upgrade GET"]
    assert [line for line in one.client if line["type"] == "upgrade_error"]


def test_a_connection_is_cut(tmp_path: Path) -> None:
    """The WebSocket ends without a close frame."""
    (tmp_path / "rules.toml").write_text('[[rule]]\nmatch = "~e file"\ndo = "cut"\n')
    scenario = Scenario("c", "", 4, 4, seconds=20.0, client_options={"transports": ["websocket"]})
    one = One(tmp_path, scenario, f"sioscope_rules={tmp_path / 'rules.toml'}")

    assert [line["reason"] for line in one.client if line["type"] == "session_close"] == ["transport close"]
    assert [row["status"] for row in one.log if row["type"] == "close"] == [1006]


@pytest.mark.parametrize("transport", ["polling", "websocket"])
@pytest.mark.parametrize(("generation", "parser"), [(2, None), (4, None), (4, "msgpack")])
def test_commands_speak(generation: int, parser: str | None, transport: str, tmp_path: Path) -> None:
    """Either side takes what the proxy says for its peer's word, and what it asks is answered."""
    options = {"transports": [transport]}
    scenario = Scenario("e", "", generation, generation, seconds=1.5, client_options=options, parser=parser)
    one = One(tmp_path, scenario, script="speak.py")

    made_up = [line["args"] for line in one.client if line["type"] == "EVENT" and line["event"] == "made-up"]
    heard = [line["args"] for line in one.server if line["type"] == "EVENT" and line["event"] == "say"]
    assert [args[0]["file"]["len"] for args in made_up] == [3]
    assert ["from the proxy", 7] in heard
    (asked,) = [row for row in one.log if row["type"] == "EVENT" and row["ack_id"] == 1_000_000_000]
    (answer,) = [row for row in one.log if row["type"] == "ACK" and row["ack_id"] == 1_000_000_000]
    assert (asked["event"], asked["direction"], asked["data"]) == ("question", "s2c", "[70]")
    assert (answer["direction"], answer["namespace"]) == ("c2s", "/")
    assert one.status == 0


def test_a_filter(tmp_path: Path) -> None:
    """Only what matches is recorded and printed."""
    one = One(tmp_path, Scenario("n", "", 4, 4, seconds=1.0), "sioscope_filter=~n /chat & ~t event")

    assert {(row["namespace"], row["type"]) for row in one.log} == {("/chat", "EVENT"), (None, "summary")}
    assert " EVENT /chat message" in one.said
    assert " EVENT said" not in one.said

"""Real peers through a real mitmproxy: the live log says what a capture, and a flow file, of the same traffic say."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs
import proxied
from proxied import Line, Recorded
from scenario import Scenario, _client, _server

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

    expected = proxied.told(proxied.on_port(captured, recorded.fronts[name]))
    assert proxied.told(proxied.on_port(live, recorded.backs[name])) == expected
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
    scenario = Scenario("k", "", 4, 4, seconds=10.0, server_options={"pingInterval": 300, "pingTimeout": 200})
    with needs.tools("node"), ExitStack() as stack:
        stack.enter_context(_server(scenario, back, tmp_path))
        proxy = stack.enter_context(proxied.proxy(tmp_path, {front: back}))
        stack.enter_context(_client(scenario, front, tmp_path))
        events = await_rows(tmp_path / "log.jsonl", 12)
        proxy.stop(signal.SIGKILL)
        with (tmp_path / "log.jsonl").open("ab") as file:
            file.write(b'{"schema":1,"time":"20')
        rows = proxied.log(tmp_path / "log.jsonl")
    assert rows[: len(events)] == events
    assert {row["session"] for row in rows} == {events[0]["session"]}


def await_rows(path: Path, count: int) -> list[Line]:
    """The log, once it has so many rows."""
    end = time.monotonic() + 30
    while not path.exists() or len(rows := proxied.lines(path)) < count:
        assert time.monotonic() < end
        time.sleep(launch.POLL)
    return rows


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

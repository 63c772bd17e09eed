"""Faults that rules put between real peers, and what becomes of these."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from proxied import Line, One
from scenario import Scenario

import analyzer

pytestmark = pytest.mark.peers

POLLING, WEBSOCKET = {"transports": ["polling"]}, {"transports": ["websocket"]}


def under(folder: Path, rules: str, scenario: Scenario) -> One:
    """Peers with a proxy between them that has these rules."""
    (folder / "rules.toml").write_text("\n".join(f"[[rule]]\n{rule}\n" for rule in rules.split(";;")))
    return One(folder, scenario, f"sioscope_rules={folder / 'rules.toml'}")


def of_type(lines: list[Line], kind: str, key: str = "type") -> list[Line]:
    """Those of a kind."""
    return [line for line in lines if line[key] == kind]


def reasons(lines: list[Line]) -> list[str]:
    """Why sessions ended."""
    return [line["reason"] for line in of_type(lines, "session_close")]


def session(folder: Path) -> dict[str, Any]:
    """The one session of the log."""
    (found,) = analyzer.sessions(analyzer.read(str(folder / "log.jsonl"))).to_dict("records")
    return dict(found)


@pytest.mark.parametrize(("withhold", "reason"), [("upgrade", "transport close"), ("probe", "forced close")])
def test_an_upgrade_is_abandoned(withhold: str, reason: str, tmp_path: Path) -> None:
    """Without its last packet the client is cut off, without the probe's answer it stays where it is."""
    scenario = Scenario("a", "", 4, 4, seconds=2.0, server_options={"upgradeTimeout": 1000})
    one = under(tmp_path, f'do = "abandon-upgrade"\nwithhold = "{withhold}"', scenario)

    assert reasons(one.client) == [reason]
    assert len(of_type(one.client, "upgrade_error")) == (withhold == "probe")
    assert len([line for line in of_type(one.client, "upgrade") if line["layer"] == "lifecycle"]) == (
        withhold == "upgrade"
    )
    assert of_type(one.server, "upgrade") == []  # neither as a packet nor as an event
    assert (session(tmp_path)["upgrade"], session(tmp_path)["transports"]) == ("abandoned", "polling")
    assert "upgrade_abandoned" in set(analyzer.findings(analyzer.read(str(tmp_path / "log.jsonl")))["code"])


ANSWERS = """do = "answer"
match = '~e "^(say|file)$" & ~d c2s'
data = ["from the proxy", { "$binary" = "AQID" }]
;;
do = "answer"
match = "~e question"
data = ["not yours", -1]
forward = true
"""


PEERS = [(2, None, "polling"), (4, None, "polling"), (4, None, "websocket"), (4, "msgpack", "websocket")]


@pytest.mark.parametrize(("generation", "parser", "transport"), PEERS)
def test_the_proxy_answers(generation: int, parser: str | None, transport: str, tmp_path: Path) -> None:
    """Either side takes its acks for the peer's; those of the peer do not come as well."""
    beat = {"pingInterval": 300, "pingTimeout": 5000}
    options = {"transports": [transport]}
    scenario = Scenario(
        "a", "", generation, generation, seconds=1.0, server_options=beat, client_options=options, parser=parser
    )
    one = under(tmp_path, ANSWERS, scenario)

    own = [line for line in socket_io(one.client, "s2c", "ACK", "BINARY_ACK") if line["nsp"] == "/"]
    assert [(line["args"][0], line["args"][1]["len"]) for line in own] == [("from the proxy", 3)] * len(own)
    assert len(own) >= 2
    others = socket_io(one.server, "c2s", "ACK", "BINARY_ACK")
    assert [line["args"] for line in others] == [["not yours", -1]] * len(others)
    assert len({line["ack_id"] for line in others}) == len(others) >= 1
    assert [line for line in socket_io(one.server, "c2s", "EVENT", "BINARY_EVENT") if line["event"] == "file"] == []
    assert one.status == 0
    assert reasons(one.server) in (["transport close"], ["transport error"])  # it may still say something at the end


def socket_io(lines: list[Line], way: str, *kinds: str) -> list[Line]:
    """Socket.IO packets of a direction."""
    return [line for line in lines if line["layer"] == "socket.io" and line["dir"] == way and line["type"] in kinds]


LIMITS = [("polling", 413, "transport error"), ("websocket", 1009, "transport close")]


@pytest.mark.parametrize(("transport", "status", "reason"), LIMITS)
def test_a_limit(transport: str, status: int, reason: str, tmp_path: Path) -> None:
    """The client learns of it as from a server with a small maxHttpBufferSize."""
    scenario = Scenario("l", "", 4, 4, seconds=20.0, client_options={"transports": [transport]})
    one = under(tmp_path, 'do = "limit"\nbytes = 100\nmatch = "~d c2s"', scenario)

    assert [row["status"] for row in one.log if row["status"] in (413, 1009)] == [status]
    assert [*reasons(one.client), session(tmp_path)["close_cause"]] == [reason, "payload_too_large"]


def test_a_close_code(tmp_path: Path) -> None:
    """Both peers see it."""
    scenario = Scenario("c", "", 4, 4, seconds=20.0, client_options=WEBSOCKET)
    one = under(tmp_path, 'do = "cut"\nmatch = "~e file"\ncode = 1011\nreason = "out of order"', scenario)

    assert (reasons(one.client), reasons(one.server)) == (["transport close"], ["transport close"])
    assert [row["status"] for row in one.log if row["type"] == "close"] == [1011]


BAD_LINE = """do = "reorder"
match = "~e question"
;;
do = "delay"
seconds = 0.05
jitter = 0.05
keep_order = true
match = "~e said"
;;
do = "throttle"
bytes_per_second = 20_000
"""


@pytest.mark.parametrize("transports", [["polling"], ["polling", "websocket"]])
def test_a_bad_line(transports: list[str], tmp_path: Path) -> None:
    """All of it arrives, through the upgrade and up to the end."""
    scenario = Scenario("b", "", 4, 4, seconds=1.5, client_options={"transports": transports})
    one = under(tmp_path, BAD_LINE, scenario)

    for here, there, way in ((one.client, one.server, "c2s"), (one.server, one.client, "s2c")):
        sent, come = (sorted(names(lines, way)) for lines in (here, there))
        assert come == sent
    assert one.status == 0


def names(lines: list[Line], way: str) -> list[str]:
    """Events of a direction that matter."""
    return [line["event"] for line in socket_io(lines, way, "EVENT", "BINARY_EVENT") if line["event"] != "question"]

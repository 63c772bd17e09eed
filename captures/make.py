"""Makes the captures of this folder anew, with real npm peers and tcpdump, and the table in README.md.

    python captures/make.py NAME...     one or more scenarios
    python captures/make.py --all       all of them
    python captures/make.py --index     only the table

Needs node, tcpdump, the right to record on the loopback interface, and `npm ci` in tests/peers; v4-browser needs
chromium, v2-playwright that and playwright-core, v4-mitmproxy mitmdump.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "peers"))

from scenario import Scenario, run

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- table -->\n", "<!-- end -->"
QUICK = {"pingInterval": 400, "pingTimeout": 800}

SCENARIOS = [
    Scenario(
        name="v1-binary",
        description="Generation 1 polls only, bodies application/octet-stream: binary both ways, text encoded twice",
        server=1,
        client=1,
        xhr2=True,
        server_options=QUICK,
        client_options={"transports": ["polling"]},
        expected={"upgrade": "none"},
    ),
    Scenario(
        name="v2-upgrade",
        description="Engine.IO 3 (the client pings): polling, then WebSocket; namespaces, acks, binary, a refusal",
        server=2,
        client=2,
        server_options=QUICK,
        expected={"upgrade": "completed"},
    ),
    Scenario(
        name="v4-upgrade",
        description="Engine.IO 4 (the server pings): polling, then WebSocket; namespaces, acks, binary, a refusal",
        server_options=QUICK,
        expected={"upgrade": "completed"},
    ),
    Scenario(
        name="v4-http2",
        description="Polling over HTTP/2 without TLS (prior knowledge): requests side by side on one connection",
        server_options=QUICK,
        client_options={"transports": ["polling"]},
        http2=True,
        expected={"upgrade": "none"},
    ),
    Scenario(
        name="v4-browser",
        description="Headless Chromium is the client; browser.har is what its DevTools export of the same talk",
        server_options=QUICK,
        seconds=1.2,
        browser=True,
        expected={"upgrade": "completed"},
    ),
    Scenario(
        name="v2-playwright",
        description="Headless Chromium polls only, answers with bytes are octet-stream; browser.har.gz is Playwright's",
        server=2,
        client=2,
        server_options=QUICK,
        client_options={"transports": ["polling"]},
        seconds=1.2,
        playwright=True,
        expected={"upgrade": "none"},
    ),
    Scenario(
        name="v4-mitmproxy",
        description="mitmproxy between them drops a message and makes one up; flows.mitm is what it saved of the talk",
        server_options=QUICK,
        seconds=1.5,
        mitmproxy=True,
        expected={"upgrade": "completed"},
    ),
    Scenario(
        name="v4-upgrade-refused",
        description="FAILS: a proxy does not forward the Upgrade: the WebSocket gets 400, the client stays on polling",
        server_options=QUICK,
        no_upgrade=True,
        seconds=1.5,
        expected={"upgrade": "refused", "upgrade_http_status": 400},
    ),
    Scenario(
        name="v4-ping-timeout",
        description="FAILS: the client's process is stopped (SIGSTOP), the server pings, waits and gives up",
        server_options={"pingInterval": 400, "pingTimeout": 600},
        stop_after=2.0,
        seconds=20.0,
        expected={"upgrade": "completed"},
    ),
    Scenario(
        name="v4-deflate",
        description="WebSocket from the start, every message compressed (permessage-deflate with context takeover)",
        server_options=QUICK | {"perMessageDeflate": {"threshold": 0}},
        client_options={"transports": ["websocket"], "perMessageDeflate": {"threshold": 0}},
        expected={"upgrade": "none"},
    ),
    Scenario(
        name="v4-msgpack",
        description="Both sides use socket.io-msgpack-parser; polling, then WebSocket",
        server_options=QUICK,
        parser="msgpack",
        expected={"upgrade": "completed", "parser": "msgpack"},
    ),
]


def index() -> str:
    """The table of README.md, from the meta.json of every folder."""
    rows = ["| folder | what happens | server | client | packets | KiB |", "| --- | --- | --- | --- | --- | --- |"]
    for folder in sorted(path.parent for path in HERE.glob("*/meta.json")):
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        kib = round(sum(file.stat().st_size for file in folder.iterdir()) / 1024)
        packets = meta["capture"]["capture.pcap"]["packets"]
        server, client = peers(meta["versions"]["server"]), peers(meta["versions"]["client"])
        rows.append(f"| `{folder.name}` | {meta['description']} | {server} | {client} | {packets} | {kib} |")
    return "\n".join(rows)


def peers(versions: dict[str, str]) -> str:
    """Packages with their versions, in words."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def write_index() -> None:
    """Put the table between its two marks in README.md."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}{index()}\n{END}{after}", encoding="utf-8", newline="\n")


def main() -> None:
    """Make what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(each.name for each in SCENARIOS))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--index", action="store_true", help="write the table of README.md and no more")
    wish = parser.parse_args()
    chosen = [each for each in SCENARIOS if wish.all or each.name in wish.names]
    if len(chosen) < len(wish.names) or not (chosen or wish.index):
        parser.error("no such scenario" if wish.names else "which scenario?")
    for each in chosen:
        meta = run(each, HERE / each.name)
        print(f"{each.name}: {meta['capture']['capture.pcap']['packets']} packets")
    write_index()


if __name__ == "__main__":
    main()

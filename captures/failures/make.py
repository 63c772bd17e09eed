"""Makes the captures of this folder anew: each is a failure made for real, with real peers, under tcpdump.

    python captures/failures/make.py NAME...     one or more
    python captures/failures/make.py --all       all of them

Needs node, nginx, tcpdump with the right to record on the loopback interface, and `npm ci` in tests/peers; some need
chromium, some python-socketio and aiohttp (of the Python that runs the script).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tests" / "peers")]

import launch  # noqa: E402
from cases import CASES  # noqa: E402
from failure import CLIENT, PROXY, SERVER, Failure  # noqa: E402

LONGEST = 30.0  # seconds that a client may take


class Run:
    """The processes of one failure, and the ports between them."""

    def __init__(self, failure: Failure, folder: Path, stack: ExitStack) -> None:
        self.failure, self._folder, self._stack = failure, folder, stack
        self.back = [launch.free_port() for _ in range(failure.servers)]
        between = failure.proxy or failure.nginx
        self.front = launch.free_port() if between else self.back[0]
        self.servers: list[launch.Process] = []

    def start(self, port: int) -> launch.Process:
        """A server on a port."""
        text, program = self.failure.server, ["node", "-e"]
        if text.startswith("#python"):
            return self._enter(launch.Process([sys.executable, "-u", "-c", text, str(port)], ready="ready"))
        return self._enter(launch.Process([*program, SERVER + text, str(port)], ready="ready"))

    def between(self) -> None:
        """What lies between client and servers."""
        if self.failure.nginx:
            self._enter(launch.Process(["nginx", "-c", str(self._config()), "-p", str(self._folder)]))
            time.sleep(0.5)
        elif self.failure.proxy:
            code = PROXY + self.failure.proxy
            self._enter(launch.Process(["node", "-e", code, str(self.front), str(self.back[0])], ready="ready"))

    def client(self) -> launch.Process:
        """The client, aimed at the front."""
        return self._enter(launch.Process(["node", "-e", CLIENT + self.failure.client, str(self.front)], ready="go"))

    def _enter(self, process: launch.Process) -> launch.Process:
        return self._stack.enter_context(process)

    def _config(self) -> Path:
        servers = "".join(f"server 127.0.0.1:{port};" for port in self.back)
        text = f"""
            daemon off; pid {self._folder}/pid; error_log {self._folder}/error.log; worker_processes 1;
            events {{}}
            http {{
              access_log off;
              client_body_temp_path {self._folder}; proxy_temp_path {self._folder}; fastcgi_temp_path {self._folder};
              uwsgi_temp_path {self._folder}; scgi_temp_path {self._folder};
              upstream nodes {{ {servers} }}
              server {{ listen 127.0.0.1:{self.front}; location / {{ proxy_pass http://nodes; {self.failure.nginx} }} }}
            }}"""
        path = self._folder / "nginx.conf"
        path.write_text(text, encoding="utf-8")
        return path


def make(failure: Failure) -> int:
    """Record one failure; returns the number of packets."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        run = Run(failure, Path(folder), stack)
        ports = {"front": [run.front], "back": run.back, "both": [run.front, *run.back]}[failure.record]
        recorder = stack.enter_context(launch.Recorder(HERE / f"{failure.name}.pcap", sorted(set(ports))))
        run.servers = [run.start(port) for port in run.back]
        run.between()
        client = run.client()
        for delay, act in failure.acts:
            time.sleep(delay)
            _act(run, client, act)
        client.wait(LONGEST)
        return recorder.finish().packets


def _act(run: Run, client: launch.Process, act: str) -> None:
    """Do something to a process from outside: ``freeze client``, ``kill server``, ``restart server``, ..."""
    verb, _, whom = act.partition(" ")
    process = client if whom == "client" else run.servers[0]
    if verb == "restart":
        run.servers[0] = run.start(run.back[0])
    else:
        process.send_signal({"freeze": signal.SIGSTOP, "thaw": signal.SIGCONT, "kill": signal.SIGKILL}[verb])


def main() -> None:
    """Make what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CASES))
    parser.add_argument("--all", action="store_true")
    wish = parser.parse_args()
    os.environ["NODE_PATH"] = str(launch.MODULES)
    for name in CASES if wish.all else wish.names:
        print(f"{name}: {make(CASES[name])} packets", flush=True)


if __name__ == "__main__":
    main()

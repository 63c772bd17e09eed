"""The openssl program at both ends of a relay that notes what passes: for what Python's ssl cannot be made to do."""

import re
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.tlspeers import Recording, Wire, credentials


class Server:
    """``openssl s_server`` with these options; its answers are what is written to `say`."""

    def __init__(self, *options: str) -> None:
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(credentials() / "ec.pem"), *options]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT)
        assert self._process.stdout is not None
        port = None
        while port is None:
            line = self._process.stdout.readline()
            assert line, "openssl s_server ended"
            port = re.search(rb"ACCEPT .*:(\d+)", line)
        self.port = int(port[1])
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def say(self, text: bytes) -> None:
        """Send something to the client, or a command (``K`` or ``r``, and a line end)."""
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def connect(server: Server, script: list[tuple[int, bytes]], *options: str) -> Recording:
    """One connection of ``openssl s_client`` with these options: ``script`` (side and text), then its end."""
    log = credentials() / "relayed.txt"
    log.unlink(missing_ok=True)
    relay = _Relay(server.port)
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-keylogfile", str(log), *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as client:
        assert client.stdin is not None
        relay.settle(1, 0)
        for side, text in script:
            before = relay.passed(side)
            if side:
                server.say(text)
            else:
                client.stdin.write(text)
                client.stdin.flush()
            relay.settle(side, before)
        client.stdin.close()
        relay.thread.join(5)
        client.kill()
    return Recording(relay.wire, log.read_bytes())


class _Relay:
    """Passes one connection's bytes on, and notes them in order."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._target = port
        self.wire: Wire = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def passed(self, side: int) -> int:
        """How often something came from that side."""
        return sum(one == side for one, _ in self.wire)

    def settle(self, side: int, before: int) -> None:
        """Wait until more has passed from that side, and nothing more does from either."""
        passed, deadline = -1, time.monotonic() + 10
        while (passed != len(self.wire) or self.passed(side) <= before) and time.monotonic() < deadline:
            passed = len(self.wire)
            time.sleep(0.15)

    def _run(self) -> None:
        with (
            self._listener,
            self._listener.accept()[0] as one,
            socket.create_connection(("127.0.0.1", self._target)) as other,
        ):
            ways = (0, one, other), (1, other, one)
            threads = [threading.Thread(target=self._pass, args=way, daemon=True) for way in ways]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _pass(self, side: int, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.wire.append((side, data))
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def sent_early(folder: Path, text: bytes) -> str:
    """A file to be sent as 0-RTT data."""
    path = folder / "early.txt"
    path.write_bytes(text)
    return str(path)

"""What tshark decrypts of a capture, and what we do: the plaintext of either side of each TCP connection."""

import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.log import Log
from analyzer.wire.events import Event
from analyzer.wire.pieces import Data
from analyzer.wire.secured import Secured, Sides

Plain = dict[int, tuple[bytes, bytes]]
"""By stream: what the client said, and what the server said."""


def decrypted(capture: Path, keylog: Path, port: int, streams: int) -> Plain:
    """What tshark decrypts of connections to a port; those of which it decrypts nothing are left out."""
    follow = [word for stream in range(streams) for word in ("-z", f"follow,tls,raw,{stream}")]
    options = ["-o", "tcp.reassemble_out_of_order:TRUE", "-o", f"tls.keylog_file:{keylog}"]
    command = ["tshark", "-n", "-q", "-r", str(capture), "-d", f"tcp.port=={port},tls", *options, *follow]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found: Plain = {}
    for part in said.split("Follow: tls,raw\n")[1:]:
        filter_line, *lines = part.splitlines()
        stream = int(filter_line.removeprefix("Filter: tcp.stream eq "))
        port_of_first = int(lines[0].rpartition(":")[2])
        texts = [line for line in lines[2:] if line.strip() and not line.startswith("=")]
        one = b"".join(bytes.fromhex(line) for line in texts if not line.startswith("\t"))
        other = b"".join(bytes.fromhex(line) for line in texts if line.startswith("\t"))
        if texts:
            found[stream] = (other, one) if port_of_first == port else (one, other)
    return found


def ours(capture: Path, keylog: Path, patch: pytest.MonkeyPatch) -> Plain:
    """What the whole of our reading decrypts."""
    found: dict[int, list[bytes]] = defaultdict(lambda: [b"", b""])
    before: Callable[[Secured, Sides], list[Event]] = Secured._read

    def listen(self: Secured, plain: Sides) -> list[Event]:
        for side, pieces in enumerate(plain):
            data = b"".join(piece.data for piece in pieces if isinstance(piece, Data))
            if data:
                found[self._link.stream][side != self._tls.client] += data  # type: ignore[attr-defined]
        return before(self, plain)

    with patch.context() as inside:
        inside.setattr(Secured, "_read", listen)
        for _ in Log([str(capture)], keylogs=[str(keylog)]):
            pass
    return {stream: (client, server) for stream, (client, server) in found.items()}

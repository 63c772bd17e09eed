"""Network interfaces through scapy's sockets: which there are, and listening to one; with errors told in one line."""

import ctypes
import errno
import logging
import os
import re
import socket
import struct
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from analyzer.issues import CaptureError
from analyzer.sources.packet_queue import Queue
from analyzer.sources.ring import Ring
from analyzer.text import elide, printable

if TYPE_CHECKING:
    from analyzer.sources.live import Feed

ANY: Final = "any"
"""All interfaces at once, where the system can (Linux)."""
_LOOPBACK: Final = "lo"
_SHOWN: Final = 12
_ETH_P_ALL: Final = 3


def names(*, up: bool = False) -> list[str]:
    """The interfaces there are, as `open_feed` takes them; only those that are ``up``."""
    devices = _conf().ifaces.values()
    found = [printable(str(device.name)) for device in devices if device.is_valid() or not up]
    return [*dict.fromkeys(found), *([ANY] if sys.platform == "linux" else [])]


def names_text() -> str:
    """The interfaces that can be listened to, in a few words."""
    known = names(up=True)
    return ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")


def open_feed(name: str, bpf: str | None) -> "Feed":
    """Listens to an interface, or to `ANY`; ``bpf`` is a filter as tcpdump has them, applied by the system.

    Raises CaptureError: there is no such interface, the filter is none, or the right to listen is missing.
    """
    if name not in names():
        raise CaptureError(f"{elide(name)}: there is no such interface; choose one of {names_text()}")
    try:
        sock = _listen(name, bpf)
    except Exception as error:  # scapy raises what its many systems do: OSError, Scapy_Exception, RuntimeError, ...
        raise _explained(name, bpf, error) from error
    try:
        return Ring(sock, loopback=name == _LOOPBACK)
    except (OSError, AttributeError, ValueError):  # not Linux, or one without rings of packets
        return Queue(sock, loopback=name == _LOOPBACK)


def _listen(name: str, bpf: str | None) -> Any:
    """A socket of scapy's that gets the packets of an interface."""
    with _quiet():
        if name != ANY:
            return _conf().L2listen(iface=name, filter=bpf)
        sock = _conf().L2listen(iface=_LOOPBACK, filter=bpf, promisc=False)
        _widen(sock.ins.fileno())
        return sock


def _widen(descriptor: int) -> None:
    """Bind a packet socket to no interface, which means all of them (packet(7)); Python's own bind wants a name."""
    everywhere = struct.pack("=H", socket.AF_PACKET) + struct.pack(">H", _ETH_P_ALL) + bytes(16)
    system = ctypes.CDLL(None, use_errno=True)
    if system.bind(descriptor, everywhere, len(everywhere)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _conf() -> Any:
    """scapy's settings, with the sockets of this system chosen."""
    with _quiet():
        import_module("scapy.arch")
        import_module("scapy.layers.l2")  # link types, by which scapy's sockets tell what their packets begin with
        import_module("scapy.layers.inet")
        return import_module("scapy.config").conf


@contextmanager
def _quiet() -> Iterator[None]:
    """What scapy has to say to its own users stays away from our stderr."""
    logger = logging.getLogger("scapy")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _explained(name: str, bpf: str | None, error: Exception) -> CaptureError:
    said = printable(str(error))
    if isinstance(error, PermissionError) or re.search(r"(?i)permission|permitted|root", said):
        return CaptureError(_no_right(name))
    if isinstance(error, OSError) and error.errno == errno.ENETDOWN:
        return CaptureError(f"{name}: is down; bring it up (ip link set {name} up), or choose one of {names_text()}")
    if bpf is not None and "libpcap is not available" in said:
        return CaptureError(
            "--filter needs libpcap, which is not there; install it (libpcap0.8), or leave the filter out"
        )
    if bpf is not None and "filter" in said:
        why = re.search(r"\(([^()]*)\)\s*$", said)
        told = f" ({why[1]})" if why else ""
        return CaptureError(
            f"--filter {elide(bpf)!r}: is no filter{told}; write it as for tcpdump, such as 'tcp port 3000'"
        )
    return CaptureError(f"{name}: cannot be listened to ({elide(said, 120)}); choose one of {names_text()}")


def _no_right(name: str) -> str:
    pipe = f"sudo tcpdump -i {name} -U -w - | sioscope live -"
    if sys.platform != "linux":
        return f"{name}: this user may not capture; use sudo, or pipe: {pipe}"
    python = printable(os.path.realpath(sys.executable))
    return f"{name}: this user may not capture; use sudo, or pipe: {pipe}, or once: sudo setcap cap_net_raw+ep {python}"

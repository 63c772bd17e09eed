"""Which interfaces there are, and what is said where one cannot be listened to."""

import errno
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.issues import CaptureError
from analyzer.sources import network


class Device:
    """An interface as scapy tells of it."""

    def __init__(self, name: str, up: bool = True) -> None:
        self.name = name
        self._up = up

    def is_valid(self) -> bool:
        return self._up


class Ifaces(dict[str, Device]):
    """scapy's list of them."""


def settings(*devices: Device, listen: Any = None) -> Any:
    """scapy's settings."""
    return SimpleNamespace(ifaces=Ifaces({device.name: device for device in devices}), L2listen=listen)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A system with these interfaces, on which listening does something."""

    def made(listen: Any, platform: str = "linux") -> None:
        found = settings(Device("lo"), Device("eth0"), Device("down0", up=False), listen=listen)
        monkeypatch.setattr(network, "_conf", lambda: found)
        monkeypatch.setattr(network.sys, "platform", platform)

    return made


def failing(error: Exception) -> Any:
    """What listens, and fails."""

    def listen(**_: Any) -> Any:
        raise error

    return listen


def refused(name: str, bpf: str | None = None) -> str:
    """The line that says why."""
    with pytest.raises(CaptureError) as caught:
        network.open_feed(name, bpf)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_the_loopback_interface_is_there() -> None:
    """By whatever name this system has for it."""
    assert {"lo", "lo0"} & set(network.names()) or sys.platform == "win32"


def test_names(system: Any) -> None:
    """All at once only where the system can; those that are down are not proposed."""
    system(None)
    assert network.names() == ["lo", "eth0", "down0", "any"]
    assert network.names_text() == "lo, eth0, any"
    system(None, "darwin")
    assert network.names(up=True) == ["lo", "eth0"]


def test_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are not all told."""
    monkeypatch.setattr(network, "names", lambda **_: [f"veth{i}" for i in range(20)])
    assert network.names_text().endswith("veth11 and 8 more")


def test_an_interface_that_is_not_there(system: Any) -> None:
    """The line names those there are."""
    system(None)
    assert refused("wlan9") == "wlan9: there is no such interface; choose one of lo, eth0, any"
    assert refused("a\x1b[2Jb").startswith("a\\x1b[2Jb: there is no such interface")


@pytest.mark.parametrize(
    "error",
    [PermissionError(1, "Operation not permitted"), RuntimeError("Permission denied: could not open /dev/bpf0")],
)
def test_without_the_right(system: Any, error: Exception) -> None:
    """It says how to get it, and how to do without."""
    system(failing(error))
    line = refused("eth0")
    assert line.startswith("eth0: this user may not capture; use sudo")
    assert "sudo tcpdump -i eth0 -U -w - | sioscope live -" in line
    assert "sudo setcap cap_net_raw+ep /" in line
    system(failing(error), "darwin")
    assert "setcap" not in refused("eth0")


def test_a_filter_that_is_none(system: Any) -> None:
    """In the words of the library that read it."""
    said = "Cannot set filter: Failed to compile filter expression 'tcp porrt' (syntax error in filter expression)"
    system(failing(RuntimeError(said)))
    assert refused("lo", "tcp porrt") == (
        "--filter 'tcp porrt': is no filter (syntax error in filter expression); "
        "write it as for tcpdump, such as 'tcp port 3000'"
    )
    system(failing(RuntimeError("Cannot set filter: it is none")))
    assert "is no filter; write it" in refused("lo", "x")


def test_a_filter_without_the_library_for_it(system: Any) -> None:
    """Filters are made by libpcap."""
    system(failing(RuntimeError("Cannot set filter: libpcap is not available. Cannot compile filter !")))
    assert "needs libpcap" in refused("lo", "tcp")


def test_an_interface_that_is_down(system: Any) -> None:
    """It may be brought up."""
    system(failing(OSError(errno.ENETDOWN, "Network is down")))
    assert refused("down0").startswith("down0: is down; bring it up (ip link set down0 up), or choose one of lo")


def test_what_else_may_be(system: Any) -> None:
    """Is told in its own words."""
    system(failing(RuntimeError("winpcap is not installed")))
    assert refused("eth0") == "eth0: cannot be listened to (winpcap is not installed); choose one of lo, eth0, any"


def test_sockets_without_rings(system: Any) -> None:
    """Are read one packet at a time."""
    sock = SimpleNamespace(LL=None, close=lambda: None)
    system(lambda **_: sock, "darwin")
    assert type(network.open_feed("eth0", None)).__name__ == "Queue"


@pytest.mark.skipif(sys.platform != "linux", reason="needs sockets of Linux")
def test_what_cannot_be_widened() -> None:
    """No socket of packets is an error, as the system tells it."""
    with socket.socket() as other, pytest.raises(OSError, match=r"."):
        network._widen(other.fileno())


def test_all_interfaces(system: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a socket bound to none."""
    bound: list[int] = []
    monkeypatch.setattr(network, "_widen", bound.append)
    asked: list[dict[str, Any]] = []
    sock = SimpleNamespace(LL=None, ins=SimpleNamespace(fileno=lambda: 7))

    def listen(**how: Any) -> Any:
        asked.append(how)
        return sock

    system(listen)
    network.open_feed("any", "tcp")
    assert bound == [7]
    assert asked == [{"iface": "lo", "filter": "tcp", "promisc": False}]

"""Where a replay may go: loopback; anything else only where it was named, the captured server only when asked twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from analyzer.issues import ReplayError

_PORTS = {"http": 80, "https": 443}
_SCHEMES = {"ws": "http", "wss": "https"}


@dataclass(frozen=True, slots=True)
class Target:
    """Scheme (``http`` or ``https``), host (IPv6 without brackets), port, and a path where the URL has one."""

    scheme: str
    host: str
    port: int
    path: str | None = None

    @property
    def base(self) -> str:
        """Scheme, host and port as a URL without path."""
        return f"{self.scheme}://{self.where}"

    @property
    def where(self) -> str:
        """``host:port``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Leave:
    """What the user allows: hosts or addresses by name, and the captured server."""

    hosts: Collection[str] = ()
    captured_origin: bool = False


def target_of(url: str) -> Target:
    """The target that a URL names. ReplayError where it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise ReplayError(f"{url}: is no URL ({error}); write --target like http://localhost:3000") from error
    scheme = _SCHEMES.get(parts.scheme, parts.scheme)
    if scheme not in _PORTS or not host:
        raise ReplayError(f"{url}: is no URL of a server; write --target like http://localhost:3000")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ReplayError(
            "--target: give scheme, host, port and path only; credentials go to --header, a query to --query"
        )
    path = parts.path if parts.path not in ("", "/") else None
    return Target(scheme, host, port if port is not None else _PORTS[scheme], path)


def check(target: Target, addresses: Sequence[str], origins: Collection[str], leave: Leave) -> None:
    """Whether the target, which resolved to ``addresses``, may be replayed against. ReplayError where it may not."""
    if not addresses:
        raise ReplayError(f"{target.host}: cannot be resolved; check the name")
    if all(is_loopback(address) for address in addresses):
        return
    allowed = {host.lower().strip("[]") for host in leave.hosts}
    if target.host.lower() not in allowed and not set(addresses) <= allowed:
        raise ReplayError(
            f"{target.where} is not this machine ({', '.join(addresses[:3])}): a replay acts on the server it is "
            f"given; if that is a test server, add --allow-host {target.host}"
        )
    if is_origin(target, addresses, origins) and not leave.captured_origin:
        raise ReplayError(
            f"{target.where} is the server that was captured, perhaps the one in production: "
            "name a test server, or add --yes-captured-origin if it is one"
        )


def is_origin(target: Target, addresses: Sequence[str], origins: Collection[str]) -> bool:
    """Whether the target is a captured server, by its name or by where it is."""
    places = {_endpoint(address, target.port) for address in addresses}
    return bool({target.host.lower(), target.where.lower(), *places} & set(origins))


def is_loopback(address: str) -> bool:
    """Whether an address is of this machine."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

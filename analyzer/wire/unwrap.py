"""scapy takes off what this package has no code for: tunnels and odd link types. Imported with the first such packet.

scapy is used to find the innermost IP datagram, nothing more: its bytes then go the way of all others.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, Final

_LAYERS: Final = (
    "layers.inet", "layers.inet6", "layers.l2", "layers.vxlan", "layers.ppp", "layers.dot11", "contrib.mpls",
    "contrib.geneve", "contrib.erspan", "contrib.gtp", "contrib.etherip", "contrib.chdlc", "layers.ppi",
)  # fmt: skip
"""Modules that tell scapy about the layers; one that this version of scapy lacks is done without."""
_DEPTH: Final = 64
"""Layers looked at in one packet."""
RAW_IP: Final = 101


@contextmanager
def _quiet() -> Iterator[None]:
    """scapy logs about packets it dislikes, and its imports warn; neither belongs on our stderr."""
    logger = logging.getLogger("scapy")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    children = [logging.getLogger(f"scapy.{name}") for name in ("runtime", "loading", "interactive")]
    before = [(child, child.disabled) for child in children]
    for child in children:
        child.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        for child, disabled in before:
            child.disabled = disabled


@cache
def _scapy() -> tuple[Callable[[int], Any], frozenset[Any]]:
    """How to find the class of a link type, and the classes of IP packets."""
    for module in _LAYERS:
        try:
            import_module(f"scapy.{module}")
        except Exception:  # an old scapy has fewer layers; none of them is worth ending a capture
            continue
    numbers = import_module("scapy.config").conf.l2types.num2layer
    kinds = import_module("scapy.layers.inet").IP, import_module("scapy.layers.inet6").IPv6
    return numbers.get, frozenset(kinds)


def innermost(packet: bytes, link: int) -> bytes | None:
    """The innermost IP datagram in a packet of this link type, as captured; b"" where there is none.

    The datagram begins with its IP header and may be shorter than that header says, never longer than its layer.
    Whatever scapy raises on hostile bytes means None.
    """
    with _quiet():
        try:
            return _innermost(packet, link)
        except Exception:  # scapy's layers raise anything from struct.error to RecursionError on hostile bytes
            return None


def _innermost(packet: bytes, link: int) -> bytes:
    find, kinds = _scapy()
    first = find(link)
    if first is None:
        return b""
    found = b""
    layer = first(packet)
    for _ in range(_DEPTH):
        if type(layer) in kinds:
            found = layer.original
        layer = layer.payload
        if not layer:
            break
    return found

"""Link layers: where each keeps the network protocol, and which of them can hold TCP at all.

Numbers are LINKTYPE_ values (tcpdump.org/linktypes.html) as capture files store them; 12 and 14 are what systems
write that store their own DLT_RAW.
"""

from typing import Final, NamedTuple


class Shape(NamedTuple):
    """A link header of fixed length with an EtherType inside."""

    length: int
    ethertype: int


NULL: Final = 0
ETHERNET: Final = 1
LOOP: Final = 108
SLL: Final = 113
SLL2: Final = 276

RAW: Final = frozenset({12, 14, 101, 228, 229})
"""The packet begins with its IP header."""
FAMILY: Final = frozenset({NULL, LOOP})
"""BSD loopback: a 4 byte address family, in the byte order of the machine (NULL) or of the network (LOOP)."""
SHAPES: Final = {ETHERNET: Shape(14, 12), SLL: Shape(16, 14), SLL2: Shape(20, 0)}
"""Ethernet and Linux cooked captures (versions 1 and 2)."""
FAMILY_LENGTH: Final = 4

IPV4: Final = 0x0800
IPV6: Final = 0x86DD
TAGS: Final = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
"""EtherTypes of VLAN tags (802.1Q, 802.1ad and the older QinQ values); 4 bytes each, ending in the next EtherType."""
MAX_TAGS: Final = 4
FAMILIES: Final = {2: IPV4, 10: IPV6, 23: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}
"""Address families of AF_INET and AF_INET6 on Linux, Windows, NetBSD/OpenBSD, FreeBSD and macOS."""

TUNNEL_ETHERTYPES: Final = frozenset({0x6558, 0x8847, 0x8848, 0x8864, 0x88BE, 0x22EB, 0x88E7})
"""Transparent bridging, MPLS, PPPoE sessions, ERSPAN, provider backbone bridges: they may hold an IP packet."""
LLC_LIMIT: Final = 0x0600
"""An EtherType field below this is a length: LLC follows, SNAP with an IP packet perhaps."""

SCAPY: Final = {
    9: "PPP",
    50: "PPP_HDLC",
    51: "PPP_ETHER",
    104: "C_HDLC",
    105: "IEEE802_11",
    119: "IEEE802_11_PRISM",
} | {
    127: "IEEE802_11_RADIOTAP",
    192: "PPI",
    204: "PPP_WITH_DIR",
    274: "ETHERNET_MPACKET",
}
"""Link types scapy dissects that can hold IP."""

NAMES: Final = {
    ETHERNET: "ETHERNET", NULL: "NULL", LOOP: "LOOP", SLL: "LINUX_SLL", SLL2: "LINUX_SLL2", 12: "RAW", 14: "RAW", 101:
    "RAW", 228: "IPV4", 229: "IPV6", 6: "IEEE802_5", 7: "ARCNET", 8: "SLIP", 10: "FDDI", 100: "ATM_RFC1483", 107:
    "FRELAY", 117: "PFLOG", 123: "SUNATM", 163: "IEEE802_11_AVS", 187: "BLUETOOTH_HCI_H4", 189: "USB_LINUX", 195:
    "IEEE802_15_4", 201: "BLUETOOTH_HCI_H4_WITH_PHDR", 220: "USB_LINUX_MMAPPED", 227: "CAN_SOCKETCAN", 230:
    "IEEE802_15_4_NOFCS", 239: "NFLOG", 240: "NETANALYZER", 247: "INFINIBAND", 249: "USBPCAP", 251: "BLUETOOTH_LE_LL",
    253: "NETLINK", 258: "PKTAP", 266: "USB_DARWIN", 272: "NORDIC_BLE", } | SCAPY  # fmt: skip
"""Names for people, of what is seen in practice."""


def usable(link: int) -> bool:
    """Whether TCP can be found in packets of this link type."""
    return link in SHAPES or link in RAW or link in FAMILY or link in SCAPY


def name(link: int) -> str:
    """The link type for people: ``ETHERNET``, ``USB_LINUX``, ``299``."""
    return NAMES.get(link, str(link))

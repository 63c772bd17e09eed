"""What link types can hold."""

import pytest

from analyzer.wire import links


@pytest.mark.parametrize("link", [0, 1, 9, 12, 14, 101, 105, 108, 113, 127, 228, 229, 276])
def test_link_types_of_networks_are_usable(link: int) -> None:
    """Those with fixed headers, and those scapy reads."""
    assert links.usable(link)


@pytest.mark.parametrize(("link", "name"), [(189, "USB_LINUX"), (187, "BLUETOOTH_HCI_H4"), (65000, "65000")])
def test_others_are_not_and_have_a_name_for_people(link: int, name: str) -> None:
    """A number where no name is known."""
    assert not links.usable(link)
    assert links.name(link) == name

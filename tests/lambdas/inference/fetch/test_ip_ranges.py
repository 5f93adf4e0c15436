"""Which IP addresses are public: first, last and neighbouring addresses of every special block."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from inference.fetch.ip_ranges import GLOBAL_IPV6, SPECIAL_IPV4, SPECIAL_IPV6, is_public


@pytest.mark.parametrize("block", SPECIAL_IPV4, ids=str)
def test_special_ipv4_block_is_not_public(block: object) -> None:
    first, last = block[0], block[-1]  # type: ignore[index]
    for address in (first, last):
        assert not is_public(address)
        assert not is_public(IPv6Address(f"::ffff:{address}"))
        assert not is_public(IPv6Address(f"64:ff9b::{address}"))


@pytest.mark.parametrize("block", SPECIAL_IPV6, ids=str)
def test_special_ipv6_block_is_not_public(block: object) -> None:
    assert not is_public(block[0])  # type: ignore[index]
    assert not is_public(block[-1])  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2a00:1450:4001:81b::200e",
        "64:ff9b::8.8.8.8",
        "::ffff:8.8.8.8",
    ],
)
def test_neighbours_of_special_blocks_are_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_ipv6_outside_global_space_is_not_public() -> None:
    step = 1 << 112
    outside = [IPv6Address(number) for number in range(0, 1 << 128, step) if IPv6Address(number) not in GLOBAL_IPV6]
    assert len(outside) == 65536 - 8192
    assert not any(map(is_public, outside))


def test_ipv6_address_with_zone_is_not_public() -> None:
    assert not is_public(IPv6Address("2606:2800::1%eth0"))
    assert is_public(IPv4Address("93.184.216.34"))

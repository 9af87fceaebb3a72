"""Addresses, and the ranges that nobody reaches over the Internet.

The same ranges as in ``queries/flows.kql``, so that rows and rules agree on what is inside.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from rules.model import Network

Address = IPv4Address | IPv6Address
PLATFORM = frozenset(
    {ip_address("168.63.129.16"), ip_address("fe80::1234:5678:9abc"), ip_address("169.254.169.254")}
)
"""Azure's own addresses on every host: probes, DHCP and names; instance metadata."""
PROBES = frozenset({ip_address("168.63.129.16"), ip_address("fe80::1234:5678:9abc")})
"""Where health probes come from (azure-docs, what-is-ip-address-168-63-129-16; load balancer
probes over IPv6)."""
INSIDE = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "0.0.0.0/8",
            "224.0.0.0/3",
            "fc00::/7",
            "fe80::/10",
            "ff00::/8",
            "::/127",
        ),
    )
)


@lru_cache(200_000)
def address_of(text: str) -> Address | None:
    """The address that a row gives; None where it gives none. IPv4 inside IPv6 is IPv4."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@lru_cache(200_000)
def is_inside(address: Address) -> bool:
    """True for a private, shared, link-local or multicast address, or one of Azure's platform."""
    return address in PLATFORM or contains(INSIDE, address)


def contains(networks: tuple[Network, ...], address: Address) -> bool:
    """True if an address is in one of the networks; those of the other version hold none."""
    return any(address.version == network.version and address in network for network in networks)

"""What a rule could be narrowed to, by what was seen through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from rules.addresses import Address, address_of, is_inside
from rules.model import Flow, Network, Peers, Ports, Rule

PORTS = 10  # ports that a proposal names at most
NETWORKS = 16  # prefixes that a proposal names at most
SUBNET = {4: 24, 6: 64}
"""Prefix lengths to which a proposal rounds inside addresses, since machines are replaced within a
subnet; public addresses stay as they are."""
_FACTOR = 4  # how many times what was seen a rule must allow to count as wider


@dataclass(slots=True)
class Seen:
    """What came through a rule; ``blank`` is whether some of it had no address or no port."""

    sources: set[str] = field(default_factory=set)
    destinations: set[str] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)
    blank: bool = False

    def add(self, flow: Flow) -> None:
        """Takes a flow in."""
        self.sources.add(flow.source.address)
        self.destinations.add(flow.destination.address)
        self.ports.add(flow.port)
        whole = flow.source.address and flow.destination.address
        self.blank = self.blank or not whole or flow.protocol not in ("TCP", "UDP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Narrower values for a rule: ports, and prefixes of the far side.

    Empty where what the rule has is not wider than what was seen.
    """

    ports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


def proposal(rule: Rule, seen: Seen) -> Proposal | None:
    """What an Allow rule of somebody's could be narrowed to; None where nothing would be.

    The near side stays: there ``*`` means the places that the group sits on. So do sources where
    some came from outside: who has come uninvited so far is nobody to invite.
    """
    if rule.default or rule.access != "Allow" or seen.blank:
        return None
    inbound = rule.direction == "Inbound"
    found = Proposal(
        ports=_ports(rule.destination_ports, seen.ports),
        sources=_peers(rule.sources, seen.sources) if inbound and _known(seen.sources) else (),
        destinations=() if inbound else _peers(rule.destinations, seen.destinations),
    )
    return found if found != Proposal() else None


def _known(sources: Iterable[str]) -> bool:
    """True if none of the addresses is a public one."""
    found = map(address_of, sources)
    return all(address is not None and is_inside(address) for address in found)


def _ports(allowed: Ports, seen: Iterable[int]) -> tuple[str, ...]:
    used = sorted(seen)
    number = sum(last - first + 1 for first, last in allowed)
    if not used or len(used) > PORTS or number < _FACTOR * len(used):
        return ()
    return tuple(map(str, used))


def _peers(allowed: Peers, seen: Iterable[str]) -> tuple[str, ...]:
    """Prefixes for what was seen; none for members of groups and of tags, which are narrow."""
    if allowed.application_groups or any(tag != "internet" for tag in allowed.tags):
        return ()
    addresses = [address for text in seen if (address := address_of(text)) is not None]
    found = _joined(_rounded(address, allowed) for address in addresses)
    size = sum(network.num_addresses for network in found)
    if not found or len(found) > NETWORKS or _size(allowed) < _FACTOR * size:
        return ()
    return tuple(map(str, found))


def _rounded(address: Address, allowed: Peers) -> Network:
    """The subnet of an address, never wider than the prefix by which the rule allows it."""
    length = SUBNET[address.version] if is_inside(address) else address.max_prefixlen
    holding = [
        network.prefixlen
        for network in allowed.networks
        if network.version == address.version and address in network
    ]
    return ip_network(f"{address}/{max(length, min(holding, default=0))}", strict=False)


def _joined(networks: Iterable[Network]) -> list[Network]:
    listed = set(networks)
    four = (network for network in listed if isinstance(network, IPv4Network))
    six = (network for network in listed if isinstance(network, IPv6Network))
    return [*collapse_addresses(four), *collapse_addresses(six)]


def _size(allowed: Peers) -> int:
    """Number of addresses that a side of a rule allows."""
    if allowed.anything or allowed.tags:
        return 1 << 32
    return sum(network.num_addresses for network in allowed.networks)

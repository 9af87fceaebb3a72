"""A second reading of Azure's rules, as plain as it can be: rule by rule, prefix by prefix.

It takes ARM's words as they are and shares nothing with ``rules/`` but the landscape's shape: what
nobody knows is a question, and every way to answer all of them is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import product
from typing import Any

Properties = Mapping[str, Any]
Member = Callable[[str, str], bool]
"""Whether an address (first) belongs to a tag or group (second, lower case)."""

DEFAULTS: Mapping[str, Sequence[Properties]] = {
    "Inbound": (
        {"sourceAddressPrefix": "VirtualNetwork", "destinationAddressPrefix": "VirtualNetwork"},
        {"sourceAddressPrefix": "AzureLoadBalancer", "destinationAddressPrefix": "*"},
    ),
    "Outbound": (
        {"sourceAddressPrefix": "VirtualNetwork", "destinationAddressPrefix": "VirtualNetwork"},
        {"sourceAddressPrefix": "*", "destinationAddressPrefix": "Internet"},
    ),
}


@dataclass(frozen=True)
class Spot:
    """What applies to a machine; None where there is no group. ``nic`` is ``"?"`` if unknown."""

    admin: Sequence[Properties] = ()
    subnet: Sequence[Properties] | None = None
    nic: Sequence[Properties] | str | None = None


@dataclass(frozen=True)
class Packet:
    """One packet, source port and all."""

    source: str
    destination: str
    port: int
    protocol: str
    source_port: int = 50000


def access(packet: Packet, spot: Spot, direction: str, member: Member, nic: bool) -> str:
    """``Allow``, ``Deny``, or ``Open`` where no group is asked; ``nic`` stands for an unknown."""
    for rule in sorted(spot.admin, key=lambda rule: int(rule["priority"])):
        if fits(rule, packet, direction, member):
            if rule["access"].lower() == "deny":
                return "Deny"
            if rule["access"].lower() == "alwaysallow":
                return "Allow"
            break
    groups = [spot.subnet, spot.nic] if direction == "Inbound" else [spot.nic, spot.subnet]
    asked = [group for group in groups if group is not None]
    for group in asked:
        allowed = nic if isinstance(group, str) else allows(group, packet, direction, member)
        if not allowed:
            return "Deny"
    return "Allow" if asked else "Open"


def allows(group: Sequence[Properties], packet: Packet, direction: str, member: Member) -> bool:
    """Whether a group lets a packet through, Azure's six default rules being its last."""
    for rule in sorted(group, key=lambda rule: int(rule["priority"])):
        if fits(rule, packet, direction, member):
            return bool(rule["access"].lower() == "allow")
    return any(
        fits({**rule, "direction": direction}, packet, direction, member)
        for rule in DEFAULTS[direction]
    )


def fits(rule: Properties, packet: Packet, direction: str, member: Member) -> bool:
    """Whether a packet is one that a rule names."""
    protocol = rule.get("protocol", "*").lower()
    return (
        rule["direction"].lower() == direction.lower()
        and protocol in ("*", "any", packet.protocol.lower())
        and _port(rule, "source", packet.source_port)
        and _port(rule, "destination", packet.port)
        and _peer(rule, "source", packet.source, member)
        and _peer(rule, "destination", packet.destination, member)
    )


def _port(rule: Properties, side: str, port: int) -> bool:
    given = list(rule.get(f"{side}PortRanges") or ())
    given += [rule[f"{side}PortRange"]] if rule.get(f"{side}PortRange") else []
    if not given:
        return True
    for text in given:
        low, _, high = text.partition("-")
        if text.lower() in ("*", "any") or int(low) <= port <= int(high or low):
            return True
    return False


def _peer(rule: Properties, side: str, address: str, member: Member) -> bool:
    given = list(rule.get(f"{side}AddressPrefixes") or ())
    given += [rule[f"{side}AddressPrefix"]] if rule.get(f"{side}AddressPrefix") else []
    items = rule.get(f"{side}s") or ()
    given += [item["addressPrefix"] for item in items]
    groups = [group["id"] for group in rule.get(f"{side}ApplicationSecurityGroups") or ()]
    if not given and not groups:
        return True
    return any(_holds(text, address, member) for text in given + groups)


def _holds(text: str, address: str, member: Member) -> bool:
    if text.lower() in ("*", "any"):
        return True
    network = _network(text)
    if network is None:
        return member(address, text.lower())
    return _address(address) in network


@cache
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


_address = cache(ip_address)


def worlds(names: Sequence[tuple[str, str]]) -> Iterator[dict[tuple[str, str], bool]]:
    """Every way to answer questions."""
    for answers in product((False, True), repeat=len(names)):
        yield dict(zip(names, answers, strict=True))

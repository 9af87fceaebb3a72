"""Service tags: which addresses a tag stands for, as far as that can be told.

Sources: azure-docs, service-tags-overview (what VirtualNetwork, Internet and AzureLoadBalancer
stand for); Azure/azure-rest-api-specs, ServiceTags_List.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.addresses import PLATFORM, PROBES, Address, contains, is_inside
from rules.model import Network
from rules.place import Surroundings
from rules.prefixes import Prefixes
from rules.table import Answer

VIRTUAL_NETWORK, INTERNET, LOAD_BALANCER = "virtualnetwork", "internet", "azureloadbalancer"
KNOWN = frozenset({VIRTUAL_NETWORK, INTERNET, LOAD_BALANCER})
"""Tags that networks and rows decide, without a list."""
_OVER_GATEWAY = ("s2s", "p2s")
"""FlowType of what comes from, or goes to, the other side of a gateway."""
_PLATFORM = ("azureplatformdns", "azureplatformimds", "azureplatformlkm")
"""Tags that the list of service tags does not have, of addresses that every host knows."""


@dataclass(frozen=True, slots=True)
class ServiceTags:
    """The ranges of service tags by name, lower case; none where the list was not read."""

    ranges: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    _asked: dict[str, Prefixes[str]] = field(default_factory=dict, compare=False)

    def holds(
        self,
        tag: str,
        address: Address,
        surroundings: Surroundings,
        flow_type: str = "",
        told: frozenset[str] = frozenset(),
    ) -> Answer:
        """Whether an address belongs to a tag (lower case), seen from a subnet.

        ``flow_type`` and ``told``, the tags of the address, are the row's.
        """
        if tag == LOAD_BALANCER:
            return address in PROBES
        if tag == VIRTUAL_NETWORK:
            return in_virtual_network(address, surroundings, flow_type)
        if tag == INTERNET:
            return _in_internet(address, surroundings, flow_type)
        return self._of_service(tag, address, told)

    def _of_service(self, tag: str, address: Address, told: frozenset[str]) -> Answer:
        if tag in told or any(one.startswith(f"{tag}.") for one in told):
            return True
        if tag in self.ranges:
            return self._prefixes(tag).hold(address)
        if address in PLATFORM or tag in _PLATFORM:
            return f"which addresses the service tag {tag} stands for is not told"
        if is_inside(address):
            return False
        if self.ranges:
            return f"Azure's list of service tags does not have {tag}"
        return f"the ranges of the service tag {tag} are not known: the list could not be read"

    def _prefixes(self, tag: str) -> Prefixes[str]:
        """The ranges of a tag, of which some have ten thousand."""
        if tag not in self._asked:
            self._asked[tag] = Prefixes((network, tag) for network in self.ranges[tag])
        return self._asked[tag]


def in_virtual_network(address: Address, surroundings: Surroundings, flow_type: str) -> Answer:
    """Whether an address belongs to VirtualNetwork, seen from a subnet."""
    if address in PROBES or contains(surroundings.spaces, address):
        return True
    routed = [network for network in surroundings.routes if contains((network,), address)]
    if any(network.prefixlen for network in routed):
        return True
    if flow_type.casefold() in _OVER_GATEWAY:
        return True
    if routed:
        return f"the route table has {routed[0]}, which makes any address VirtualNetwork's, or none"
    if is_inside(address) and surroundings.gateway:
        return f"{address} may be on the other side of a gateway, whose ranges are not known"
    return False


def _in_internet(address: Address, surroundings: Surroundings, flow_type: str) -> Answer:
    if is_inside(address):
        return False
    inside = in_virtual_network(address, surroundings, flow_type)
    return inside if isinstance(inside, str) else not inside

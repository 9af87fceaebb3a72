"""Small readings of ARM bodies of networks, as spelled in Microsoft.Network 2024-05-01."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from estate.arm_id import key, name_of
from rules.from_arm import Body, network_of
from rules.model import Network

_GATEWAY = "gatewaysubnet"
OF_AZURE = (
    _GATEWAY,
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "azurebastionsubnet",
    "routeserversubnet",
)
"""Subnets whose machines are Azure's own, with interfaces that carry no group of anybody; security
admin rules leave them out (azure-docs, concept-security-admins, nonapplication at subnet level)."""
_POLICED = ("enabled", "networksecuritygroupenabled")
"""privateEndpointNetworkPolicies under which groups apply to private endpoints (azure-docs,
disable-private-endpoint-network-policy)."""


def properties(body: Body) -> Body:
    """The properties of a body; empty where it has none."""
    properties: Body = body.get("properties") or {}
    return properties


def listed(body: Body, name: str) -> Sequence[Any]:
    """A list among the properties of a body."""
    return properties(body).get(name) or ()


def reference(body: Body, name: str) -> str:
    """The key of the resource that a member refers to; blank where it refers to none."""
    return key((properties(body).get(name) or {}).get("id") or "")


def group_of(body: Body) -> str:
    """The key of the security group on a subnet, interface or configuration; blank for none."""
    return reference(body, "networkSecurityGroup")


def network_of_subnet(subnet: str) -> str:
    """The id of the network of a subnet."""
    return subnet.rsplit("/", 2)[0]


def configurations(scale_set: Body) -> Sequence[Body]:
    """Interface configurations of a scale set's instances."""
    profile = properties(scale_set).get("virtualMachineProfile") or {}
    listed: Sequence[Body] = (profile.get("networkProfile") or {}).get(
        "networkInterfaceConfigurations"
    ) or ()
    return listed


def application_groups(configuration: Body) -> frozenset[str]:
    """Keys of the application security groups of an interface configuration."""
    return frozenset(
        key(group["id"])
        for one in listed(configuration, "ipConfigurations")
        for group in properties(one).get("applicationSecurityGroups") or ()
    )


def spaces(network: Body) -> Iterator[Network]:
    """The address space of a network."""
    space = properties(network).get("addressSpace") or {}
    yield from networks(space.get("addressPrefixes") or ())


def networks(prefixes: Iterable[str]) -> Iterator[Network]:
    """Prefixes that can be read."""
    found = (network_of(prefix) for prefix in prefixes)
    yield from (network for network in found if network is not None)


def prefixes_of(subnet: Body) -> Iterator[Network]:
    """The prefixes of a subnet."""
    one = properties(subnet).get("addressPrefix")
    yield from networks((*([one] if one else []), *listed(subnet, "addressPrefixes")))


def peerings(network: Body) -> Iterator[Body]:
    """Peerings over which the tag VirtualNetwork reaches (azure-docs, peering settings)."""
    for peering in listed(network, "virtualNetworkPeerings"):
        told = properties(peering)
        connected = str(told.get("peeringState") or "Connected").casefold() == "connected"
        if connected and told.get("allowVirtualNetworkAccess") is not False:
            yield peering


def uses_gateway(peering: Body) -> bool:
    """True if the network uses the gateway on the other side of a peering."""
    return bool(properties(peering).get("useRemoteGateways"))


def has_gateway(network: Body) -> bool:
    """True if a network has a subnet for a gateway."""
    return any(subnet_name(subnet) == _GATEWAY for subnet in listed(network, "subnets"))


def subnet_name(subnet: Body) -> str:
    """The name of a subnet, in lower case."""
    return name_of(key(subnet["id"]))


def routes(table: Body) -> Iterator[Network]:
    """The prefixes of a route table."""
    yield from networks(
        str(properties(route).get("addressPrefix") or "") for route in listed(table, "routes")
    )


def without_interfaces(subnet: Body) -> bool:
    """True if what is in a subnet is Azure's own, with no interface of anybody."""
    return is_of_azure(subnet) or bool(listed(subnet, "delegations"))


def is_of_azure(subnet: Body) -> bool:
    """True if a subnet is a gateway's, firewall's, Bastion's or route server's, by its name."""
    return subnet_name(subnet) in OF_AZURE


def is_endpoint(interface: Body) -> bool:
    """True if an interface is that of a private endpoint."""
    return bool(properties(interface).get("privateEndpoint"))


def policed(subnet: Body) -> bool:
    """True if groups apply to the private endpoints of a subnet."""
    given = properties(subnet).get("privateEndpointNetworkPolicies")
    return str(given or "Disabled").casefold() in _POLICED

"""Kinds of ARM resources that decide about traffic, and the properties of them that do.

Names are those of Microsoft.Network in Azure/azure-rest-api-specs (2024-05-01). A kind is the type
below the provider's namespace: ``virtualNetworks/subnets``.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUP = "networkSecurityGroups"
RULE = "networkSecurityGroups/securityRules"
NETWORK = "virtualNetworks"
SUBNET = "virtualNetworks/subnets"
PEERING = "virtualNetworks/virtualNetworkPeerings"
INTERFACE = "networkInterfaces"
IP_CONFIGURATION = "networkInterfaces/ipConfigurations"
MEMBERS = "applicationSecurityGroups"
ROUTES = "routeTables"
ROUTE = "routeTables/routes"
MANAGER = "networkManagers"
ADMIN = "networkManagers/securityAdminConfigurations"
ADMIN_COLLECTION = f"{ADMIN}/ruleCollections"
ADMIN_RULE = f"{ADMIN_COLLECTION}/rules"
NETWORK_GROUP = "networkManagers/networkGroups"
PUBLIC_IP = "publicIPAddresses"
NAT_GATEWAY = "natGateways"
RESOURCE_GROUP = "resourceGroups"

ITEMS: Mapping[str, str] = {
    "securityRules": RULE,
    "subnets": SUBNET,
    "virtualNetworkPeerings": PEERING,
    "routes": ROUTE,
    "ipConfigurations": IP_CONFIGURATION,
}
"""Property that holds a list of sub-resources, to their kind; the items have names."""

KEPT_WHEN_UNSET = frozenset({"securityRules", "subnets", "virtualNetworkPeerings", "routes"})
"""Lists that azure-native reads and sends again where a program leaves them out.

pulumi-azure-native, provider/pkg/provider/crud/crud.go (``MaintainSubResourcePropertiesIfNotSet``):
an update keeps what is in Azure, a create has an empty list; a list that is given is sent.
"""

REFERENCES: Mapping[str, str] = {
    "networkSecurityGroup": GROUP,
    "routeTable": ROUTES,
    "natGateway": NAT_GATEWAY,
    "subnet": SUBNET,
    "publicIPAddress": PUBLIC_IP,
    "remoteVirtualNetwork": NETWORK,
    "applicationSecurityGroups": MEMBERS,
    "sourceApplicationSecurityGroups": MEMBERS,
    "destinationApplicationSecurityGroups": MEMBERS,
}
"""Property whose value is ``{id}``, or a list of them, to the kind that it names."""

_RULE_ENDS = tuple(
    f"{end}{what}"
    for end in ("source", "destination")
    for what in (
        "PortRange",
        "PortRanges",
        "AddressPrefix",
        "AddressPrefixes",
        "ApplicationSecurityGroups",
    )
)

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    GROUP: ("securityRules",),
    RULE: ("description", "protocol", *_RULE_ENDS, "access", "priority", "direction"),
    NETWORK: ("addressSpace", "subnets", "virtualNetworkPeerings"),
    SUBNET: (
        "addressPrefix",
        "addressPrefixes",
        "networkSecurityGroup",
        "routeTable",
        "natGateway",
        "delegations",
        "defaultOutboundAccess",
        "privateEndpointNetworkPolicies",
    ),
    PEERING: (
        "remoteVirtualNetwork",
        "allowVirtualNetworkAccess",
        "allowForwardedTraffic",
        "allowGatewayTransit",
        "useRemoteGateways",
        "peerCompleteVnets",
        "localSubnetNames",
        "remoteSubnetNames",
    ),
    INTERFACE: ("networkSecurityGroup", "ipConfigurations", "enableIPForwarding"),
    IP_CONFIGURATION: (
        "subnet",
        "applicationSecurityGroups",
        "privateIPAddress",
        "publicIPAddress",
        "primary",
    ),
    MEMBERS: (),
    ROUTES: ("routes", "disableBgpRoutePropagation"),
    ROUTE: ("addressPrefix", "nextHopType", "nextHopIpAddress"),
    ADMIN_RULE: (
        "description",
        "protocol",
        "sources",
        "destinations",
        "sourcePortRanges",
        "destinationPortRanges",
        "access",
        "priority",
        "direction",
    ),
    ADMIN_COLLECTION: ("appliesToGroups",),
    ADMIN: (),
}
"""Kind to the properties that an edit may set; kinds beside these are only referred to."""

WHOLE = frozenset({RULE, ROUTE, PEERING, ADMIN_RULE})
"""Kinds that mean nothing with a value missing: one unknown value makes all of it unclear."""

WORDS: Mapping[str, str] = {
    GROUP: "network security group",
    RULE: "security rule",
    NETWORK: "virtual network",
    SUBNET: "subnet",
    PEERING: "peering",
    INTERFACE: "network interface",
    IP_CONFIGURATION: "IP configuration",
    MEMBERS: "application security group",
    ROUTES: "route table",
    ROUTE: "route",
    ADMIN: "security admin configuration",
    ADMIN_COLLECTION: "collection of security admin rules",
    ADMIN_RULE: "security admin rule",
}


def decides(arm_type: str) -> bool:
    """Whether a resource of an ARM type (``Microsoft.Network/virtualNetworks@2024-05-01``) does."""
    provider, _, kind = arm_type.partition("@")[0].casefold().partition("/")
    return provider == "microsoft.network" and _SPELLED.get(kind) in PROPERTIES


def kind_of(resource_id: str) -> str:
    """The kind of an ARM id, spelled as here where it is known; empty for what is no such id."""
    parts = resource_id.strip("/").split("/")
    folded = [part.casefold() for part in parts]
    if "microsoft.network" not in folded:
        return RESOURCE_GROUP if len(parts) == 4 and folded[2] == "resourcegroups" else ""
    kind = "/".join(parts[folded.index("microsoft.network") + 1 :: 2])
    return _SPELLED.get(kind.casefold(), kind)


_SPELLED = {
    kind.casefold(): kind
    for kind in (*PROPERTIES, MANAGER, NETWORK_GROUP, PUBLIC_IP, NAT_GATEWAY, RESOURCE_GROUP)
}


def compose(subscription: str, group: str, kind: str, names: tuple[str, ...]) -> str:
    """The ARM id of a resource of Microsoft.Network, or of a resource group."""
    home = f"/subscriptions/{subscription}/resourceGroups/{group}"
    if kind == RESOURCE_GROUP:
        return home
    tail = (f"{part}/{name}" for part, name in zip(kind.split("/"), names, strict=True))
    return "/".join((f"{home}/providers/Microsoft.Network", *tail))


def depth(resource_id: str) -> int:
    """How many resources an id is nested in: 0 for a security group, 1 for its rule."""
    return kind_of(resource_id).count("/")

"""Azure Resource Manager ids, which compare without regard to letter case."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flowlog_guard.resource_types import Kind

_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourcegroups/(?P<group>[^/]+)"
    r"/providers/(?P<type>[^/]+/[^/]+)/(?P<name>[^/]+)(?:/subnets/(?P<subnet>[^/]+))?"
)

_KINDS = {
    "microsoft.network/networksecuritygroups": Kind.NETWORK_SECURITY_GROUP,
    "microsoft.network/virtualnetworks": Kind.VIRTUAL_NETWORK,
    "microsoft.network/networkinterfaces": Kind.NETWORK_INTERFACE,
    "microsoft.storage/storageaccounts": Kind.STORAGE_ACCOUNT,
    "microsoft.operationalinsights/workspaces": Kind.WORKSPACE,
}

_TYPES = {
    Kind.NETWORK_SECURITY_GROUP: "Microsoft.Network/networkSecurityGroups",
    Kind.VIRTUAL_NETWORK: "Microsoft.Network/virtualNetworks",
}


@dataclass(frozen=True, slots=True)
class ArmId:
    """The parts of an id, in lower case."""

    kind: Kind
    subscription: str
    group: str
    name: str
    """Of a subnet, the virtual network's name, a slash and the subnet's."""

    @property
    def network(self) -> ArmId:
        """The virtual network of a subnet."""
        name = self.name.partition("/")[0]
        return ArmId(Kind.VIRTUAL_NETWORK, self.subscription, self.group, name)


def parse(text: object) -> ArmId | None:
    """The parts of an id of a kind that the rules know, None for anything else."""
    match = _ID.fullmatch(text.casefold()) if isinstance(text, str) else None
    kind = _KINDS.get(match["type"]) if match else None
    if match is None or kind is None:
        return None
    if match["subnet"] is None:
        return ArmId(kind, match["subscription"], match["group"], match["name"])
    if kind is not Kind.VIRTUAL_NETWORK:
        return None
    name = f"{match['name']}/{match['subnet']}"
    return ArmId(Kind.SUBNET, match["subscription"], match["group"], name)


def compose(kind: Kind, subscription: str, group: str, name: str) -> str:
    """The id of a network security group or virtual network."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{_TYPES[kind]}/{name}"


def is_kind(text: object, kind: Kind) -> bool:
    """True if a value is the id of a resource of this kind."""
    parsed = parse(text)
    return parsed is not None and parsed.kind is kind

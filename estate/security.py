"""What security rules decide by, as ARM bodies: groups, networks, interfaces, scale sets, routes.

From Resource Graph, whole or not at all, as discovery is (``estate.resource_graph``). Effective
security admin rules and service tags are asked of ARM, as far as the identity may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from azure.core.exceptions import AzureError

from estate.arm_id import key
from estate.cloud import Cloud
from estate.resource_graph import ResourceGraph
from estate.response import one_line
from estate.response_shape import ARM_ID, RESOURCE_ID, Needed, Shape
from estate.side_by_side import SideBySide, each

VERSION = "2024-05-01"
ADMIN_RULES = "listNetworkManagerEffectiveSecurityAdminRules"
_REFERENCE: Shape = {"id": str}
_PROPERTIES_ONLY: Shape = {"id": Needed(str), "name": str, "properties": {}}
_CONFIGURATION: Shape = {
    "properties": {
        "privateIPAddress": str,
        "subnet": _REFERENCE,
        "applicationSecurityGroups": [{"id": Needed(str)}],
    }
}
_SHAPES: Mapping[str, Shape] = {
    "networkSecurityGroups": {"securityRules": [_PROPERTIES_ONLY]},
    "virtualNetworks": {
        "addressSpace": {"addressPrefixes": [str]},
        "subnets": [
            {
                "id": Needed(RESOURCE_ID),
                "name": Needed(str),
                "properties": {
                    "addressPrefix": str,
                    "addressPrefixes": [str],
                    "networkSecurityGroup": _REFERENCE,
                    "routeTable": _REFERENCE,
                    "delegations": [{}],
                    "privateEndpointNetworkPolicies": str,
                },
            }
        ],
        "virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": _REFERENCE}}],
    },
    "networkInterfaces": {
        "networkSecurityGroup": _REFERENCE,
        "privateEndpoint": _REFERENCE,
        "ipConfigurations": [_CONFIGURATION],
    },
    "routeTables": {"routes": [{"properties": {"addressPrefix": str}}]},
    "virtualMachineScaleSets": {
        "virtualMachineProfile": {
            "networkProfile": {
                "networkInterfaceConfigurations": [
                    {
                        "properties": {
                            "networkSecurityGroup": _REFERENCE,
                            "ipConfigurations": [_CONFIGURATION],
                        }
                    }
                ]
            }
        }
    },
}
_NAMES = {
    "networkSecurityGroups": "network security groups",
    "virtualNetworks": "virtual networks",
    "networkInterfaces": "network interfaces",
    "routeTables": "route tables",
    "virtualMachineScaleSets": "scale sets",
}
_EFFECTIVE_RULE: Shape = {"id": Needed(ARM_ID), "properties": Needed({})}
_EFFECTIVE: Shape = {"value": Needed([_EFFECTIVE_RULE]), "skipToken": str}
_TAGS: Shape = {
    "values": Needed([{"name": Needed(str), "properties": Needed({"addressPrefixes": [str]})}])
}
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdminRules:
    """Effective security admin rules by the key of their network; ``unread`` is why some lack."""

    by_network: Mapping[str, tuple[Body, ...]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def security_bodies(graph: ResourceGraph) -> dict[str, Body]:
    """ARM bodies by key of all that security rules decide by. Raises EstateError."""
    with SideBySide() as reading:
        begun = [reading.start(partial(_bodies, graph, kind)) for kind in _SHAPES]
    return {key(body["id"]): body for done in begun for body in done.result()}


def _bodies(graph: ResourceGraph, kind: str) -> list[Body]:
    namespace = "microsoft.compute" if kind == "virtualMachineScaleSets" else "microsoft.network"
    return list(graph.bodies(_NAMES[kind], f"{namespace}/{kind.casefold()}", _SHAPES[kind]))


def admin_rules(cloud: Cloud, networks: Sequence[str]) -> AdminRules:
    """The security admin rules that network managers apply to networks (ids).

    An answer that Azure refuses is told, not raised: Reader lacks the action.
    """
    found = each(lambda network: _effective(cloud, network), networks)
    pairs = list(zip(map(key, networks), found, strict=True))
    return AdminRules(
        {network: rules for network, rules in pairs if isinstance(rules, tuple)},
        {network: why for network, why in pairs if isinstance(why, str)},
    )


def _effective(cloud: Cloud, network: str) -> tuple[Body, ...] | str:
    rules: list[Body] = []
    token = ""
    try:
        while True:
            body = {"skipToken": token} if token else {}
            answer = cloud.post(f"{network}/{ADMIN_RULES}", VERSION, body, _EFFECTIVE)
            rules += answer["value"]
            following = answer.get("skipToken") or ""
            if not following or following == token:
                return tuple(rules)
            token = following
    except AzureError as error:
        return one_line(error)


def service_tags(
    cloud: Cloud, subscription: str, location: str
) -> tuple[dict[str, tuple[str, ...]], str]:
    """Prefixes of service tags by name in lower case, and why there are none.

    The list is of the whole cloud, whichever region is asked (Azure/azure-rest-api-specs,
    ServiceTags_List). A refusal is told, not raised.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}"
    try:
        answer = cloud.get(f"{path}/serviceTags", VERSION, _TAGS)
    except AzureError as error:
        return {}, one_line(error)
    return {
        value["name"].casefold(): tuple(value["properties"].get("addressPrefixes") or ())
        for value in answer["values"]
    }, ""

"""Steps of Pulumi and Terraform in common terms, as what they plan for ARM resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.changes import kinds
from rules.changes.azurerm import LINKS, RESOURCES, Link, Resource, reference
from rules.changes.model import Planned, Properties, Unknown
from rules.changes.put import put

Action = Literal["create", "update", "replace", "delete", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a tool does to one resource; values are the tool's, with ``Unknown`` in them."""

    origin: str
    type: str
    """``azurerm_subnet`` for the bridged providers, ``Subnet`` for azure-native."""
    action: Action
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    before_id: str = ""
    after_id: str = ""
    subscription: str = ""


def bridged(step: Step) -> Iterator[Planned]:
    """What a step of azurerm or classic Pulumi plans; the type is in RESOURCES or LINKS."""
    if step.type in LINKS:
        yield from _link(step, LINKS[step.type])
        return
    resource = RESOURCES[step.type]
    if step.action in ("delete", "replace"):
        old = _identified(step, resource, step.before, step.before_id)
        yield Planned(**old, writes=True)
    if step.action == "delete":
        return
    known = _identified(step, resource, step.after, step.after_id)
    if step.action == "none" or resource.kind not in kinds.PROPERTIES:
        yield Planned(**known)
        return
    before = resource.properties(step.before) if step.before else {}
    after = resource.properties(step.after)
    new = step.action != "update"
    properties = _filled(resource.kind, after) if new else differing(before, after)
    yield Planned(**known, properties=properties, before=before, writes=True, new=new)


def _identified(
    step: Step, resource: Resource, values: Mapping[str, Any], known: str
) -> dict[str, Any]:
    return {
        "origin": step.origin,
        "kind": resource.kind,
        "id": known,
        "subscription": step.subscription,
        "group": values.get("resource_group_name", ""),
        "parent": (values.get(resource.parent) or "") if resource.parent else None,
        "names": tuple(values.get(name) for name in resource.names),
    }


def _filled(kind: str, properties: Properties) -> Properties:
    """Properties of a new resource: a list that it does not declare is empty."""
    lists = [name for name in kinds.PROPERTIES[kind] if name in kinds.KEPT_WHEN_UNSET]
    return {**{name: [] for name in lists}, **properties}


def differing(before: Properties, after: Properties) -> Properties:
    """What an update sets: properties that are not as they were."""
    return {
        name: value
        for name, value in after.items()
        if name not in before or before[name] != value or isinstance(value, Unknown)
    }


def _link(step: Step, link: Link) -> Iterator[Planned]:
    """An attachment that goes, and one that comes; neither makes or deletes the resource."""
    common: dict[str, Any] = {"origin": step.origin, "kind": link.kind, "link": True}
    member = link.property == "applicationSecurityGroups"
    if step.action in ("delete", "replace", "update") and step.before:
        gone: dict[str, Any] = (
            {"properties": {}, "leaves": (step.before.get(link.source),)}
            if member
            else {"properties": {link.property: None}}
        )
        yield Planned(**common, id=step.before.get(link.target), writes=True, **gone)
    if step.action in ("create", "replace", "update"):
        source = step.after.get(link.source)
        come: dict[str, Any] = (
            {"properties": {}, "joins": (source,)}
            if member
            else {"properties": {link.property: reference(source)}}
        )
        yield Planned(**common, id=step.after.get(link.target), writes=True, **come)


NATIVE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ResourceGroup": (kinds.RESOURCE_GROUP, ("resourceGroupName",)),
    "NetworkSecurityGroup": (kinds.GROUP, ("networkSecurityGroupName",)),
    "SecurityRule": (kinds.RULE, ("networkSecurityGroupName", "securityRuleName")),
    "VirtualNetwork": (kinds.NETWORK, ("virtualNetworkName",)),
    "Subnet": (kinds.SUBNET, ("virtualNetworkName", "subnetName")),
    "VirtualNetworkPeering": (kinds.PEERING, ("virtualNetworkName", "virtualNetworkPeeringName")),
    "NetworkInterface": (kinds.INTERFACE, ("networkInterfaceName",)),
    "ApplicationSecurityGroup": (kinds.MEMBERS, ("applicationSecurityGroupName",)),
    "RouteTable": (kinds.ROUTES, ("routeTableName",)),
    "Route": (kinds.ROUTE, ("routeTableName", "routeName")),
    "PublicIPAddress": (kinds.PUBLIC_IP, ("publicIpAddressName",)),
    "NatGateway": (kinds.NAT_GATEWAY, ("natGatewayName",)),
    "NetworkManager": (kinds.MANAGER, ("networkManagerName",)),
    "NetworkGroup": (kinds.NETWORK_GROUP, ("networkManagerName", "networkGroupName")),
    "SecurityAdminConfiguration": (kinds.ADMIN, ("networkManagerName", "configurationName")),
    "AdminRuleCollection": (
        kinds.ADMIN_COLLECTION,
        ("networkManagerName", "configurationName", "ruleCollectionName"),
    ),
    "AdminRule": (
        kinds.ADMIN_RULE,
        ("networkManagerName", "configurationName", "ruleCollectionName", "ruleName"),
    ),
}
"""azure-native's type to its kind and the inputs that make up its id (the SDK's path parameters).

Every API version has the same names (pulumi_azure_native 3.29, ``network``).
"""


def native(step: Step) -> Iterator[Planned]:
    """What a step of azure-native plans; the type is in NATIVE."""
    kind, _ = NATIVE[step.type]
    if step.action in ("delete", "replace"):
        yield Planned(**_placed(step, step.before, step.before_id), writes=True)
    if step.action == "delete":
        return
    known = _placed(step, step.after, step.after_id)
    if step.action == "none" or kind not in kinds.PROPERTIES:
        yield Planned(**known)
        return
    new = step.action != "update"
    properties = put(kind, step.after, new=new)
    before = put(kind, step.before, new=False)
    yield Planned(**known, properties=properties, before=before, writes=True, new=new)


def _placed(step: Step, values: Mapping[str, Any], known: str) -> dict[str, Any]:
    kind, names = NATIVE[step.type]
    return {
        "origin": step.origin,
        "kind": kind,
        "id": known,
        "subscription": step.subscription,
        "group": values.get("resourceGroupName", ""),
        "names": tuple(values.get(name) for name in names),
    }


def snake(name: str) -> str:
    """``networkSecurityGroupId`` as ``network_security_group_id``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1]}", name).lower()

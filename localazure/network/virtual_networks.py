"""Virtual networks with their subnets.

Recorded: azure-mgmt-network-17.1.0 test_network (create, subnets, PATCH, delete). That a network in
use cannot be deleted is quoted in public issues (errors/network.py). Address checks are not
modelled.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from localazure.errors.network import (
    InUseSubnetCannotBeDeleted,
    InvalidAddressPrefixFormat,
    InvalidResourceReference,
)
from localazure.network.effective_admin_rules import ACTION, list_effective
from localazure.network.network_type import NetworkType, new_guid, remove_flow_logs
from localazure.network.peerings import (
    COLLECTION,
    PEERINGS,
    build_peering,
    check_peering,
    disconnect,
)
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key
from localazure.state.store import Resource, Store
from localazure.state.subresources import (
    NETWORKS,
    SUBNETS,
    complete_part,
    part_of,
    reference,
    subnets,
)
from localazure.types.body_shape import check_parts, check_shape

_SHAPE = {"addressSpace": {"addressPrefixes": list}}
_SUBNET_SHAPE = {
    "addressPrefix": str,
    "addressPrefixes": list,
    "networkSecurityGroup": {"id": str},
    "routeTable": {"id": str},
}
_FIXED = {"provisioningState", "resourceGuid", "subnets", "flowLogs", COLLECTION}
_SUBNET_BACK_REFERENCES = ("ipConfigurations", "flowLogs")


class VirtualNetworks(NetworkType):
    """Microsoft.Network/virtualNetworks."""

    type = NETWORKS

    def options_of(self, request: Request) -> Collection[str]:
        return {"$top"} if request.method == "POST" else super().options_of(request)

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        properties = request.content().get("properties") or {}
        check_shape(properties, _SHAPE, "properties")
        check_parts(properties.get("subnets"), "properties.subnets")
        for subnet in properties.get("subnets") or []:
            check_subnet(subnet.get("properties") or {})
        check_parts(properties.get(COLLECTION), f"properties.{COLLECTION}")
        for peering in properties.get(COLLECTION) or []:
            check_peering(request, peering.get("properties") or {}, f"properties.{COLLECTION}")
        wanted = {subnet["name"].casefold() for subnet in properties.get("subnets") or []}
        for subnet in [] if before is None else subnets(before):
            if subnet["name"].casefold() not in wanted:
                check_unused(subnet)

    def post(self, request: Request) -> Response:
        if key(request.id.types[-1]) != key(ACTION):
            return super().post(request)
        network = request.id.parent or request.id
        return list_effective(request, self.existing(replace(request, id=network)))

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        content = request.content().get("properties") or {}
        state = resource["properties"]["provisioningState"]
        properties = {
            "resourceGuid": new_guid(before),
            "addressSpace": {"addressPrefixes": []},
            "enableDdosProtection": False,
            "enableVmProtection": False,
            **{name: value for name, value in content.items() if name not in _FIXED},
        }
        properties["subnets"] = [
            build_subnet(request, resource, before, subnet["name"], subnet, state)
            for subnet in content.get("subnets") or []
        ]
        properties[COLLECTION] = _peerings(request, before, resource, content.get(COLLECTION))
        if before is not None and "flowLogs" in before["properties"]:
            properties["flowLogs"] = before["properties"]["flowLogs"]
        return properties

    def check_removable(self, request: Request, resource: Resource) -> None:
        for subnet in subnets(resource):
            check_unused(subnet)

    def remove(self, store: Store, resource: Resource) -> None:
        for subnet in subnets(resource):
            remove_flow_logs(store, subnet)
        for peering in resource["properties"].get(COLLECTION, []):
            disconnect(store, resource, peering)
        super().remove(store, resource)

    def settled(self, store: Store, resource: Resource) -> None:
        for part in (*subnets(resource), *resource["properties"][COLLECTION]):
            part["etag"] = resource["etag"]
            part["properties"]["provisioningState"] = "Succeeded"

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        properties = resource["properties"]
        properties.setdefault("resourceGuid", new_guid(None))
        for subnet in properties.setdefault("subnets", []):
            complete_part(resource, "subnets", subnet, SUBNETS)
        for peering in properties.get(COLLECTION) or []:
            complete_part(resource, COLLECTION, peering, PEERINGS)


def _peerings(
    request: Request, before: Resource | None, network: Resource, asked: list[Any] | None
) -> list[Resource]:
    """The peerings that were asked for; those that are there, where nothing was said of them."""
    store = request.azure.store
    present = [] if before is None else before["properties"].get(COLLECTION) or []
    if asked is None:
        return [*present]
    wanted = {key(each["name"]) for each in asked}
    for peering in present:
        if key(peering["name"]) not in wanted:
            disconnect(store, network, peering)
    return [
        build_peering(store, network, before, each["name"], each["properties"]) for each in asked
    ]


def check_subnet(properties: dict[str, Any]) -> None:
    """Raises what Azure says to properties of a subnet that are none."""
    check_shape(properties, _SUBNET_SHAPE, "properties")
    for prefix in [properties.get("addressPrefix"), *(properties.get("addressPrefixes") or [])]:
        try:
            ipaddress.ip_network(prefix or "10.0.0.0/24", strict=False)
        except ValueError:
            raise InvalidAddressPrefixFormat(str(prefix)) from None


def build_subnet(
    request: Request,
    network: Resource,
    before: Resource | None,
    name: str,
    content: Any,
    state: str,
) -> Resource:
    """A subnet from what was asked; what sits in it and its flow logs stay."""
    given = content.get("properties") or {}
    properties = {each: given[each] for each in given if each not in _SUBNET_BACK_REFERENCES}
    group = reference(properties.get("networkSecurityGroup"))
    id_ = f"{network['id']}/subnets/{name}"
    table = reference(properties.get("routeTable"))
    for used in (group, table):
        if used is not None:
            check_same_region(request, used, network, id_)
    present = None if before is None else part_of(before, "subnets", name)
    kept = {} if present is None else present["properties"]
    properties |= {each: kept[each] for each in _SUBNET_BACK_REFERENCES if each in kept}
    return {
        "name": name,
        "id": id_,
        "etag": network["etag"],
        "properties": {
            "delegations": [],
            "privateEndpointNetworkPolicies": "Enabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
            **properties,
            "provisioningState": state,
        },
        "type": SUBNETS,
    }


def check_same_region(request: Request, id_: str, user: Resource, by: str) -> None:
    """Raises unless the resource is there and in the region of the one that refers to it."""
    resource = request.azure.store.find(id_)
    if resource is None or resource["location"] != user["location"]:
        raise InvalidResourceReference(id_, by)


def check_unused(subnet: Resource) -> None:
    """Raises if something sits in the subnet."""
    for user in subnet["properties"].get("ipConfigurations", []):
        raise InUseSubnetCannotBeDeleted(subnet["name"], user["id"])

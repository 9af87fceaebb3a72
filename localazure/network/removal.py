"""Removing whole groups: in an order that leaves every back reference in step."""

from __future__ import annotations

from localazure.network.network_type import remove_flow_logs
from localazure.network.peerings import COLLECTION, disconnect
from localazure.state.arm_id import key, parse_resource
from localazure.state.links import links_of, relink
from localazure.state.store import Resource, Store
from localazure.state.subresources import subnets


def remove_all(store: Store, group: str) -> None:
    """Removes a group, all that is in it, and the flow logs on what is in it."""
    for resource in store.inside(group):
        relink(store, list(links_of(resource)), [])
        for peering in resource.get("properties", {}).get(COLLECTION) or []:
            disconnect(store, resource, peering)
        for part in (resource, *subnets_of(resource)):
            remove_flow_logs(store, part)
    store.remove(group)


def kept_by_others(store: Store, group: str) -> str | None:
    """Id of a resource in the group that something outside of it uses; none if all can go."""
    inside = key(group) + "/"
    for resource in store.inside(group):
        for user in _users(resource):
            if not key(user).startswith(inside):
                return str(resource["id"])
    return None


def subnets_of(resource: Resource) -> list[Resource]:
    """The subnets of a virtual network, of anything else none."""
    parsed = parse_resource(resource["id"])
    return list(subnets(resource)) if key(parsed.type).endswith("/virtualnetworks") else []


def _users(resource: Resource) -> list[str]:
    own = subnets_of(resource)
    names = ("networkInterfaces",) if own else ("subnets", "networkInterfaces")
    properties = resource.get("properties", {})
    users = [each["id"] for name in names for each in properties.get(name, [])]
    for subnet in own:
        users += [each["id"] for each in subnet["properties"].get("ipConfigurations", [])]
    return users

"""Back references, which ARM keeps in step with what they point from.

    network security group   properties.subnets, .networkInterfaces, .flowLogs
    route table              properties.subnets
    virtual network          properties.flowLogs (subnets and network interfaces have it too)
    subnet                   properties.ipConfigurations

Recorded: cloud-custodian NetworkSecurityGroupFlowLogsFilterTest (flowLogs),
azure-libraries-for-java testNetworkSecurityGroups (networkInterfaces, subnets); specification:
subnets of route tables. Azure Policy reads
`virtualNetworks/flowLogs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from localazure.state.arm_id import key, parse_resource, same
from localazure.state.store import Resource, Store
from localazure.state.subresources import NETWORKS, SUBNETS, find_anything, reference, subnets

INTERFACES = "Microsoft.Network/networkInterfaces"
FLOW_LOGS = "Microsoft.Network/networkWatchers/flowLogs"

Link = tuple[str, str, str]
"""Id of the resource that holds the back reference, the property, and the id it refers to."""


def links_of(resource: Resource) -> Iterator[Link]:
    """The back references that this resource causes in others."""
    type_ = key(parse_resource(resource["id"]).type)
    if type_ == key(NETWORKS):
        yield from _network(resource)
    elif type_ == key(INTERFACES):
        yield from _interface(resource)
    elif type_ == key(FLOW_LOGS):
        yield resource["properties"]["targetResourceId"], "flowLogs", resource["id"]


def relink(store: Store, before: list[Link], after: list[Link]) -> None:
    """Takes away the back references of `before` that are gone, and adds the new ones."""
    kept = {_identity(link) for link in after}
    for holder, name, id_ in before:
        if _identity((holder, name, id_)) not in kept:
            _unlink(store, holder, name, id_)
    for holder, name, id_ in after:
        _link(store, holder, name, id_)


def _network(network: Resource) -> Iterator[Link]:
    for subnet in subnets(network):
        group = reference(subnet["properties"].get("networkSecurityGroup"))
        if group is not None:
            yield group, "subnets", subnet["id"]
        table = reference(subnet["properties"].get("routeTable"))
        if table is not None:
            yield table, "subnets", subnet["id"]


def _interface(interface: Resource) -> Iterator[Link]:
    properties = interface["properties"]
    group = reference(properties.get("networkSecurityGroup"))
    if group is not None:
        yield group, "networkInterfaces", interface["id"]
    for configuration in properties.get("ipConfigurations", []):
        subnet = reference(configuration["properties"].get("subnet"))
        if subnet is not None:
            yield subnet, "ipConfigurations", configuration["id"]


def _identity(link: Link) -> tuple[str, str, str]:
    return key(link[0]), link[1], key(link[2])


def _link(store: Store, holder_id: str, name: str, id_: str) -> None:
    holder = find_anything(store, holder_id)
    if holder is None:
        return
    present = holder["properties"].get(name, [])
    if not any(same(each["id"], id_) for each in present):
        _changing(store, holder_id)
        holder["properties"][name] = [*present, {"id": id_}]


def _unlink(store: Store, holder_id: str, name: str, id_: str) -> None:
    holder = find_anything(store, holder_id)
    if holder is None or name not in holder["properties"]:
        return
    _changing(store, holder_id)
    left = [each for each in holder["properties"][name] if not same(each["id"], id_)]
    if left:
        holder["properties"][name] = left
    else:
        del holder["properties"][name]


def _changing(store: Store, holder_id: str) -> None:
    """A subnet changes with the network that it is in."""
    holder = parse_resource(holder_id)
    store.changing(holder.parent if key(holder.type) == key(SUBNETS) and holder.parent else holder)

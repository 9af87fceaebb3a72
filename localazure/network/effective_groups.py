"""Diagnostics that tell which rules an interface's traffic passes; both end at `Location`.

`networkInterfaces/<name>/effectiveNetworkSecurityGroups`: specification and its example (API
2024-05-01); 400 where no machine has the interface is recorded (errors/network.py). Whether the
machine runs is not modelled: it does. Tags other than `VirtualNetwork` are not expanded.

`networkWatchers/<name>/securityGroupView`: recorded in azure-mgmt-network-17.1.0
test_network_watcher (202, an interface without groups is left out), azure-libraries-for-java
testNetworkWatcherFunctions (2019-06-01), azure-libraries-for-net ManageNetworkWatcherTest. The
machine comes with the estate. How rules of two groups at one interface are shown is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NicMustBeAttachedToRunningVm
from localazure.network.effective_rules import Attached, attached, expanded, shown
from localazure.network.network_type import operation_url
from localazure.network.security_rules import default_rules
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import same
from localazure.state.links import INTERFACES
from localazure.state.store import Resource, Store
from localazure.state.subresources import find_anything, reference
from localazure.types.body_shape import check_shape

_ASSOCIATIONS = {"subnet": "subnetAssociation", "networkInterface": "networkInterfaceAssociation"}
_NOBODYS = "/subscriptions//resourceGroups//providers/Microsoft.Network/networkSecurityGroups/"
"""The group without names that recorded answers give default rules."""
_ANYTHING = {
    "properties": {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "access": "Deny",
        "priority": 65500,
    }
}


def effective_groups(request: Request, interface: Resource) -> Response:
    """The security groups of an interface, each with its rules."""
    if reference(interface["properties"].get("virtualMachine")) is None:
        raise NicMustBeAttachedToRunningVm(interface["id"])
    store = request.azure.store

    def result() -> Response:
        groups = [_effective(store, interface, each) for each in attached(store, interface)]
        return Response(200, {"value": groups})

    return begun(request, str(interface["location"]), result)


def group_view(request: Request) -> Response:
    """The rules of a virtual machine's interfaces."""
    check_shape(request.content(), {"targetResourceId": str})
    store, machine = request.azure.store, machine_of(request)
    watcher = store.find(str(request.id.parent)) or {}

    def result() -> Response:
        views = [_view(store, each) for each in interfaces_of(store, machine)]
        return Response(200, {"networkInterfaces": [each for each in views if each is not None]})

    return begun(request, str(watcher["location"]), result)


def machine_of(request: Request) -> Resource:
    """The machine that a diagnostic is asked about. Raises ResourceNotFound."""
    target = str(request.content().get("targetResourceId"))
    machine = find_anything(request.azure.store, target)
    if machine is None:
        names = target.split("/")
        group = names[4] if len(names) > 4 else ""
        raise ResourceNotFound(target.partition("/providers/")[2], group)
    return machine


def interfaces_of(store: Store, machine: Resource) -> list[Resource]:
    """The interfaces of a machine that are there."""
    found = map(store.find, _interfaces(store, machine))
    return [each for each in found if each is not None]


def begun(request: Request, location: str, result: Callable[[], Response]) -> Response:
    """202 with the one URL that has the answer in the end (recorded)."""
    operation = request.azure.operations.start([], lambda: None, result)
    url = operation_url(request, location, "operationResults", operation)
    headers = {"Location": url, "Retry-After": request.azure.operations.retry_after()}
    return Response(202, None, headers)


def _effective(store: Store, interface: Resource, place: Attached) -> dict[str, Any]:
    kind, id_, group = place
    properties = group["properties"]
    rules = [
        expanded(store, interface, shown(store, rule, f"{collection}/{rule['name']}"))
        for collection in ("securityRules", "defaultSecurityRules")
        for rule in properties[collection]
    ]
    return {
        "networkSecurityGroup": {"id": group["id"]},
        "association": {kind: {"id": id_}},
        "effectiveSecurityRules": rules,
    }


def _interfaces(store: Store, machine: Resource) -> Iterator[str]:
    """Ids of a machine's interfaces: those that it names, and those that name it."""
    profile = machine.get("properties", {}).get("networkProfile", {})
    named = [str(each["id"]) for each in profile.get("networkInterfaces", [])]
    yield from named
    for interface in store.of_type(INTERFACES, ""):
        owner = reference(interface["properties"].get("virtualMachine"))
        known = any(same(interface["id"], each) for each in named)
        if owner is not None and same(owner, machine["id"]) and not known:
            yield interface["id"]


def _view(store: Store, interface: Resource) -> dict[str, Any] | None:
    places = list(attached(store, interface))
    if not places:
        return None
    associations: dict[str, Any] = {
        _ASSOCIATIONS[kind]: {"id": id_, "securityRules": group["properties"]["securityRules"]}
        for kind, id_, group in places
    }
    associations["defaultSecurityRules"] = [
        {name: value for name, value in rule.items() if name != "etag"}
        for rule in default_rules({"id": _NOBODYS, "etag": ""}, "Succeeded")
    ]
    associations["effectiveSecurityRules"] = [
        rule
        for direction in ("Outbound", "Inbound")
        for rule in _in_direction(store, places, direction)
    ]
    return {"id": interface["id"], "securityRuleAssociations": associations}


def _in_direction(store: Store, places: list[Attached], direction: str) -> Iterator[dict[str, Any]]:
    """A rule that denies everything, Azure's own of each group, and those of users (recorded)."""
    denial = shown(store, _ANYTHING, f"Default{direction}DenyAll") | {"direction": direction}
    for end in ("source", "destination"):
        denial |= {f"{end}AddressPrefix": "*", f"{end}AddressPrefixes": ["*"]}
    yield denial
    for collection, start in (("defaultSecurityRules", "Default"), ("securityRules", "User")):
        for _, _, group in places:
            for rule in group["properties"][collection]:
                if str(rule["properties"].get("direction")).casefold() == direction.casefold():
                    yield shown(store, rule, f"{start}Rule_{rule['name']}")

"""Network security groups and where they sit, from Azure Resource Graph.

One query per resource type over all subscriptions, pages of 1,000 rows ordered by id. No
``mv-expand``: it keeps 128 rows by default, so large networks would lose subnets (Resource Graph
documentation, "Supported KQL language elements"). A truncated answer stops the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estate.arm_id import GATEWAY_SUBNET, key, parent_of, segment
from estate.body import common
from estate.cloud import Cloud
from estate.errors import EstateError
from estate.model import NetworkInterface, NetworkSecurityGroup, Resource, Subnet, VirtualNetwork
from estate.paging import Pages
from estate.quota import Quota
from estate.response_shape import RESOURCE, RESOURCE_ID, Needed, Shape

PATH = "/providers/Microsoft.ResourceGraph/resources"
API_VERSION = "2021-03-01"
PAGE = 1000  # rows; Resource Graph's maximum
SUBSCRIPTIONS_PER_QUERY = 1000  # Resource Graph's maximum (ARG quick reference)

SECURITY_GROUPS = """resources
| where type =~ 'microsoft.network/networksecuritygroups'
| project id, name, location, tags, subnets = properties.subnets,
    networkInterfaces = properties.networkInterfaces
| order by id asc"""

NETWORKS = """resources
| where type =~ 'microsoft.network/virtualnetworks'
| project id, name, location, tags, subnets = properties.subnets
| order by id asc"""

INTERFACES = """resources
| where type =~ 'microsoft.network/networkinterfaces'
    and isnotempty(properties.networkSecurityGroup.id)
| project id, name, location, tags, securityGroup = properties.networkSecurityGroup.id,
    ipConfigurations = properties.ipConfigurations
| order by id asc"""

SCALE_SETS = """resources
| where type =~ 'microsoft.compute/virtualmachinescalesets'
| project id, name, location, tags,
    networkProfile = properties.virtualMachineProfile.networkProfile
| order by id asc"""

BODIES = """resources
| where type =~ 'TYPE'
| project id, name, location, properties
| order by id asc"""

_REFERENCE: Shape = {"id": Needed(RESOURCE_ID)}
_CONFIGURATIONS: Shape = [{"properties": {"subnet": {"id": str}}}]
_SUBNET: Shape = {
    "id": Needed(RESOURCE_ID),
    "name": Needed(str),
    "properties": {
        "networkSecurityGroup": {"id": str},
        "delegations": [{"properties": {"serviceName": str}}],
        "ipConfigurations": [{"id": str}],
    },
}
_INTERFACE_OF_SCALE_SET: Shape = {
    "properties": {"networkSecurityGroup": {"id": str}, "ipConfigurations": _CONFIGURATIONS}
}
_SECURITY_GROUP: Shape = {**RESOURCE, "subnets": [_REFERENCE], "networkInterfaces": [_REFERENCE]}
_NETWORK: Shape = {**RESOURCE, "subnets": [_SUBNET]}
_INTERFACE: Shape = {
    **RESOURCE,
    "securityGroup": Needed(RESOURCE_ID),
    "ipConfigurations": _CONFIGURATIONS,
}
_SCALE_SET: Shape = {
    **RESOURCE,
    "networkProfile": {"networkInterfaceConfigurations": [_INTERFACE_OF_SCALE_SET]},
}

Row = Mapping[str, Any]
Progress = Callable[[str], None]


class ResourceGraph:
    """Resource Graph over a list of subscriptions."""

    def __init__(self, cloud: Cloud, subscriptions: Sequence[str], progress: Progress) -> None:
        """Takes subscription ids; ``progress`` gets a line per page after the first.

        Threads may ask for several kinds of rows at once, as far as the quota goes.
        """
        self._cloud = cloud
        self._quota = Quota()
        self._subscriptions = subscriptions
        self._progress = progress

    def security_groups(self) -> tuple[NetworkSecurityGroup, ...]:
        """Every network security group; raises EstateError for a truncated answer."""
        rows = self._rows("network security groups", SECURITY_GROUPS, _SECURITY_GROUP)
        return tuple(map(_security_group, rows))

    def networks(self) -> tuple[VirtualNetwork, ...]:
        """Every virtual network with its subnets."""
        return tuple(map(_network, self._rows("virtual networks", NETWORKS, _NETWORK)))

    def interfaces(self) -> tuple[NetworkInterface, ...]:
        """Every network interface that a group sits on."""
        return tuple(map(_interface, self._rows("network interfaces", INTERFACES, _INTERFACE)))

    def scale_sets(self) -> tuple[NetworkInterface, ...]:
        """Interface configurations of scale sets that a group sits on."""
        rows = self._rows("scale sets", SCALE_SETS, _SCALE_SET)
        return tuple(found for row in rows for found in _scale_set(row))

    def bodies(self, what: str, type_: str, properties: Shape) -> Iterator[Row]:
        """ARM bodies of a type (lower case), with properties of a shape; ``what`` names many."""
        query = BODIES.replace("TYPE", type_)
        return self._rows(what, query, {**RESOURCE, "properties": properties})

    def _rows(self, what: str, query: str, shape: Shape) -> Iterator[Row]:
        for start in range(0, len(self._subscriptions), SUBSCRIPTIONS_PER_QUERY):
            subscriptions = self._subscriptions[start : start + SUBSCRIPTIONS_PER_QUERY]
            yield from self._pages(what, query, shape, list(subscriptions))

    def _pages(
        self, what: str, query: str, shape: Shape, subscriptions: list[str]
    ) -> Iterator[Row]:
        token, read, pages, seen = None, 0, Pages(), set[str]()
        while True:
            with self._quota.one():
                answer = self._cloud.query(PATH, API_VERSION, _asked(query, subscriptions, token))
                self._quota.note(answer.headers)
            page = answer.read(_page(shape))
            rows: list[Row] = page["data"]
            read += len(rows)
            seen |= {key(row["id"]) for row in rows}
            token = page.get("$skipToken") or None
            pages.check(answer, rows, token)
            yield from rows
            total = page["totalRecords"]
            if token is None or read > total:
                break
            self._progress(f"{read} of {total} {what} read")
        whole = page.get("resultTruncated") in (None, "false")
        if not whole or (read, len(seen)) != (total, total):
            raise EstateError(
                f"Resource Graph gave {len(seen)} of {total} {what} and stopped; "
                "a part of the estate would be missing. Run again, or with fewer subscriptions"
            )


def _asked(query: str, subscriptions: list[str], token: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "$top": PAGE,
        "resultFormat": "objectArray",
        "allowPartialScopes": False,
    }
    if token:
        options["$skipToken"] = token
    return {"query": query, "subscriptions": subscriptions, "options": options}


def _page(row: Shape) -> Shape:
    return {
        "data": Needed([row]),
        "totalRecords": Needed(int),
        "resultTruncated": str,
        "$skipToken": str,
    }


_BODIES: Mapping[str, Shape] = {
    "networksecuritygroups": {"subnets": [_REFERENCE], "networkInterfaces": [_REFERENCE]},
    "virtualnetworks": {"subnets": [_SUBNET]},
    "networkinterfaces": {
        "networkSecurityGroup": {"id": str},
        "ipConfigurations": _CONFIGURATIONS,
    },
    "virtualmachinescalesets": {
        "virtualMachineProfile": {"networkProfile": _SCALE_SET["networkProfile"]}
    },
}


def body_shape(kind: str) -> Shape:
    """The shape of ARM's own body of such a resource; the last part of its type, lower case."""
    return {**RESOURCE, "properties": _BODIES[kind]}


def as_rows_tell(kind: str, body: Mapping[str, Any]) -> tuple[Resource, ...]:
    """Rows made from ARM's own body, as Resource Graph would give them.

    A scale set names the interface configurations that a group sits on. An interface without a
    group, which no query asks for, has none.
    """
    properties = body.get("properties") or {}
    row = {**body, **properties}
    match kind:
        case "networksecuritygroups":
            return (_security_group(row),)
        case "virtualnetworks":
            return (_network(row),)
        case "networkinterfaces":
            group = (properties.get("networkSecurityGroup") or {}).get("id") or ""
            return (_interface({**row, "securityGroup": group}),)
        case _:
            return tuple(_scale_set({**row, **(properties.get("virtualMachineProfile") or {})}))


def _security_group(row: Row) -> NetworkSecurityGroup:
    return NetworkSecurityGroup(
        **common(row),
        subnet_ids=_ids(row.get("subnets")),
        network_interface_ids=_ids(row.get("networkInterfaces")),
    )


def _network(row: Row) -> VirtualNetwork:
    return VirtualNetwork(**common(row), subnets=tuple(map(_subnet, row.get("subnets") or ())))


def _subnet(subnet: Row) -> Subnet:
    properties = subnet.get("properties") or {}
    delegations = properties.get("delegations") or ()
    return Subnet(
        id=subnet["id"],
        name=subnet["name"],
        security_group_id=(properties.get("networkSecurityGroup") or {}).get("id"),
        delegations=tuple(
            (delegation.get("properties") or {}).get("serviceName", "")
            for delegation in delegations
        ),
        gateway_ids=tuple(_gateways(subnet["name"], properties)),
    )


def _gateways(name: str, properties: Row) -> Iterator[str]:
    """Virtual network gateways, whose configurations are in the subnet that Azure names so."""
    if key(name) == GATEWAY_SUBNET:
        for configuration in properties.get("ipConfigurations") or ():
            gateway = parent_of(configuration.get("id") or "")
            if segment(gateway, "virtualNetworkGateways"):
                yield gateway


def _interface(row: Row) -> NetworkInterface:
    return NetworkInterface(
        **common(row),
        security_group_id=row["securityGroup"],
        subnet_ids=_subnets_of(row.get("ipConfigurations")),
    )


def _scale_set(row: Row) -> Iterator[NetworkInterface]:
    profile = row.get("networkProfile") or {}
    for configuration in profile.get("networkInterfaceConfigurations") or ():
        properties = configuration.get("properties") or {}
        group = (properties.get("networkSecurityGroup") or {}).get("id")
        if group:
            yield NetworkInterface(
                **common(row),
                security_group_id=group,
                subnet_ids=_subnets_of(properties.get("ipConfigurations")),
                kind="scaleSet",
            )


def _subnets_of(configurations: Sequence[Row] | None) -> tuple[str, ...]:
    subnets = ((c.get("properties") or {}).get("subnet") or {} for c in configurations or ())
    return tuple(dict.fromkeys(subnet["id"] for subnet in subnets if subnet.get("id")))


def _ids(references: Sequence[Row] | None) -> tuple[str, ...]:
    return tuple(reference["id"] for reference in references or ())

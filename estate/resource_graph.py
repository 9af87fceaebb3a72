"""Network security groups and where they sit, from Azure Resource Graph.

One query per resource type over all subscriptions, pages of 1,000 rows ordered by id. No
``mv-expand``: it keeps 128 rows by default, so large networks would lose subnets (Resource Graph
documentation, "Supported KQL language elements"). A truncated answer stops the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions

from estate.body import common
from estate.cloud import Cloud
from estate.model import (
    EstateError,
    NetworkInterface,
    NetworkSecurityGroup,
    Subnet,
    VirtualNetwork,
)

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

Row = Mapping[str, Any]
Progress = Callable[[str], None]


class ResourceGraph:
    """Resource Graph over a list of subscriptions."""

    def __init__(self, cloud: Cloud, subscriptions: Sequence[str], progress: Progress) -> None:
        """Takes subscription ids; ``progress`` gets a line per page after the first."""
        self._client = ResourceGraphClient(**cloud.client_options)
        self._subscriptions = subscriptions
        self._progress = progress

    def security_groups(self) -> tuple[NetworkSecurityGroup, ...]:
        """Every network security group; raises EstateError for a truncated answer."""
        return tuple(map(_security_group, self._rows("network security groups", SECURITY_GROUPS)))

    def networks(self) -> tuple[VirtualNetwork, ...]:
        """Every virtual network with its subnets."""
        return tuple(map(_network, self._rows("virtual networks", NETWORKS)))

    def interfaces(self) -> tuple[NetworkInterface, ...]:
        """Network interfaces, and scale sets' interface configurations, that a group sits on."""
        interfaces = map(_interface, self._rows("network interfaces", INTERFACES))
        scale_sets = self._rows("scale sets", SCALE_SETS)
        return (*interfaces, *(found for row in scale_sets for found in _scale_set(row)))

    def _rows(self, what: str, query: str) -> Iterator[Row]:
        for start in range(0, len(self._subscriptions), SUBSCRIPTIONS_PER_QUERY):
            subscriptions = self._subscriptions[start : start + SUBSCRIPTIONS_PER_QUERY]
            yield from self._pages(what, query, list(subscriptions))

    def _pages(self, what: str, query: str, subscriptions: list[str]) -> Iterator[Row]:
        token, read = None, 0
        while True:
            options = QueryRequestOptions(
                top=PAGE, skip_token=token, result_format="objectArray", allow_partial_scopes=False
            )
            answer = self._client.resources(
                QueryRequest(query=query, subscriptions=subscriptions, options=options)
            )
            rows = cast(list[Row], answer.data)
            read += len(rows)
            yield from rows
            token = answer.skip_token
            if token is None:
                break
            self._progress(f"{read} of {answer.total_records} {what} read")
        if str(answer.result_truncated) == "true" or read != answer.total_records:
            raise EstateError(
                f"Resource Graph gave {read} of {answer.total_records} {what} and stopped; "
                "a part of the estate would be missing. Run again, or with fewer subscriptions"
            )


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
    )


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
    found = ((c.get("properties") or {}).get("subnet") or {} for c in configurations or ())
    return tuple(dict.fromkeys(subnet["id"] for subnet in found if subnet.get("id")))


def _ids(references: Sequence[Row] | None) -> tuple[str, ...]:
    return tuple(reference["id"] for reference in references or ())

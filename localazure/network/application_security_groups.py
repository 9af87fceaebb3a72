"""Application security groups, to which addresses of network interfaces belong.

Recorded: azure-libraries-for-java testNetworkSecurityGroups (create, rules that name one). A member
names its groups in `ipConfigurations`; the group itself says nothing of them (spec).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localazure.errors.network import (
    ApplicationSecurityGroupInUse,
    InvalidResourceReference,
)
from localazure.network.network_type import NetworkType
from localazure.server.request import Request
from localazure.state.arm_id import key, same
from localazure.state.links import INTERFACES
from localazure.state.store import Resource, Store
from localazure.state.subresources import references
from localazure.types.body_shape import check_reference

APPLICATION_GROUPS = "Microsoft.Network/applicationSecurityGroups"
MEMBERSHIPS = "applicationSecurityGroups"
"""Member of an ipConfiguration that lists its groups."""
IN_RULES = ("sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups")
_SECURITY_GROUPS = "Microsoft.Network/networkSecurityGroups"


class ApplicationSecurityGroups(NetworkType):
    """Microsoft.Network/applicationSecurityGroups."""

    type = APPLICATION_GROUPS

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        return {}

    def check_removable(self, request: Request, resource: Resource) -> None:
        store = request.azure.store
        members = [each["name"] for _, each in members_of(store, resource["id"])]
        if members:
            raise ApplicationSecurityGroupInUse(resource["name"], "IpConfiguration(s)", members)
        rules = list(_rules_with(store, resource["id"]))
        if rules:
            raise ApplicationSecurityGroupInUse(resource["name"], "SecurityRule(s)", rules)


def members_of(store: Store, group: str) -> Iterator[tuple[Resource, Resource]]:
    """Interfaces and their ipConfigurations that belong to a group."""
    for interface in store.of_type(INTERFACES, ""):
        for configuration in interface["properties"].get("ipConfigurations", []):
            listed = references(configuration["properties"].get(MEMBERSHIPS))
            if any(same(each, group) for each in listed):
                yield interface, configuration


def check_application_groups(
    request: Request, properties: dict[str, Any], names: tuple[str, ...], user: Resource, path: str
) -> None:
    """Raises unless every group that the members `names` list is there, in the user's region."""
    for name in names:
        for position, each in enumerate(properties.get(name) or []):
            id_ = each.get("id") if isinstance(each, dict) else None
            check_reference(id_, APPLICATION_GROUPS, f"{path}.{name}[{position}]")
            group = request.azure.store.find(str(id_))
            if group is None or group["location"] != user["location"]:
                raise InvalidResourceReference(str(id_), user["id"])


def _rules_with(store: Store, group: str) -> Iterator[str]:
    for holder in store.of_type(_SECURITY_GROUPS, ""):
        for rule in holder["properties"].get("securityRules", []):
            listed = [id_ for name in IN_RULES for id_ in references(rule["properties"].get(name))]
            if key(group) in map(key, listed):
                yield rule["name"]

"""Azure Virtual Network Manager, to be read: managers, network groups, security admin rules.

Everything comes with the estate, in ARM's shape (networkManager.json and its neighbours, API
2024-05-01). What a manager has deployed is no property of it in Azure: in an estate its entry has a
member `deployments`, a list as `listDeploymentStatus` answers it. Configurations of connectivity
and routing, groups filled by Azure Policy, and subnets as members are not modelled.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.network.network_type import new_guid
from localazure.server.api_versions import NETWORK, Versions
from localazure.server.request import Request
from localazure.state.store import Resource
from localazure.types.base import ResourceType

MANAGERS = "Microsoft.Network/networkManagers"
NETWORK_GROUPS = f"{MANAGERS}/networkGroups"
STATIC_MEMBERS = f"{NETWORK_GROUPS}/staticMembers"
CONFIGURATIONS = f"{MANAGERS}/securityAdminConfigurations"
COLLECTIONS = f"{CONFIGURATIONS}/ruleCollections"
ADMIN_RULES = f"{COLLECTIONS}/rules"
DEPLOYMENTS = "deployments"
_DEFAULTS: dict[str, dict[str, Any]] = {
    NETWORK_GROUPS: {"memberType": "VirtualNetwork"},
    CONFIGURATIONS: {"applyOnNetworkIntentPolicyBasedServices": []},
}


class ManagerType(ResourceType):
    """One of the types above; it can be read, listed below its parent, and nothing else."""

    versions: ClassVar[Versions] = NETWORK

    def __init__(self, type_: str) -> None:
        self.type = type_

    def view(self, resource: Resource, request: Request) -> Resource:
        return {name: value for name, value in resource.items() if name != DEPLOYMENTS}

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        properties = resource["properties"]
        properties.setdefault("provisioningState", "Succeeded")
        properties.setdefault("resourceGuid", new_guid(None))
        for name, value in _DEFAULTS.get(self.type, {}).items():
            properties.setdefault(name, value)
        if self.type == ADMIN_RULES:
            resource.setdefault("kind", "Custom")


MANAGER_TYPES = tuple(
    map(
        ManagerType,
        (MANAGERS, NETWORK_GROUPS, STATIC_MEMBERS, CONFIGURATIONS, COLLECTIONS, ADMIN_RULES),
    )
)

"""Network security groups.

Recorded: azure-mgmt-network-10.2.0 test_network_security_groups (create, list, delete),
azure-libraries-for-java testNetworkSecurityGroups (attach, PATCH), azure-libraries-for-net
NSG.CreateUpdate. That a group in use cannot be deleted is quoted in public code
(errors/network.py).
"""

from __future__ import annotations

from typing import Any

from localazure.errors.network import InUseNetworkSecurityGroupCannotBeDeleted
from localazure.network.network_type import NetworkType, new_guid
from localazure.network.security_rules import GROUPS, build_rule, check_rules, default_rules
from localazure.server.request import Request
from localazure.state.store import Resource, Store
from localazure.state.subresources import complete_part
from localazure.types.body_shape import check_parts

_BACK_REFERENCES = ("subnets", "networkInterfaces", "flowLogs")


class SecurityGroups(NetworkType):
    """Microsoft.Network/networkSecurityGroups."""

    type = GROUPS

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        properties = request.content().get("properties") or {}
        check_parts(properties.get("securityRules"), "properties.securityRules")
        group = {"id": str(request.id), "location": location}
        check_rules(request, group, properties.get("securityRules") or [])

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        content = request.content().get("properties") or {}
        state = resource["properties"]["provisioningState"]
        rules = content.get("securityRules") or []
        properties = {
            "resourceGuid": new_guid(before),
            "securityRules": [
                build_rule(resource, rule["name"], rule.get("properties") or {}, state)
                for rule in rules
            ],
            "defaultSecurityRules": default_rules(resource, state),
        }
        present = {} if before is None else before["properties"]
        return properties | {name: present[name] for name in _BACK_REFERENCES if name in present}

    def check_removable(self, request: Request, resource: Resource) -> None:
        properties = resource["properties"]
        users = [
            user["id"]
            for name in ("networkInterfaces", "subnets")
            for user in properties.get(name, [])
        ]
        if users:
            raise InUseNetworkSecurityGroupCannotBeDeleted(resource["id"], users)

    def settled(self, store: Store, resource: Resource) -> None:
        for name in ("securityRules", "defaultSecurityRules"):
            for rule in resource["properties"][name]:
                rule["etag"] = resource["etag"]
                rule["properties"]["provisioningState"] = "Succeeded"

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        properties = resource["properties"]
        properties.setdefault("resourceGuid", new_guid(None))
        properties.setdefault("securityRules", [])
        if "defaultSecurityRules" not in properties:
            properties["defaultSecurityRules"] = default_rules(resource, "Succeeded")
        for collection in ("securityRules", "defaultSecurityRules"):
            for rule in properties[collection]:
                complete_part(resource, collection, rule, f"{GROUPS}/{collection}")

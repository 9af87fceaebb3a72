"""Network security groups.

Recorded: azure-mgmt-network-10.2.0 test_network_security_groups (create, list, delete),
azure-libraries-for-java testNetworkSecurityGroups (attach, PATCH), azure-libraries-for-net
NSG.CreateUpdate. That a group in use cannot be deleted is quoted in public code
(errors/network.py).
"""

from __future__ import annotations

from typing import Any

from localazure.answer import Call
from localazure.errors.network import InUseNetworkSecurityGroupCannotBeDeleted
from localazure.parts import complete_part
from localazure.shape import check_parts
from localazure.store import Resource, Store
from localazure.types.network import NetworkType, new_guid
from localazure.types.security_rules import GROUPS, build_rule, default_rules

_BACK_REFERENCES = ("subnets", "networkInterfaces", "flowLogs")


class SecurityGroups(NetworkType):
    """Microsoft.Network/networkSecurityGroups."""

    type = GROUPS

    def check(self, call: Call, before: Resource | None, location: str) -> None:
        asked = call.content().get("properties") or {}
        check_parts(asked.get("securityRules"), "properties.securityRules")

    def properties(self, call: Call, before: Resource | None, resource: Resource) -> dict[str, Any]:
        asked = call.content().get("properties") or {}
        state = resource["properties"]["provisioningState"]
        rules = asked.get("securityRules") or []
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

    def check_removable(self, call: Call, resource: Resource) -> None:
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

"""Rules of network security groups: the ones given, and the six that Azure adds.

Recorded: azure-mgmt-network-10.2.0 test_network_security_groups. Of what Azure refuses of a rule,
its priority and the application security groups that it names are checked; prefixes, ports and
protocols are taken as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localazure.errors.network import SecurityRuleConflict, SecurityRuleInvalidPriority
from localazure.network.application_security_groups import IN_RULES, check_application_groups
from localazure.server.request import Request
from localazure.state.store import Resource
from localazure.types.body_shape import check_shape

GROUPS = "Microsoft.Network/networkSecurityGroups"
_MANY = (
    "sourcePortRanges",
    "destinationPortRanges",
    "sourceAddressPrefixes",
    "destinationAddressPrefixes",
)
_ANYTHING = {"protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*"}
_SHAPE = {
    "priority": int,
    "direction": str,
    "access": str,
    "protocol": str,
    **dict.fromkeys((*_MANY, *IN_RULES), list),
}
_PRIORITIES = range(100, 4097)
"""Microsoft's page on network security groups: "a number between 100 and 4096"."""

# Name, description, then source, destination, access, priority and direction.
_DEFAULTS: tuple[tuple[str, str, str, str, str, int, str], ...] = (
    (
        "AllowVnetInBound",
        "Allow inbound traffic from all VMs in VNET",
        *("VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Inbound"),
    ),
    (
        "AllowAzureLoadBalancerInBound",
        "Allow inbound traffic from azure load balancer",
        *("AzureLoadBalancer", "*", "Allow", 65001, "Inbound"),
    ),
    (
        "DenyAllInBound",
        "Deny all inbound traffic",
        *("*", "*", "Deny", 65500, "Inbound"),
    ),
    (
        "AllowVnetOutBound",
        "Allow outbound traffic from all VMs to all VMs in VNET",
        *("VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Outbound"),
    ),
    (
        "AllowInternetOutBound",
        "Allow outbound traffic from all VMs to Internet",
        *("*", "Internet", "Allow", 65001, "Outbound"),
    ),
    (
        "DenyAllOutBound",
        "Deny all outbound traffic",
        *("*", "*", "Deny", 65500, "Outbound"),
    ),
)


def build_rule(group: Resource, name: str, properties: dict[str, Any], state: str) -> Resource:
    """A rule of a group, with the empty lists that Azure returns."""
    return {
        "name": name,
        "id": f"{group['id']}/securityRules/{name}",
        "etag": group["etag"],
        "type": f"{GROUPS}/securityRules",
        "properties": {
            "provisioningState": state,
            **{key: value for key, value in properties.items() if key != "provisioningState"},
            **{many: properties.get(many, []) for many in _MANY},
        },
    }


def check_rules(
    request: Request, group: Resource, asked: list[Resource], present: Iterable[Resource] = ()
) -> None:
    """Raises what Azure refuses of rules that are asked for beside those that are there."""
    for rule in asked:
        properties = rule.get("properties") or {}
        path = f"securityRules[{rule['name']}].properties"
        check_shape(properties, _SHAPE, path)
        check_application_groups(request, properties, IN_RULES, group, path)
        priority = properties.get("priority")
        if priority is not None and priority not in _PRIORITIES:
            raise SecurityRuleInvalidPriority(priority)
    _check_places([*present, *asked])


def _check_places(rules: list[Resource]) -> None:
    taken: dict[tuple[int, str], str] = {}
    for rule in rules:
        properties = rule.get("properties") or {}
        if properties.get("priority") is None:
            continue
        place = properties["priority"], str(properties.get("direction")).casefold()
        if place in taken:
            raise SecurityRuleConflict(taken[place], rule["name"])
        taken[place] = rule["name"]


def default_rules(group: Resource, state: str) -> list[Resource]:
    """The rules of every group, which nobody can change."""
    rules = []
    for name, description, source, destination, access, priority, direction in _DEFAULTS:
        properties = _ANYTHING | {
            "description": description,
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
            "access": access,
            "priority": priority,
            "direction": direction,
        }
        rule = build_rule(group, name, properties, state)
        rule["id"] = f"{group['id']}/defaultSecurityRules/{name}"
        rule["type"] = f"{GROUPS}/defaultSecurityRules"
        rules.append(rule)
    return rules

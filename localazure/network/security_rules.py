"""Rules of network security groups: the ones given, and the six that Azure adds.

Recorded: azure-mgmt-network-10.2.0 test_network_security_groups.
"""

from __future__ import annotations

from typing import Any

from localazure.state.store import Resource

GROUPS = "Microsoft.Network/networkSecurityGroups"
_MANY = (
    "sourcePortRanges",
    "destinationPortRanges",
    "sourceAddressPrefixes",
    "destinationAddressPrefixes",
)
_ANYTHING = {"protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*"}
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

"""The same change of rules in every tool's words has the same effect on the same bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    MEMBERS,
    SSH,
    SUBSCRIPTION,
    azurerm_rule,
    bodies,
    change,
    flat,
    plain,
    plan,
    preview,
    rule,
    state,
    step,
)

NSG = "azure-native:network:NetworkSecurityGroup"
RULE = "azure-native:network/v20240501:SecurityRule"
CLASSIC_NSG = "azure:network/networkSecurityGroup:NetworkSecurityGroup"
CLASSIC_RULE = "azure:network/networkSecurityRule:NetworkSecurityRule"
NAMES = {"resourceGroupName": "rg-app", "networkSecurityGroupName": "nsg-web"}

Rules = Mapping[str, Mapping[str, Any]]
BEFORE: dict[str, Mapping[str, Any]] = {"allow-web": rule(), "allow-ssh": SSH}


def native_group(after: Rules) -> str:
    old, new = (
        state(NSG, "web", NAMES | {"securityRules": [flat(n, p) for n, p in rules.items()]}, GROUP)
        for rules in (BEFORE, after)
    )
    return preview(step("update", old, new))


def classic_group(after: Rules) -> str:
    old, new = (
        state(
            CLASSIC_NSG,
            "web",
            {
                "resourceGroupName": "rg-app",
                "name": "nsg-web",
                "securityRules": [flat(name, each) for name, each in rules.items()],
            },
            GROUP,
        )
        for rules in (BEFORE, after)
    )
    return preview(step("update", old, new))


def terraform_group(after: Rules) -> str:
    old, new = (
        {
            "id": GROUP,
            "name": "nsg-web",
            "resource_group_name": "rg-app",
            "security_rule": [azurerm_rule(name, each) for name, each in rules.items()],
        }
        for rules in (BEFORE, after)
    )
    return plan(change("azurerm_network_security_group.web", ["update"], old, new))


def arm_group(after: Rules) -> str:
    rules = [
        {
            "id": f"{GROUP}/securityRules/{name}",
            "name": name,
            "properties": {**each, "sourceAddressPrefixes": [], "provisioningState": "Succeeded"},
        }
        for name, each in after.items()
    ]
    return json.dumps({"id": GROUP, "name": "nsg-web", "properties": {"securityRules": rules}})


NARROW = {"sourceAddressPrefix": "10.1.0.0/16", "destinationPortRanges": ["443"]}
BY_MEMBERS = {name: value for name, value in rule().items() if name != "sourceAddressPrefix"} | {
    "sourceApplicationSecurityGroups": [{"id": MEMBERS}]
}
INLINE: dict[str, Rules] = {
    "another priority": {"allow-web": rule(priority=4000), "allow-ssh": SSH},
    "a rule narrowed": {"allow-web": rule(**NARROW), "allow-ssh": SSH},
    "a rule deleted": {"allow-web": rule()},
    "every rule deleted": {},
    "a rule added": {**BEFORE, "deny": rule(access="Deny", priority=4096, protocol="*")},
    "a rule renamed": {"web": rule(), "allow-ssh": SSH},
    "a source by members": {"allow-web": BY_MEMBERS, "allow-ssh": SSH},
}


@pytest.mark.parametrize("after", INLINE.values(), ids=INLINE.keys())
@pytest.mark.parametrize("tool", [native_group, classic_group, terraform_group, arm_group])
def test_rules_inside_the_group(tool: Any, after: Rules) -> None:
    if tool is classic_group and "sourceApplicationSecurityGroups" in after.get("allow-web", {}):
        members = {**BY_MEMBERS, "sourceApplicationSecurityGroupIds": [MEMBERS]}
        del members["sourceApplicationSecurityGroups"]
        document = tool({**after, "allow-web": members})
    else:
        document = tool(after)
    read = read_change(document)
    assert read.unclear == ()
    found = changed(bodies(), read.edits)[key(GROUP)]["properties"]["securityRules"]
    assert {item["name"]: plain(item["properties"]) for item in found} == plain(after)
    assert [item["id"] for item in found] == [f"{GROUP}/securityRules/{name}" for name in after]


def native_rule(op: str, before: Any, after: Any) -> str:
    where = NAMES | {"securityRuleName": "allow-web"}
    resource_id = f"{GROUP}/securityRules/allow-web"
    old = state(RULE, "allow-web", where | before, resource_id) if before else None
    new = state(RULE, "allow-web", where | after, resource_id if old else "") if after else None
    return preview(step(op, old, new))


def classic_rule(op: str, before: Any, after: Any) -> str:
    where = NAMES | {"name": "allow-web"}
    resource_id = f"{GROUP}/securityRules/allow-web"
    old = state(CLASSIC_RULE, "w", where | before, resource_id) if before else None
    new = state(CLASSIC_RULE, "w", where | after, resource_id if old else "") if after else None
    return preview(step(op, old, new))


def terraform_rule(op: str, before: Any, after: Any) -> str:
    names = {"network_security_group_name": "nsg-web", "resource_group_name": "rg-app"}
    resource_id = f"{GROUP}/securityRules/allow-web"
    old = azurerm_rule("allow-web", before) | names | {"id": resource_id} if before else None
    new = azurerm_rule("allow-web", after) | names if after else None
    if new and old:
        new["id"] = resource_id
    address = "azurerm_network_security_rule.web"
    return plan(change(address, [op], old, new, {} if old else {"id": True}))


SEPARATE = {
    "narrowed": ("update", rule(), rule(**NARROW), BEFORE | {"allow-web": rule(**NARROW)}),
    "deleted": ("delete", rule(), None, {"allow-ssh": SSH}),
    "made": ("create", None, rule(priority=7), BEFORE | {"allow-web": rule(priority=7)}),
}


@pytest.mark.parametrize(("op", "before", "after", "rules"), SEPARATE.values(), ids=SEPARATE)
@pytest.mark.parametrize("tool", [native_rule, classic_rule, terraform_rule])
def test_a_rule_of_its_own(tool: Any, op: str, before: Any, after: Any, rules: Rules) -> None:
    read = read_change(tool(op, before, after), subscription=SUBSCRIPTION)
    assert read.unclear == ()
    found = changed(bodies(), read.edits)[key(GROUP)]["properties"]["securityRules"]
    assert {item["name"]: plain(item["properties"]) for item in found} == plain(rules)

"""Security admin rules: read from each tool, and put where they are effective."""

from __future__ import annotations

from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.admin_rules import changed_admin_rules
from rules.changes.model import Edit
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    COLLECTION,
    NETWORK,
    NETWORK_PROVIDER,
    SUBSCRIPTION,
    UNKNOWN,
    change,
    configured,
    plan,
    preview,
    refers,
    state,
    step,
    urn,
)

OTHER = f"{NETWORK_PROVIDER}/virtualNetworks/other"
ELSEWHERE = COLLECTION.replace("/all", "/some")
NETWORK_GROUP = f"{NETWORK_PROVIDER}/networkManagers/avnm/networkGroups/prod"
RULE = "azure-native:network/v20240501:AdminRule"
PROPERTIES = {
    "access": "Deny",
    "priority": 10,
    "direction": "Inbound",
    "protocol": "Tcp",
    "sources": [{"addressPrefix": "Internet", "addressPrefixType": "ServiceTag"}],
    "destinations": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
    "sourcePortRanges": ["0-65535"],
    "destinationPortRanges": ["22", "3389"],
}
INPUTS = {
    "resourceGroupName": "rg-app",
    "networkManagerName": "avnm",
    "configurationName": "base",
    "ruleCollectionName": "all",
    "kind": "Custom",
}


def effective(rule_id: str, **changes: Any) -> dict[str, Any]:
    """A rule as `listNetworkManagerEffectiveSecurityAdminRules` has it."""
    return {
        "id": rule_id,
        "kind": "Custom",
        "properties": PROPERTIES | changes,
        "ruleCollectionAppliesToGroups": [{"networkGroupId": NETWORK_GROUP}],
        "ruleGroups": [{"id": NETWORK_GROUP}],
    }


def rules() -> dict[str, tuple[dict[str, Any], ...]]:
    return {
        key(NETWORK): (effective(f"{COLLECTION}/rules/ssh"), effective(f"{ELSEWHERE}/rules/x")),
        key(OTHER): (effective(f"{ELSEWHERE}/rules/x"),),
    }


def native(op: str, name: str, **changes: Any) -> str:
    resource_id = "" if op == "create" else f"{COLLECTION}/rules/{name}"
    inputs = INPUTS | PROPERTIES | changes | {"ruleName": name}
    old = state(RULE, name, INPUTS | PROPERTIES | {"ruleName": name}, resource_id)
    new = state(RULE, name, inputs, resource_id)
    return preview(step(op, None if op == "create" else old, None if op == "delete" else new))


def terraform(op: str, name: str, **changes: Any) -> str:
    def attributes(properties: dict[str, Any]) -> dict[str, Any]:
        def ends(items: list[dict[str, str]]) -> list[dict[str, str]]:
            return [
                {
                    "address_prefix": item["addressPrefix"],
                    "address_prefix_type": item["addressPrefixType"],
                }
                for item in items
            ]

        return {
            "name": name,
            "admin_rule_collection_id": COLLECTION,
            "action": properties["access"],
            "priority": properties["priority"],
            "direction": properties["direction"],
            "protocol": properties["protocol"],
            "source": ends(properties["sources"]),
            "destination": ends(properties["destinations"]),
            "source_port_ranges": properties["sourcePortRanges"],
            "destination_port_ranges": properties["destinationPortRanges"],
            "description": "",
        } | ({} if op == "create" else {"id": f"{COLLECTION}/rules/{name}"})

    before = None if op == "create" else attributes(PROPERTIES)
    after = None if op == "delete" else attributes(PROPERTIES | changes)
    return plan(change("azurerm_network_manager_admin_rule.r", [op], before, after))


TOOLS = pytest.mark.parametrize("tool", [native, terraform])


@TOOLS
def test_an_edited_rule_is_the_new_one_wherever_it_is_effective(tool: Any) -> None:
    edits = read_change(tool("update", "ssh", priority=20)).edits
    found = changed_admin_rules(rules(), edits)
    assert found.unclear == ()
    ssh, other = found.rules[key(NETWORK)]
    assert ssh == effective(f"{COLLECTION}/rules/ssh", priority=20)
    assert other == effective(f"{ELSEWHERE}/rules/x")
    assert found.rules[key(OTHER)] == rules()[key(OTHER)]


@TOOLS
def test_a_deleted_rule_goes(tool: Any) -> None:
    found = changed_admin_rules(rules(), read_change(tool("delete", "ssh")).edits)
    assert [rule["id"] for rule in found.rules[key(NETWORK)]] == [f"{ELSEWHERE}/rules/x"]


@TOOLS
def test_a_new_rule_applies_where_its_collection_does(tool: Any) -> None:
    document = tool("create", "web", destinationPortRanges=["80"])
    edits = read_change(document, subscription=SUBSCRIPTION).edits
    found = changed_admin_rules(rules(), edits)
    assert found.unclear == ()
    made = found.rules[key(NETWORK)][-1]
    assert made == effective(f"{COLLECTION}/rules/web", destinationPortRanges=["80"])
    assert len(found.rules[key(OTHER)]) == 1


def test_a_new_rule_of_a_collection_that_is_nowhere_is_unclear() -> None:
    edits = read_change(native("create", "web"), subscription=SUBSCRIPTION).edits
    before = {key(OTHER): rules()[key(OTHER)]}
    found = changed_admin_rules(before, edits)
    assert found.rules == before
    (unclear,) = found.unclear
    assert unclear.id == f"{COLLECTION}/rules/web"
    assert unclear.origin == urn(RULE, "web")


def test_an_unknown_value_leaves_the_rule_as_it_is() -> None:
    read = read_change(native("update", "ssh", sources=UNKNOWN, priority=4000))
    assert changed_admin_rules(rules(), read.edits).rules == rules()
    assert [each.id for each in read.unclear] == [f"{COLLECTION}/rules/ssh"]


def test_a_deleted_collection_takes_its_rules() -> None:
    for gone in (COLLECTION, COLLECTION.upper()):
        edit = Edit(id=gone, properties=None, origin="x")
        found = changed_admin_rules(rules(), [edit])
        assert [rule["id"] for rule in found.rules[key(NETWORK)]] == [f"{ELSEWHERE}/rules/x"]
    whole = Edit(id=COLLECTION.rpartition("/ruleCollections")[0], properties=None, origin="x")
    assert changed_admin_rules(rules(), [whole]).rules == {key(NETWORK): (), key(OTHER): ()}


def test_a_collection_for_other_groups_is_unclear() -> None:
    """In a plan that makes the group, and by the id of one that is there."""
    before = {
        "id": COLLECTION,
        "name": "all",
        "security_admin_configuration_id": COLLECTION.rpartition("/ruleCollections")[0],
        "network_group_ids": [NETWORK_GROUP],
    }
    address = "azurerm_network_manager_admin_rule_collection.all"
    group = "azurerm_network_manager_network_group.new"
    manager = f"{NETWORK_PROVIDER}/networkManagers/avnm"
    document = plan(
        change(group, ["create"], None, {"name": "new", "network_manager_id": manager}),
        change(
            address,
            ["update"],
            before,
            before | {"network_group_ids": [None]},
            {"network_group_ids": [True]},
        ),
        resources=[configured(address, network_group_ids=refers(f"{group}.id", group))],
    )
    read = read_change(document)
    (edit,) = read.edits
    assert edit.properties == {
        "appliesToGroups": [{"networkGroupId": f"{manager}/networkGroups/new"}]
    }
    (unclear,) = changed_admin_rules(rules(), read.edits).unclear
    assert "other network groups" in unclear.what
    same = Edit(
        id=COLLECTION,
        properties={"appliesToGroups": [{"networkGroupId": NETWORK_GROUP.upper()}]},
        origin="x",
    )
    assert changed_admin_rules(rules(), [same]).unclear == ()


def test_a_change_of_a_rule_that_is_not_effective_adds_none() -> None:
    edits = read_change(native("update", "web", priority=20)).edits
    assert changed_admin_rules(rules(), edits).rules == rules()

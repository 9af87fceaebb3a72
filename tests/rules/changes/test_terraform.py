"""Plans of Terraform: values that are not told, what is kept, and what writes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.model import Change
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    INTERFACE,
    MEMBERS,
    NETWORK,
    NETWORK_PROVIDER,
    SUBSCRIPTION,
    azurerm_rule,
    bodies,
    change,
    configured,
    plan,
    refers,
    rule,
)

NSG = "azurerm_network_security_group"
WEB = f"{NSG}.web"


def read(*changes: Any, **others: Any) -> Change:
    return read_change(plan(*changes, **others), subscription=SUBSCRIPTION)


def group(name: str, **others: Any) -> dict[str, Any]:
    return {"name": name, "resource_group_name": "rg-app", **others}


def new_id(name: str) -> str:
    return f"{NETWORK_PROVIDER}/networkSecurityGroups/{name}"


def test_a_rule_whose_source_is_not_known_stays_as_it_is() -> None:
    before = group("nsg-web", id=GROUP, security_rule=[azurerm_rule("allow-web", rule())])
    unknown = azurerm_rule("allow-web", rule(priority=4000))
    del unknown["source_address_prefix"]
    after = before | {"security_rule": [unknown, azurerm_rule("new", rule(priority=7))]}
    marks = {"security_rule": [{"source_address_prefix": True}, {}]}
    expression = {"security_rule": refers("azurerm_public_ip.p.ip_address", "azurerm_public_ip.p")}
    found = read(
        change(WEB, ["update"], before, after, marks), resources=[configured(WEB, **expression)]
    )
    (unclear,) = found.unclear
    assert unclear.id == f"{GROUP}/securityRules/allow-web"
    assert unclear.what == (
        "security rule allow-web: sourceAddressPrefix is not known before it is applied"
    )
    rules = changed(bodies(), found.edits)[key(GROUP)]["properties"]["securityRules"]
    assert [item["properties"]["priority"] for item in rules] == [100, 110, 7]


def test_a_sensitive_value_is_never_told() -> None:
    after = azurerm_rule("r", rule(sourceAddressPrefix="203.0.113.7")) | {
        "network_security_group_name": "nsg-web",
        "resource_group_name": "rg-app",
    }
    made = change(
        "azurerm_network_security_rule.r",
        ["create"],
        None,
        after,
        {"id": True},
        after_sensitive={"source_address_prefix": True},
    )
    found = read(made)
    assert found.edits == ()
    (unclear,) = found.unclear
    assert "sourceAddressPrefix is a secret" in unclear.what
    assert "203.0.113.7" not in repr(found)
    made["change"]["after_sensitive"] = True
    hidden = read(made)
    assert (hidden.edits, len(hidden.unclear)) == ((), 1)
    assert "203.0.113.7" not in repr(hidden)


def test_a_group_without_rules_of_its_own_starts_empty() -> None:
    """The provider fills `security_rule` where the configuration leaves it out."""
    after = group("nsg-new")
    marks = {"id": True, "security_rule": True}
    address = "azurerm_network_security_rule.r"
    own = azurerm_rule("r", rule()) | {
        "network_security_group_name": "nsg-new",
        "resource_group_name": "rg-app",
    }
    found = read(
        change(address, ["create"], None, own, {"id": True}),
        change(f"{NSG}.new", ["create"], None, after, marks),
        resources=[configured(f"{NSG}.new"), configured(address)],
    )
    assert found.unclear == ()
    rules = changed({}, found.edits)[key(new_id("nsg-new"))]["properties"]["securityRules"]
    assert [item["name"] for item in rules] == ["r"]


def test_rules_that_are_a_whole_unknown_are_unclear() -> None:
    before = group("nsg-web", id=GROUP, security_rule=[])
    found = read(
        change(WEB, ["update"], before, group("nsg-web", id=GROUP), {"security_rule": True}),
        resources=[configured(WEB, security_rule=refers("local.rules"))],
    )
    assert [each.id for each in found.unclear] == [GROUP]
    assert changed(bodies(), found.edits) == bodies()


@pytest.mark.parametrize("actions", [["no-op"], ["read"], ["forget"]])
def test_what_writes_nothing(actions: list[str]) -> None:
    before = group("nsg-web", id=GROUP, security_rule=[azurerm_rule("old", rule())])
    found = read(change(WEB, actions, before, None if actions == ["forget"] else before))
    assert found.edits == ()
    assert found.ignored == 0


def test_a_moved_or_imported_group_that_changes() -> None:
    before = group("nsg-web", id=GROUP, security_rule=[azurerm_rule("allow-web", rule())])
    after = before | {"security_rule": []}
    moved = change(WEB, ["update"], before, after, importing={"id": GROUP})
    moved["previous_address"] = f"{NSG}.old"
    (edit,) = read(moved).edits
    assert edit.id == GROUP
    assert edit.properties == {"securityRules": []}


@pytest.mark.parametrize("actions", [["delete", "create"], ["create", "delete"]])
def test_a_replacement_under_another_name_and_under_the_same(actions: list[str]) -> None:
    before = group("nsg-web", id=GROUP, security_rule=[azurerm_rule("allow-web", rule())])
    renamed = read(change(WEB, actions, before, group("nsg-new", security_rule=[])))
    after = changed(bodies(), renamed.edits)
    assert key(GROUP) not in after
    assert after[key(new_id("nsg-new"))]["properties"] == {"securityRules": []}
    same = read(change(WEB, actions, before, group("nsg-web", security_rule=[])))
    after = changed(bodies(), same.edits)
    assert after[key(GROUP)]["properties"] == {"securityRules": []}
    assert after[key(NETWORK)] == bodies()[key(NETWORK)], "it sits where it sat"


def test_a_change_of_tags_leaves_rules_that_are_resources_of_their_own() -> None:
    rules = [azurerm_rule("allow-web", rule())]
    before = group("nsg-web", id=GROUP, security_rule=rules, tags={})
    found = read(change(WEB, ["update"], before, before | {"tags": {"a": "b"}}))
    assert changed(bodies(), found.edits) == bodies()


def test_a_network_with_subnets_inside() -> None:
    subnets = [
        {"name": name, "address_prefixes": [prefix], "security_group": security}
        for name, prefix, security in (("web", "10.0.1.0/24", ""), ("new", "10.0.3.0/24", GROUP))
    ]
    before = group("vnet", id=NETWORK, address_space=["10.0.0.0/16"], subnet=[])
    found = read(
        change("azurerm_virtual_network.v", ["update"], before, before | {"subnet": subnets})
    )
    after = changed(bodies(), found.edits)[key(NETWORK)]["properties"]
    web, new = after["subnets"]
    assert "networkSecurityGroup" not in web["properties"]
    assert web["properties"]["ipConfigurations"], "Azure's own"
    assert new["properties"]["networkSecurityGroup"] == {"id": GROUP}
    assert new["properties"]["addressPrefixes"] == ["10.0.3.0/24"]
    assert after["addressSpace"] == {"addressPrefixes": ["10.0.0.0/16"]}


def test_an_interface_that_leaves_an_application_security_group() -> None:
    state = bodies()
    (configuration,) = state[key(INTERFACE)]["properties"]["ipConfigurations"]
    configuration["properties"]["applicationSecurityGroups"] = [{"id": MEMBERS.upper()}]
    before = {"network_interface_id": INTERFACE, "application_security_group_id": MEMBERS}
    kind = "azurerm_network_interface_application_security_group_association"
    found = read(change(f"{kind}.m", ["delete"], before))
    (after,) = changed(state, found.edits)[key(INTERFACE)]["properties"]["ipConfigurations"]
    assert after["properties"]["applicationSecurityGroups"] == []


def test_where_new_resources_go() -> None:
    """The provider's subscription, else that of the resource group, else the only one there is."""
    new = change(f"{NSG}.new", ["create"], None, group("n", security_rule=[]))
    configuration = {
        "provider_config": {
            "azurerm": {"expressions": {"subscription_id": {"references": ["var.subscription"]}}}
        },
        "root_module": {"resources": [configured(f"{NSG}.new")]},
    }
    variables = {"subscription": {"value": "from-provider"}}
    (edit,) = read(new, configuration=configuration, variables=variables).edits
    assert edit.id.startswith("/subscriptions/from-provider/")
    known = change(WEB, ["no-op"], group("nsg-web", id=GROUP), group("nsg-web", id=GROUP))
    (edit,) = read_change(plan(new, known), subscription="given").edits
    assert edit.id.startswith(f"/subscriptions/{SUBSCRIPTION}/")
    (edit,) = read_change(plan(new), subscription="given").edits
    assert edit.id.startswith("/subscriptions/given/")
    other = {"id": GROUP.replace(SUBSCRIPTION, "other").replace("rg-app", "rg-other")}
    elsewhere = change(f"{NSG}.other", ["no-op"], other, other)
    (edit,) = read_change(plan(new, known, elsewhere), subscription="given").edits
    assert edit.id.startswith(f"/subscriptions/{SUBSCRIPTION}/")
    without = read_change(plan(new))
    assert without.edits == ()
    assert "the id of this network security group cannot be told" in without.unclear[0].what


def test_a_change_of_rules_in_dynamic_blocks_is_unclear() -> None:
    """The configuration has no ``dynamic`` block, and what is there keeps what it has."""
    before = group("nsg-web", id=GROUP, security_rule=[])
    unknown = change(WEB, ["update"], before, group("nsg-web", id=GROUP), {"security_rule": True})
    found = read(unknown, resources=[configured(WEB)])
    assert [each.id for each in found.unclear] == [GROUP]


def test_a_deferred_change_is_unclear() -> None:
    later = {"reason": "instance_count_unknown", "resource_change": change(WEB, ["create"])}
    other = {"resource_change": change("azurerm_storage_account.s", ["create"])}
    (unclear,) = read(deferred_changes=[later, other, 7]).unclear
    assert unclear.origin == WEB


def test_an_attachment_to_what_is_no_subnet_is_unclear() -> None:
    kind = "azurerm_subnet_network_security_group_association"
    after = {"subnet_id": "subnet", "network_security_group_id": GROUP}
    found = read(change(f"{kind}.x", ["create"], None, after))
    assert (found.edits, len(found.unclear)) == ((), 1)


def test_other_kinds_are_counted() -> None:
    other = change("azurerm_storage_account.s", ["create"], None, {"name": "s"})
    same = change("azurerm_storage_account.t", ["no-op"], {"name": "t"}, {"name": "t"})
    assert read(other, same).ignored == 1
    assert json.loads(plan(other))["resource_changes"][0]["type"] == "azurerm_storage_account"


def test_what_writes_network_resources_by_other_means_is_unclear() -> None:
    kind = "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01"
    rest = change("azurerm_resource_group.x", ["create"], None, {"type": kind})
    rest |= {"type": "azapi_resource", "address": "azapi_resource.r"}
    storage = change("azurerm_resource_group.x", ["create"], None, {"type": "Microsoft.Storage/x"})
    storage |= {"type": "azapi_resource", "address": "azapi_resource.s"}
    template = change("azurerm_resource_group_template_deployment.t", ["update"], {}, {})
    same = change("azurerm_resource_group_template_deployment.u", ["no-op"], {}, {})
    found = read(rest, storage, template, same)
    assert [each.origin for each in found.unclear] == [rest["address"], template["address"]]
    assert found.ignored == 3

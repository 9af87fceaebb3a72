"""The same change of where a group sits, in every tool's words, has the same effect."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed, unapplied
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    HOME,
    INTERFACE,
    MEMBERS,
    NETWORK,
    NETWORK_PROVIDER,
    SCALE_SET,
    SUBSCRIPTION,
    UNKNOWN,
    azurerm_rule,
    bodies,
    change,
    configured,
    flat,
    plain,
    plan,
    preview,
    refers,
    rule,
    state,
    step,
    urn,
)

NSG = "azure-native:network:NetworkSecurityGroup"
SUBNET = "azure-native_network_v20230901:network:Subnet"
INTERFACE_TYPE = "azure-native:network:NetworkInterface"
CLASSIC_NSG = "azure:network/networkSecurityGroup:NetworkSecurityGroup"
CLASSIC_LINK = (
    "azure:network/subnetNetworkSecurityGroupAssociation:SubnetNetworkSecurityGroupAssociation"
)
CLASSIC_MEMBER = (
    "azure:network/networkInterfaceApplicationSecurityGroupAssociation:"
    "NetworkInterfaceApplicationSecurityGroupAssociation"
)
LINK = "azurerm_subnet_network_security_group_association.web"
MEMBER = "azurerm_network_interface_application_security_group_association.web"
NAMES = {"resourceGroupName": "rg-app", "networkSecurityGroupName": "nsg-web"}


def native_subnet(name: str, before: str, after: str) -> str:
    where = {"resourceGroupName": "rg-app", "virtualNetworkName": "vnet", "subnetName": name}
    prefix = {"addressPrefix": "10.0.1.0/24" if name == "web" else "10.0.2.0/24"}
    old, new = (
        state(
            SUBNET,
            name,
            where | prefix | ({"networkSecurityGroup": {"id": group}} if group else {}),
            f"{NETWORK}/subnets/{name}",
        )
        for group in (before, after)
    )
    return preview(step("update", old, new))


def classic_subnet(name: str, before: str, after: str) -> str:
    old, new = (
        state(
            CLASSIC_LINK,
            name,
            {"subnetId": f"{NETWORK}/subnets/{name}", "networkSecurityGroupId": group},
        )
        if group
        else None
        for group in (before, after)
    )
    op = "replace" if old and new else "create" if new else "delete"
    return preview(step(op, old, new))


def terraform_subnet(name: str, before: str, after: str) -> str:
    old, new = (
        {"subnet_id": f"{NETWORK}/subnets/{name}", "network_security_group_id": group}
        if group
        else None
        for group in (before, after)
    )
    actions = ["create", "delete"] if old and new else ["create"] if new else ["delete"]
    return plan(change(LINK, actions, old, new))


OTHER = f"{NETWORK_PROVIDER}/networkSecurityGroups/nsg-other"
ATTACHED = {
    "detached": ("web", GROUP, ""),
    "attached": ("data", "", GROUP),
    "exchanged": ("web", GROUP, OTHER),
}


@pytest.mark.parametrize(("subnet", "before", "after"), ATTACHED.values(), ids=ATTACHED)
@pytest.mark.parametrize("tool", [native_subnet, classic_subnet, terraform_subnet])
def test_a_group_on_a_subnet(tool: Any, subnet: str, before: str, after: str) -> None:
    read = read_change(tool(subnet, before, after))
    assert read.unclear == ()
    wanted = deepcopy(bodies()[key(NETWORK)])
    for item in wanted["properties"]["subnets"]:
        if item["name"] == subnet:
            item["properties"].pop("networkSecurityGroup", None)
            if after:
                item["properties"]["networkSecurityGroup"] = {"id": after}
    assert changed(bodies(), read.edits)[key(NETWORK)] == wanted


def deleted_group() -> dict[str, str]:
    classic = {"resourceGroupName": "rg-app", "name": "nsg-web"}
    before = {"id": GROUP, "name": "nsg-web", "resource_group_name": "rg-app", "security_rule": []}
    return {
        "native": preview(step("delete", state(NSG, "web", NAMES, GROUP))),
        "classic": preview(step("delete", state(CLASSIC_NSG, "web", classic, GROUP))),
        "terraform": plan(change("azurerm_network_security_group.web", ["delete"], before)),
    }


@pytest.mark.parametrize("document", deleted_group().values(), ids=deleted_group())
def test_a_deleted_group_goes_from_where_it_sits(document: str) -> None:
    before = bodies()
    after = changed(before, read_change(document).edits)
    assert key(GROUP) not in after
    assert GROUP not in json.dumps(after)
    assert after[key(INTERFACE)] is before[key(INTERFACE)], "what nothing touches is not copied"
    assert "networkInterfaceConfigurations" in json.dumps(after[key(SCALE_SET)])
    assert before == bodies(), "the inputs stay as they are"


def members() -> dict[str, str]:
    def configuration(groups: list[str]) -> dict[str, Any]:
        ids = [{"id": group} for group in groups]
        subnet = {"id": f"{NETWORK}/subnets/data"}
        own = {"name": "ip", "subnet": subnet, "primary": True, "applicationSecurityGroups": ids}
        return {
            "resourceGroupName": "rg-app",
            "networkInterfaceName": "nic",
            "ipConfigurations": [own],
        }

    native = (state(INTERFACE_TYPE, "nic", configuration(g), INTERFACE) for g in ([], [MEMBERS]))
    classic = {"networkInterfaceId": INTERFACE, "applicationSecurityGroupId": MEMBERS}
    after = {"network_interface_id": INTERFACE, "application_security_group_id": MEMBERS}
    return {
        "native": preview(step("update", *native)),
        "classic": preview(step("create", None, state(CLASSIC_MEMBER, "nic", classic))),
        "terraform": plan(change(MEMBER, ["create"], None, after)),
    }


@pytest.mark.parametrize("document", members().values(), ids=members())
def test_an_interface_that_joins_an_application_security_group(document: str) -> None:
    found = changed(bodies(), read_change(document).edits)[key(INTERFACE)]["properties"]
    (configuration,) = found["ipConfigurations"]
    assert configuration["properties"] == {
        "subnet": {"id": f"{NETWORK}/subnets/data"},
        "primary": True,
        "applicationSecurityGroups": [{"id": MEMBERS}],
    }


def new_group_native() -> str:
    group = "azure-native:resources:ResourceGroup"
    names = {"resourceGroupName": UNKNOWN, "networkSecurityGroupName": "nsg-new"}
    rules = {"securityRules": [flat("allow-web", rule())]}
    subnet = {"resourceGroupName": "rg-app", "virtualNetworkName": "vnet", "subnetName": "data"}
    old = state(
        SUBNET, "data", subnet | {"addressPrefix": "10.0.2.0/24"}, f"{NETWORK}/subnets/data"
    )
    on = {"addressPrefix": "10.0.2.0/24", "networkSecurityGroup": {"id": UNKNOWN}}
    return preview(
        step("create", None, state(group, "rg", {"resourceGroupName": "rg-new"})),
        step(
            "create",
            None,
            state(NSG, "new", names | rules, "", {"resourceGroupName": [urn(group, "rg")]}),
        ),
        step(
            "update",
            old,
            state(
                SUBNET,
                "data",
                subnet | on,
                f"{NETWORK}/subnets/data",
                {"networkSecurityGroup": [urn(NSG, "new")]},
            ),
        ),
    )


def new_group_classic() -> str:
    names = {"resourceGroupName": "rg-new", "name": "nsg-new"}
    rules = {"securityRules": [flat("allow-web", rule())]}
    link = {"subnetId": f"{NETWORK}/subnets/data", "networkSecurityGroupId": UNKNOWN}
    depends = {"networkSecurityGroupId": [urn(CLASSIC_NSG, "new")]}
    return preview(
        step("create", None, state(CLASSIC_NSG, "new", names | rules)),
        step("create", None, state(CLASSIC_LINK, "data", link, "", depends)),
    )


def new_group_terraform() -> str:
    group = {
        "name": "nsg-new",
        "resource_group_name": "rg-new",
        "security_rule": [azurerm_rule("allow-web", rule())],
    }
    link = {"subnet_id": f"{NETWORK}/subnets/data"}
    return plan(
        change("azurerm_network_security_group.new", ["create"], None, group, {"id": True}),
        change(LINK, ["create"], None, link, {"id": True, "network_security_group_id": True}),
        resources=[
            configured("azurerm_network_security_group.new", security_rule={"constant_value": []}),
            configured(
                LINK,
                subnet_id={"constant_value": f"{NETWORK}/subnets/data"},
                network_security_group_id=refers(
                    "azurerm_network_security_group.new.id", "azurerm_network_security_group.new"
                ),
            ),
        ],
    )


NEW = [new_group_native, new_group_classic, new_group_terraform]


@pytest.mark.parametrize("tool", NEW)
def test_a_new_group_with_rules_on_a_subnet_that_exists(tool: Any) -> None:
    read = read_change(tool(), subscription=SUBSCRIPTION)
    assert read.unclear == ()
    after = changed(bodies(), read.edits)
    new = f"{HOME.replace('rg-app', 'rg-new')}/providers/Microsoft.Network/networkSecurityGroups"
    (own,) = after[key(f"{new}/nsg-new")]["properties"]["securityRules"]
    assert own["id"] == f"{new}/nsg-new/securityRules/allow-web"
    assert plain(own["properties"]) == rule()
    data = after[key(NETWORK)]["properties"]["subnets"][1]["properties"]
    assert data["networkSecurityGroup"] == {"id": f"{new}/nsg-new"}
    assert data["ipConfigurations"], "what Azure adds to a subnet stays"
    assert unapplied(bodies(), read.edits) == ()


def on_interface() -> dict[str, str]:
    ip = {"name": "ip", "subnet": {"id": f"{NETWORK}/subnets/data"}, "primary": True}
    names = {"resourceGroupName": "rg-app", "networkInterfaceName": "nic", "ipConfigurations": [ip]}
    with_group = names | {"networkSecurityGroup": {"id": GROUP, "location": "westeurope"}}
    native = (state(INTERFACE_TYPE, "nic", inputs, INTERFACE) for inputs in (names, with_group))
    classic = {"networkInterfaceId": INTERFACE, "networkSecurityGroupId": GROUP}
    token = "azure:network/networkInterfaceSecurityGroupAssociation"
    kind = f"{token}:NetworkInterfaceSecurityGroupAssociation"
    after = {"network_interface_id": INTERFACE, "network_security_group_id": GROUP}
    address = "azurerm_network_interface_security_group_association.nic"
    return {
        "native": preview(step("update", *native)),
        "classic": preview(step("create", None, state(kind, "nic", classic))),
        "terraform": plan(change(address, ["create"], None, after)),
    }


@pytest.mark.parametrize("document", on_interface().values(), ids=on_interface())
def test_a_group_on_an_interface(document: str) -> None:
    wanted = deepcopy(bodies()[key(INTERFACE)])
    wanted["properties"]["networkSecurityGroup"] = {"id": GROUP}
    assert changed(bodies(), read_change(document).edits)[key(INTERFACE)] == wanted

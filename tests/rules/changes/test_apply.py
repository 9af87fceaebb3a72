"""Edits on bodies: networks, peerings, routes, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed, unapplied
from rules.changes.model import Edit
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    INTERFACE,
    MEMBERS,
    NETWORK,
    NETWORK_PROVIDER,
    bodies,
    change,
    plan,
    preview,
    state,
    step,
)

HUB = f"{NETWORK_PROVIDER}/virtualNetworks/hub"
TABLE = f"{NETWORK_PROVIDER}/routeTables/table"
ROUTE = {"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}


def edit(resource_id: str, properties: Any, new: bool = False) -> Edit:
    return Edit(id=resource_id, properties=properties, origin="x", new=new)


def test_what_is_not_mentioned_keeps_its_value_and_none_removes() -> None:
    web = f"{NETWORK}/subnets/web"
    (after,) = (
        item
        for item in changed(bodies(), [edit(web, {"networkSecurityGroup": None})])[key(NETWORK)][
            "properties"
        ]["subnets"]
        if item["name"] == "web"
    )
    assert after["properties"] == {
        "addressPrefix": "10.0.1.0/24",
        "ipConfigurations": [{"id": f"{INTERFACE}/ipConfigurations/ip"}],
    }


def test_ids_compare_without_letter_case() -> None:
    after = changed(bodies(), [edit(f"{GROUP.upper()}/SECURITYRULES/ALLOW-WEB", None)])
    rules = after[key(GROUP)]["properties"]["securityRules"]
    assert [item["name"] for item in rules] == ["allow-ssh"]
    assert key(GROUP) not in changed(bodies(), [edit(GROUP.upper(), None)])


def test_only_what_an_edit_touches_is_copied() -> None:
    before = bodies()
    after = changed(before, [edit(f"{GROUP}/securityRules/allow-web", {"priority": 7})])
    assert before == bodies()
    assert after[key(GROUP)] is not before[key(GROUP)]
    for untouched in set(before) - {key(GROUP)}:
        assert after[untouched] is before[untouched]
    old, new = (each[key(GROUP)]["properties"]["securityRules"] for each in (before, after))
    assert new[1] is old[1]


def test_a_new_network_with_a_peering() -> None:
    peering = {
        "resource_group_name": "rg-app",
        "virtual_network_name": "vnet",
        "name": "to-hub",
        "remote_virtual_network_id": HUB,
    }
    hub = {"resource_group_name": "rg-app", "name": "hub", "address_space": ["10.9.0.0/16"]}
    document = plan(
        change("azurerm_virtual_network_peering.p", ["create"], None, peering),
        change("azurerm_virtual_network.hub", ["create"], None, hub, {"id": True}),
        change("azurerm_virtual_network.v", ["no-op"], {"id": NETWORK}, {"id": NETWORK}),
    )
    edits = read_change(document).edits
    after = changed(bodies(), edits)
    assert after[key(HUB)]["properties"]["addressSpace"] == {"addressPrefixes": ["10.9.0.0/16"]}
    (made,) = after[key(NETWORK)]["properties"]["virtualNetworkPeerings"]
    assert made["properties"] == {
        "remoteVirtualNetwork": {"id": HUB},
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": False,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
    }
    gone = [edit(f"{NETWORK}/virtualNetworkPeerings/to-hub", None)]
    assert changed(after, gone)[key(NETWORK)]["properties"]["virtualNetworkPeerings"] == []


def test_a_route_table_with_a_route_on_a_subnet() -> None:
    """azure-native, inline and as a resource of its own; a deleted table goes from subnets."""
    names = {"resourceGroupName": "rg-app", "routeTableName": "table"}
    inline = names | {"routes": [{"name": "a", **ROUTE}]}
    own = names | {"routeName": "b"} | ROUTE
    document = preview(
        step("create", None, state("azure-native:network:Route", "b", own)),
        step("create", None, state("azure-native:network:RouteTable", "t", inline)),
    )
    on = [edit(f"{NETWORK}/subnets/data", {"routeTable": {"id": TABLE.upper()}})]
    subscription = TABLE.split("/")[2]
    edits = (*read_change(document, subscription=subscription).edits, *on)
    after = changed(bodies(), edits)
    routes = after[key(TABLE)]["properties"]["routes"]
    assert [(item["name"], item["properties"]) for item in routes] == [("a", ROUTE), ("b", ROUTE)]
    assert "routeTable" in after[key(NETWORK)]["properties"]["subnets"][1]["properties"]
    gone = changed(after, [edit(TABLE, None)])
    assert gone[key(NETWORK)] == bodies()[key(NETWORK)]


@pytest.mark.parametrize(
    ("change_of", "reaches"),
    [
        (edit(f"{GROUP}/securityRules/web", {"priority": 7}, new=True), True),
        (edit(f"{GROUP}x/securityRules/web", {"priority": 7}, new=True), False),
        (edit(f"{GROUP}/securityRules/gone", {"priority": 7}), False),
        (edit(f"{GROUP}/securityRules/gone", None), False),
        (edit(f"{GROUP}x", {"securityRules": []}), False),
        (edit(f"{GROUP}x", {"securityRules": []}, new=True), True),
        (edit(MEMBERS, {}), True),
    ],
)
def test_edits_of_what_was_not_read_are_told(change_of: Edit, reaches: bool) -> None:
    assert (unapplied(bodies(), [change_of]) == ()) is reaches
    assert (changed(bodies(), [change_of]) == bodies()) is (not reaches or change_of.id == MEMBERS)


def test_a_deleted_application_security_group_goes_from_interfaces() -> None:
    joined = changed(
        bodies(), [Edit(id=INTERFACE, properties={}, origin="x", joins=(MEMBERS, MEMBERS.upper()))]
    )
    (configuration,) = joined[key(INTERFACE)]["properties"]["ipConfigurations"]
    assert configuration["properties"]["applicationSecurityGroups"] == [{"id": MEMBERS}]
    (after,) = changed(joined, [edit(MEMBERS, None)])[key(INTERFACE)]["properties"][
        "ipConfigurations"
    ]
    assert after["properties"]["applicationSecurityGroups"] == []

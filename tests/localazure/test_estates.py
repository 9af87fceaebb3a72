"""Estates: the sample agrees with itself, the recorded one is served, made-up ones are stable."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.estates import synthetic
from localazure.state.arm_id import key, parse_resource
from localazure.state.estate_file import read_estate
from tests.localazure.contoso import ESTATE, GRAPH, HUB, NETWORK, PROD
from tests.servers import LocalAzure

GROUPS = key("Microsoft.Network/networkSecurityGroups")
NETWORKS = key("Microsoft.Network/virtualNetworks")
WATCHERS = key("Microsoft.Network/networkWatchers")


def by_type(estate: list[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    return [each for each in estate if key(parse_resource(each["id"]).type) == key(type_)]


def sample() -> list[dict[str, Any]]:
    estate: list[dict[str, Any]] = json.loads(ESTATE.read_bytes())
    return estate


def test_the_sample_has_what_a_story_needs() -> None:
    estate = sample()
    groups, networks = by_type(estate, GROUPS), by_type(estate, NETWORKS)
    regions = {(parse_resource(each["id"]).subscription, each["location"]) for each in networks}
    watched = {
        (parse_resource(each["id"]).subscription, each["location"])
        for each in by_type(estate, WATCHERS)
    }
    unattached = [
        each["name"]
        for each in groups
        if not {"subnets", "networkInterfaces"} & each["properties"].keys()
    ]

    assert (len(groups), len(networks)) == (24, 13)
    assert regions - watched == {(PROD.rpartition("/")[2], "swedencentral")}
    assert unattached == ["nsg-shop-legacy", "nsg-dev-unused"]
    assert Counter(each["tags"]["environment"] for each in groups) == {
        "prod": 17,
        "dev": 4,
        "test": 3,
    }
    hub = next(each for each in networks if each["name"] == "vnet-hub-weu")
    assert not [
        each
        for each in hub["properties"]["subnets"]
        if "networkSecurityGroup" in each["properties"]
    ]


def test_the_sample_has_rules_worth_a_look() -> None:
    rules = {
        (group["name"], rule["name"]): rule["properties"]
        for group in by_type(sample(), GROUPS)
        for rule in group["properties"]["securityRules"]
    }
    (asg,) = by_type(sample(), "Microsoft.Network/applicationSecurityGroups")
    members = [
        interface["name"]
        for interface in by_type(sample(), "Microsoft.Network/networkInterfaces")
        for each in interface["properties"]["ipConfigurations"]
        if {"id": asg["id"]} in each["properties"].get("applicationSecurityGroups", [])
    ]
    first = rules["nsg-shared-identity", "AllowInternalInBound"]
    hidden = rules["nsg-shared-identity", "DenyToolsInBound"]

    assert members == ["nic-vault-01", "nic-vault-02"]
    assert rules["nsg-payments-vault", "AllowVaultFromApiInBound"][
        "destinationApplicationSecurityGroups"
    ] == [{"id": asg["id"]}]
    storage = rules["nsg-shop-app", "AllowStorageOutBound"]["destinationAddressPrefix"]
    assert storage == "Storage.WestEurope"
    assert first["priority"] < hidden["priority"]
    assert (first["access"], hidden["access"]) == ("Allow", "Deny")
    assert first["destinationPortRange"] == hidden["destinationPortRange"]
    assert rules["nsg-dev-jumpbox", "AllowSshFromAnywhereInBound"]["sourceAddressPrefix"] == (
        "Internet"
    )


def test_the_sample_refers_back_as_azure_would(tmp_path: Path) -> None:
    bare = sample()
    for each in bare:
        properties = each.get("properties", {})
        for name in ("subnets", "networkInterfaces", "flowLogs"):
            if key(parse_resource(each["id"]).type) == GROUPS or name == "flowLogs":
                properties.pop(name, None)
    scale_sets = "/virtualmachinescalesets/"
    stripped = tmp_path / "bare.json"
    stripped.write_text(json.dumps(bare))

    linked, given = read_estate(stripped), read_estate(ESTATE)

    for each in by_type(sample(), GROUPS) + by_type(sample(), NETWORKS):
        ours, theirs = linked.find(each["id"]), given.find(each["id"])
        assert ours is not None
        assert theirs is not None
        for name in ("subnets", "networkInterfaces", "flowLogs"):
            found = {key(one["id"]) for one in ours["properties"].get(name, [])}
            wanted = {key(one["id"]) for one in theirs["properties"].get(name, [])}
            assert found == {one for one in wanted if scale_sets not in one}, (each["name"], name)


def test_the_sample_has_ids_in_mixed_letter_case() -> None:
    text = ESTATE.read_text()

    for spelling in ("/resourcegroups/", "/FlowLogs/", "/RG-PROD-ERP/"):
        assert spelling in text


def test_the_recorded_estate_is_served(
    local_azure: Callable[..., LocalAzure], recorded_estate: Path
) -> None:
    azure = local_azure(recorded_estate)
    query = "resources | summarize n = count() by type"
    counts = {
        row["type"]: row["n"] for row in azure.call("POST", GRAPH, {"query": query}).body["data"]
    }
    logs = azure.call(
        "POST", GRAPH, {"query": "resources | where type endswith 'flowlogs' | project id"}
    ).body["data"]

    assert counts["microsoft.network/networksecuritygroups"] >= 20
    assert counts["microsoft.network/virtualnetworks"] >= 10
    assert counts["microsoft.network/networkwatchers"] >= 40
    assert len(logs) >= 3
    for log in logs:
        shown = azure.call("GET", log["id"], version=NETWORK).body
        target = azure.call("GET", shown["properties"]["targetResourceId"], version=NETWORK).body
        assert {"id": log["id"]} in target["properties"]["flowLogs"]


def test_the_recorded_estate_keeps_azures_rules(recorded_estate: Path) -> None:
    watchers = by_type(json.loads(recorded_estate.read_bytes()), WATCHERS)
    places = [(parse_resource(each["id"]).subscription, each["location"]) for each in watchers]

    assert len(places) == len(set(places))


def test_made_up_estates_are_the_same_each_time() -> None:
    first, again = synthetic(6, 20, 2, 2, seed=7), synthetic(6, 20, 2, 2, seed=7)
    other = synthetic(6, 20, 2, 2, seed=8)

    assert first == again != other
    assert (len(by_type(first, GROUPS)), len(by_type(first, NETWORKS))) == (20, 6)
    subscriptions = {parse_resource(each["id"]).subscription for each in by_type(first, GROUPS)}
    assert subscriptions == {HUB.rpartition("/")[2], PROD.rpartition("/")[2]}


def test_every_made_up_group_is_attached_in_its_own_region() -> None:
    estate = synthetic(5, 40, 2, 2)
    groups = {each["id"]: each for each in by_type(estate, GROUPS)}
    attached = [
        (subnet["properties"]["networkSecurityGroup"]["id"], network)
        for network in by_type(estate, NETWORKS)
        for subnet in network["properties"]["subnets"]
    ]

    assert sorted(id_ for id_, _ in attached) == sorted(groups)
    for id_, network in attached:
        assert groups[id_]["location"] == network["location"]
        assert parse_resource(id_).subscription == parse_resource(network["id"]).subscription

"""Estates that somebody wrote by hand: what may be left out, and what a mistake is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localazure.server import serve
from localazure.state.arm_id import parse
from localazure.state.estate_file import read_estate
from localazure.state.store import Resource
from tests.localazure.contoso import PROD, resource
from tests.localazure.files import file

RG = f"{PROD}/resourceGroups/rg-us"
CONTAINERS = [{"id": PROD}, {"id": RG, "location": "eastus"}]
NSG = resource(PROD, "rg-us", "networkSecurityGroups", "nsg-us")
VNET = resource(PROD, "rg-us", "virtualNetworks", "vnet-us")
SUBNET = f"{VNET}/subnets/snet-app"
NIC = resource(PROD, "rg-us", "networkInterfaces", "nic-us")
SCALE_SET = resource(PROD, "rg-us", "Microsoft.Compute/virtualMachineScaleSets", "vmss-us")
WATCHER = resource(PROD, "rg-us", "networkWatchers", "NetworkWatcher_eastus")
LOG = f"{WATCHER}/flowLogs/log-us"
ACCOUNT = resource(PROD, "rg-us", "Microsoft.Storage/storageAccounts", "stus")
ACTION_GROUP = resource(PROD, "rg-us", "Microsoft.Insights/actionGroups", "ag-us")
STORED = {"storageId": ACCOUNT}


def entry(id_: str, properties: Any = None, **members: Any) -> dict[str, Any]:
    """An entry in East US; without properties where none are given."""
    given = {} if properties is None else {"properties": properties}
    return {"id": id_, "location": "eastus", **given, **members}


def subnet(**properties: Any) -> dict[str, Any]:
    return {"name": "snet-app", "properties": {"addressPrefix": "10.0.0.0/24", **properties}}


def network(*subnets: Any) -> dict[str, Any]:
    return entry(VNET, {"subnets": list(subnets)})


def interface(configuration: Any, **properties: Any) -> dict[str, Any]:
    return entry(NIC, {"ipConfigurations": [configuration], **properties})


def read(tmp_path: Path, *entries: dict[str, Any]) -> dict[str, Resource]:
    """What an estate of these entries holds, by id."""
    store = read_estate(file(tmp_path, "estate.json", [*CONTAINERS, *entries]))
    return {each["id"]: each for each in store}


def part(id_: str, name: str) -> dict[str, str]:
    return {"name": name, "id": f"{id_}/{name}"}


CONFIGURATIONS = [
    ({"name": "main", "properties": {"subnet": {"id": SUBNET}}}, "main"),
    ({"id": f"{NIC}/ipConfigurations/main", "properties": {"subnet": {"id": SUBNET}}}, "main"),
    ({"properties": {"subnet": {"id": SUBNET}}}, "ipconfig1"),
]


@pytest.mark.parametrize(("configuration", "name"), CONFIGURATIONS)
def test_an_ip_configuration_gets_its_name_and_id(
    tmp_path: Path, configuration: dict[str, Any], name: str
) -> None:
    found = read(tmp_path, network(subnet()), interface(configuration))

    (filled,) = found[NIC]["properties"]["ipConfigurations"]
    assert {"name": filled["name"], "id": filled["id"]} == part(f"{NIC}/ipConfigurations", name)
    (placed,) = found[VNET]["properties"]["subnets"]
    assert placed["properties"]["ipConfigurations"] == [{"id": filled["id"]}]


@pytest.mark.parametrize("configuration", [{"name": "main"}, {"name": "main", "properties": None}])
def test_an_ip_configuration_without_properties_is_in_no_subnet(
    tmp_path: Path, configuration: dict[str, Any]
) -> None:
    found = read(tmp_path, network(subnet()), interface(configuration))

    (filled,) = found[NIC]["properties"]["ipConfigurations"]
    assert filled["properties"] == {"provisioningState": "Succeeded"}


def test_subnets_and_rules_get_their_ids(tmp_path: Path) -> None:
    rule = {"name": "https", "properties": {"priority": 100}}
    attached = subnet(networkSecurityGroup={"id": NSG})

    found = read(tmp_path, entry(NSG, {"securityRules": [rule]}), network(attached))

    assert found[VNET]["properties"]["subnets"][0]["id"] == SUBNET
    assert found[NSG]["properties"]["securityRules"][0]["id"] == f"{NSG}/securityRules/https"
    assert found[NSG]["properties"]["subnets"] == [{"id": SUBNET}]


def test_routes_and_peerings_get_their_ids(tmp_path: Path) -> None:
    table = NSG.replace("networkSecurityGroups", "routeTables")
    peering = {"name": "hub", "properties": {"remoteVirtualNetwork": {"id": f"{VNET}-hub"}}}
    whole = network(subnet(routeTable={"id": table}))
    whole["properties"]["virtualNetworkPeerings"] = [peering]

    alone = read(tmp_path, whole)
    found = read(tmp_path, whole, entry(table, {"routes": [{"name": "internet"}]}))

    assert table not in alone
    assert found[table]["properties"]["routes"][0]["id"] == f"{table}/routes/internet"
    assert found[table]["properties"]["subnets"] == [{"id": SUBNET}]
    (placed,) = found[VNET]["properties"]["virtualNetworkPeerings"]
    assert placed["id"] == f"{VNET}/virtualNetworkPeerings/hub"


@pytest.mark.parametrize("id_", [NSG, VNET, NIC, SCALE_SET, WATCHER, ACCOUNT, ACTION_GROUP])
def test_a_location_is_enough(tmp_path: Path, id_: str) -> None:
    found = read(tmp_path, entry(id_))[id_]

    assert (found["name"], found["type"]) == (parse(id_).name, parse(id_).type)
    assert isinstance(found["properties"], dict)


@pytest.mark.parametrize("id_", [NSG, VNET, NIC, SCALE_SET, WATCHER, ACCOUNT, ACTION_GROUP])
def test_null_is_as_good_as_left_out(tmp_path: Path, id_: str) -> None:
    nothing = {"id": id_, "location": "eastus", "properties": None, "tags": None, "sku": None}

    whole = read(tmp_path, {"id": id_, "location": "eastus"})[id_]
    found = read(tmp_path, nothing)[id_]

    assert found.keys() == whole.keys()
    assert found["properties"].keys() == whole["properties"].keys()


def test_a_flow_log_needs_its_target_and_account_alone(tmp_path: Path) -> None:
    short = {"targetResourceId": VNET, "storageId": ACCOUNT, "retentionPolicy": {"days": 7}}

    properties = read(tmp_path, network(), entry(WATCHER), entry(LOG, short))[LOG]["properties"]

    assert properties["enabled"] is True
    assert properties["retentionPolicy"] == {"days": 7, "enabled": False}
    assert properties["format"] == {"type": "FlowLogJSON", "version": 2}


def scale_set(group: Any) -> dict[str, Any]:
    configuration = {"name": "nic", "properties": {"networkSecurityGroup": group}}
    profile = {"networkInterfaceConfigurations": [configuration]}
    return entry(SCALE_SET, {"virtualMachineProfile": {"networkProfile": profile}})


IN_SUBNET = "'properties.subnets[0].properties.networkSecurityGroup"
WRONG: list[tuple[list[Any], str]] = [
    (["nsg-us"], "entry 3 must be an object with an 'id'"),
    ([None], "entry 3 must be an object with an 'id'"),
    ([entry(NSG[1:])], f"entry 3: '{NSG[1:]}' is no ARM id"),
    ([entry(NSG, tags=["prod"])], f"'{NSG}': 'tags' must be an object, not [\"prod\"]"),
    ([entry(NSG, tags={"cost": 1})], f"'{NSG}': 'tags.cost' must be text, not 1"),
    ([entry(NSG, tags={"cost": "1", "Cost": "2"})], f"'{NSG}': 'tags' has 'Cost' twice"),
    ([entry(NSG, ["rule"])], f"'{NSG}': 'properties' must be an object"),
    ([entry(NSG, {"securityRules": [{}]})], "'properties.securityRules[0].name' is missing"),
    ([entry(VNET, {"subnets": {"a": {}}})], f"'{VNET}': 'properties.subnets' must be a list"),
    ([network({"id": SUBNET})], f"'{VNET}': 'properties.subnets[0].name' is missing"),
    ([network({"name": ""})], "'properties.subnets[0].name' is empty"),
    ([network("snet-app")], "'properties.subnets[0]' must be an object, not \"snet-app\""),
    ([network(subnet(), subnet())], "'properties.subnets' has 'snet-app' twice"),
    (
        [entry(NSG), network(subnet(networkSecurityGroup="nsg-us"))],
        f'\'{VNET}\': {IN_SUBNET}\' must be an object such as {{"id": "…"}}, not "nsg-us"',
    ),
    (
        [entry(NSG), network(subnet(networkSecurityGroup={"id": "nsg-us"}))],
        f"{IN_SUBNET}.id' must be the id of Microsoft.Network/networkSecurityGroups",
    ),
    (
        [network(subnet(networkSecurityGroup={"id": NSG}))],
        f"'{SUBNET}' refers to '{NSG}', which has no entry: add one",
    ),
    ([interface({}, networkSecurityGroup={"id": NSG})], f"'{NIC}' refers to '{NSG}', which"),
    (
        [network(), interface({"name": "main", "properties": {"subnet": {"id": SUBNET}}})],
        f"'{NIC}/ipConfigurations/main' refers to '{SUBNET}', which has no entry",
    ),
    ([scale_set({"id": NSG})], f"'{SCALE_SET}' refers to '{NSG}', which has no entry"),
    ([scale_set("nsg-us")], "networkSecurityGroup' must be an object such as"),
    ([entry(WATCHER), entry(LOG)], f"'{LOG}': 'properties.targetResourceId' is missing"),
    ([entry(WATCHER), entry(LOG, STORED)], "'properties.targetResourceId' is missing"),
    (
        [entry(WATCHER), entry(LOG, {**STORED, "targetResourceId": ACCOUNT})],
        "'properties.targetResourceId' must be the id of Microsoft.Network/virtualNetworks or",
    ),
    (
        [entry(VNET), entry(WATCHER), entry(LOG, {"targetResourceId": VNET})],
        "'properties.storageId' is missing",
    ),
    ([entry(LOG, {**STORED, "targetResourceId": VNET})], "which has no entry: add one"),
    ([entry(NSG.replace("rg-us", "rg-eu"))], "which has no entry: add one"),
]


@pytest.mark.parametrize(("entries", "problem"), WRONG)
def test_a_mistake_is_one_line_that_names_the_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entries: list[Any], problem: str
) -> None:
    path = file(tmp_path, "estate.json", [*CONTAINERS, *entries])

    code = serve.main(["--estate", str(path), "--port", "0"])

    said = capsys.readouterr().err
    assert code == 2
    assert problem in said
    assert said.startswith(f"localazure: {path}: ")
    assert said.count("\n") == 1

"""Networks, subnets, groups and interfaces: written by somebody else, back references in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.localazure.contoso import (
    APP,
    ESTATE,
    LEGACY,
    NETWORK,
    PAYMENTS,
    PROD,
    RESOURCES,
    SHOP,
    VAULT_NIC,
    WATCHER,
    WEB,
    WEB_LOG,
    flow_log,
    resource,
)
from tests.servers import LocalAzure

GROUP = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-new")
VAULT = resource(PROD, "rg-prod-payments", "networkSecurityGroups", "nsg-payments-vault")
VNET = resource(PROD, "rg-prod-shop", "virtualNetworks", "vnet-new")


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> Iterator[LocalAzure]:
    """A server of its own for each test: each changes the estate."""
    server = local_azure(ESTATE)
    yield server
    server.stop()


def read(azure: LocalAzure, id_: str) -> Any:
    return azure.call("GET", id_, version=NETWORK).body


def put(
    azure: LocalAzure, id_: str, properties: dict[str, Any], location: str = "westeurope"
) -> Any:
    reply = azure.call("PUT", id_, {"location": location, "properties": properties}, NETWORK)
    assert reply.status in (200, 201), reply
    azure.call("GET", reply.headers["azure-asyncoperation"])
    return read(azure, id_)


def test_a_group_has_its_rules_and_azures(azure: LocalAzure) -> None:
    rule = {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp"}

    made = put(azure, GROUP, {"securityRules": [{"name": "https", "properties": rule}]})

    rules = made["properties"]["securityRules"]
    assert [each["id"] for each in rules] == [f"{GROUP}/securityRules/https"]
    assert rules[0]["properties"]["provisioningState"] == "Succeeded"
    assert len(made["properties"]["defaultSecurityRules"]) == 6
    assert made["properties"]["resourceGuid"]


def test_a_groups_back_references_survive_its_update(azure: LocalAzure) -> None:
    before = read(azure, WEB)["properties"]

    after = put(azure, WEB, {"securityRules": []})["properties"]

    assert after["subnets"] == before["subnets"] == [{"id": f"{SHOP}/subnets/snet-web"}]
    assert after["flowLogs"] == before["flowLogs"]
    assert after["resourceGuid"] == before["resourceGuid"]


def test_attaching_and_detaching_a_subnet(azure: LocalAzure) -> None:
    put(azure, GROUP, {})
    subnet = {"addressPrefix": "10.9.0.0/24", "networkSecurityGroup": {"id": GROUP}}
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}

    put(azure, VNET, space | {"subnets": [{"name": "snet-a", "properties": subnet}]})
    attached = read(azure, GROUP)["properties"]
    put(azure, VNET, space | {"subnets": [{"name": "snet-a", "properties": {}}]})
    detached = read(azure, GROUP)["properties"]

    assert attached["subnets"] == [{"id": f"{VNET}/subnets/snet-a"}]
    assert "subnets" not in detached


def test_a_subnet_on_its_own(azure: LocalAzure) -> None:
    subnet = f"{SHOP}/subnets/snet-new"
    body = {"properties": {"addressPrefix": "10.20.9.0/24", "networkSecurityGroup": {"id": LEGACY}}}

    made = azure.call("PUT", subnet, body, NETWORK)
    azure.call("GET", made.headers["azure-asyncoperation"])

    assert (made.status, made.body["properties"]["provisioningState"]) == (201, "Updating")
    assert read(azure, subnet)["properties"]["provisioningState"] == "Succeeded"
    assert subnet in [each["id"] for each in read(azure, SHOP)["properties"]["subnets"]]
    assert read(azure, LEGACY)["properties"]["subnets"] == [{"id": subnet}]

    azure.call("DELETE", subnet, version=NETWORK)
    assert azure.call("GET", subnet, version=NETWORK).code == "NotFound"
    assert "subnets" not in read(azure, LEGACY)["properties"]


def test_an_interface_attaches_a_group(azure: LocalAzure) -> None:
    nic = resource(PROD, "rg-prod-payments", "networkInterfaces", "nic-new")
    subnet = f"{PAYMENTS}/subnets/snet-vault"
    properties = {
        "networkSecurityGroup": {"id": LEGACY},
        "ipConfigurations": [{"name": "first", "properties": {"subnet": {"id": subnet}}}],
    }

    made = put(azure, nic, properties)

    assert (
        made["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] == "10.21.1.6"
    )
    assert read(azure, LEGACY)["properties"]["networkInterfaces"] == [{"id": nic}]
    assert {"id": f"{nic}/ipConfigurations/first"} in (
        read(azure, subnet)["properties"]["ipConfigurations"]
    )

    azure.call("DELETE", nic, version=NETWORK)
    assert "networkInterfaces" not in read(azure, LEGACY)["properties"]


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        (WEB, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (VAULT, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (PAYMENTS, "InUseSubnetCannotBeDeleted"),
        (f"{PAYMENTS}/subnets/snet-vault", "InUseSubnetCannotBeDeleted"),
    ],
)
def test_what_is_in_use_stays(azure: LocalAzure, id_: str, code: str) -> None:
    reply = azure.call("DELETE", id_, version=NETWORK)

    assert (reply.status, reply.code) == (400, code)
    assert azure.call("GET", id_, version=NETWORK).status == 200


def test_a_group_takes_its_flow_log_with_it(azure: LocalAzure) -> None:
    detached = read(azure, SHOP)
    for subnet in detached["properties"]["subnets"]:
        subnet["properties"].pop("networkSecurityGroup", None)
    put(azure, SHOP, detached["properties"])

    gone = azure.call("DELETE", WEB, version=NETWORK)

    assert gone.status == 202
    assert azure.call("GET", WEB_LOG, version=NETWORK).code == "ResourceNotFound"


def test_a_network_takes_the_flow_logs_of_all_its_levels_with_it(azure: LocalAzure) -> None:
    logs = {
        f"{WATCHER}/flowLogs/whole": SHOP,
        f"{WATCHER}/flowLogs/part": f"{SHOP}/subnets/snet-app",
    }
    for id_, target in logs.items():
        azure.call("PUT", id_, flow_log(target), NETWORK)

    azure.call("DELETE", SHOP, version=NETWORK)

    assert [azure.call("GET", id_, version=NETWORK).status for id_ in logs] == [404, 404]
    assert "subnets" not in read(azure, APP)["properties"]


def test_a_watcher_takes_its_flow_logs_with_it(azure: LocalAzure) -> None:
    azure.call("DELETE", WATCHER, version=NETWORK)

    assert azure.call("GET", WEB_LOG, version=NETWORK).code == "ParentResourceNotFound"
    assert "flowLogs" not in read(azure, WEB)["properties"]


def test_tags_of_networks_by_patch(azure: LocalAzure) -> None:
    reply = azure.call("PATCH", SHOP, {"tags": {"environment": "test"}}, NETWORK)

    assert (reply.status, reply.body["tags"]) == (200, {"environment": "test"})
    assert len(reply.body["properties"]["subnets"]) == 4


def test_lists_by_subscription_and_group(azure: LocalAzure) -> None:
    whole = read(azure, f"{PROD}/providers/Microsoft.Network/networkSecurityGroups")["value"]
    group = read(azure, GROUP.rpartition("/")[0])["value"]
    interfaces = read(azure, VAULT_NIC.rpartition("/")[0])["value"]
    sets = f"{PROD}/providers/Microsoft.Compute/virtualMachineScaleSets"

    assert len(whole) == 13
    assert {each["id"].split("/")[4] for each in group} == {"rg-prod-shop"}
    assert [each["name"] for each in interfaces] == ["nic-vault-01", "nic-vault-02"]
    assert [
        each["name"] for each in azure.call("GET", sets, version="2024-07-01").body["value"]
    ] == ["vmss-batch"]


def test_a_group_of_resources_goes_with_everything_in_it(azure: LocalAzure) -> None:
    group = f"{PROD}/resourceGroups/rg-prod-plant"
    gone = azure.call("DELETE", group, version=RESOURCES)
    done = azure.call("GET", gone.headers["location"])

    assert (gone.status, done.status) == (202, 200)
    assert azure.call("GET", group, version=RESOURCES).code == "ResourceGroupNotFound"
    left = read(azure, f"{PROD}/providers/Microsoft.Network/virtualNetworks")["value"]
    assert not [each for each in left if "rg-prod-plant" in each["id"]]


def test_a_group_of_resources_that_others_use_stays(azure: LocalAzure) -> None:
    group = f"{PROD}/resourceGroups/rg-prod-shop"
    gone = azure.call("DELETE", group, version=RESOURCES)
    done = azure.call("GET", gone.headers["location"])

    assert (done.status, done.code) == (409, "ResourceGroupDeletionTimeout")
    assert "networkSecurityGroups/nsg-prod-jobs" in done.body["error"]["message"]
    assert azure.call("GET", group, version=RESOURCES).body["properties"] == {
        "provisioningState": "Succeeded"
    }
    assert azure.call("GET", SHOP, version=NETWORK).status == 200


def test_groups_of_resources(azure: LocalAzure) -> None:
    group = f"{PROD}/resourceGroups/rg-new"
    made = azure.call("PUT", group, {"location": "West Europe", "tags": {"a": "1"}}, RESOURCES)
    again = azure.call("PUT", group, {"location": "westeurope", "tags": {"b": "2"}}, RESOURCES)
    moved = azure.call("PUT", group, {"location": "northeurope"}, RESOURCES)
    listed = azure.call("GET", f"{PROD}/resourcegroups", version=RESOURCES).body["value"]

    assert (made.status, made.body["location"]) == (201, "westeurope")
    assert (again.status, again.body["tags"]) == (200, {"b": "2"})
    assert (moved.status, moved.code) == (409, "InvalidResourceGroupLocation")
    assert group in [each["id"] for each in listed]
    assert azure.call("HEAD", group, version=RESOURCES).status == 204
    assert azure.call("HEAD", f"{group}-not", version=RESOURCES).status == 404

"""Security admin rules in effect on a network, from what an estate says of network managers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import DEV, ERP, ESTATE, GRAPH, HUB, NETWORK, PAYMENTS, SHOP, resource
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

MANAGER = resource(HUB, "rg-hub-network", "networkManagers", "avnm-test")
SANDBOX = resource(DEV, "rg-dev", "virtualNetworks", "vnet-dev-sandbox-weu")
GROUP = f"{MANAGER}/networkGroups/all"
CONFIGURATION = f"{MANAGER}/securityAdminConfigurations/baseline"
UNDEPLOYED = f"{MANAGER}/securityAdminConfigurations/draft"
READER = {"Name": "Reader", "Actions": ["*/read"]}
RULE = {
    "access": "Deny",
    "direction": "Inbound",
    "protocol": "Tcp",
    "sources": [{"addressPrefix": "Internet", "addressPrefixType": "ServiceTag"}],
    "destinations": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
    "sourcePortRanges": ["0-65535"],
    "destinationPortRanges": ["22"],
}


def collection(configuration: str, rules: int) -> list[dict[str, Any]]:
    """A collection for the group, with rules of priorities from 1 on."""
    id_ = f"{configuration}/ruleCollections/ports"
    applied = {"appliesToGroups": [{"networkGroupId": GROUP.upper().replace("/SUB", "/sub")}]}
    return [
        {"id": configuration, "properties": {"description": "What holds everywhere"}},
        {"id": id_, "properties": {"description": "Ports", **applied}},
        *(
            {"id": f"{id_}/rules/r{number}", "properties": {**RULE, "priority": number}}
            for number in range(1, rules + 1)
        ),
    ]


def manager(deployments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A manager whose group has two networks, in two regions."""
    members = {"payments": PAYMENTS, "erp": ERP}
    return [
        {"id": MANAGER, "location": "westeurope", "deployments": deployments},
        {"id": GROUP, "properties": {"description": "All networks"}},
        *(
            {"id": f"{GROUP}/staticMembers/{name}", "properties": {"resourceId": id_}}
            for name, id_ in members.items()
        ),
        *collection(CONFIGURATION, 45),
        *collection(UNDEPLOYED, 1),
    ]


def deployed(region: str = "West Europe", **changed: Any) -> dict[str, Any]:
    return {
        "deploymentType": "SecurityAdmin",
        "region": region,
        "configurationIds": [CONFIGURATION],
        **changed,
    }


def estate(folder: Path, *deployments: dict[str, Any]) -> Path:
    entries = [*json.loads(ESTATE.read_bytes()), *manager(list(deployments))]
    return file(folder, "estate.json", entries)


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> LocalAzure:
    others = (
        deployed("northeurope", deploymentStatus="Failed"),
        deployed(deploymentType="Routing"),
    )
    return local_azure(estate(tmp_path, deployed(), *others))


def effective(azure: LocalAzure, network: str, token: str | None = None, query: str = "") -> Reply:
    body = {} if token is None else {"skipToken": token}
    path = f"{network}/listNetworkManagerEffectiveSecurityAdminRules?api-version={NETWORK}{query}"
    return azure.call("POST", path, body)


def test_a_rule_in_effect_is_told_with_where_it_is_from(azure: LocalAzure) -> None:
    reply = effective(azure, PAYMENTS)

    first = reply.body["value"][0]
    assert (reply.status, len(reply.body["value"])) == (200, 20)
    assert first["id"] == f"{CONFIGURATION}/ruleCollections/ports/rules/r1"
    assert first["kind"] == "Custom"
    assert first["configurationDescription"] == "What holds everywhere"
    assert first["ruleCollectionDescription"] == "Ports"
    assert [each["networkGroupId"].lower() for each in first["ruleCollectionAppliesToGroups"]] == [
        GROUP.lower()
    ]
    (group,) = first["ruleGroups"]
    assert group["id"] == GROUP
    assert group["properties"]["description"] == "All networks"
    assert {name: first["properties"][name] for name in RULE} == RULE
    assert (first["properties"]["priority"], first["properties"]["provisioningState"]) == (
        1,
        "Succeeded",
    )


def test_pages(azure: LocalAzure) -> None:
    priorities, token = [], None
    while token != "":
        page = effective(azure, PAYMENTS, token).body
        priorities += [each["properties"]["priority"] for each in page["value"]]
        token = page.get("skipToken", "")
    small = effective(azure, PAYMENTS, query="&$top=7").body

    assert priorities == list(range(1, 46))
    assert len(small["value"]) == 7
    for refused in (
        effective(azure, PAYMENTS, "no token"),
        effective(azure, PAYMENTS, query="&$top=21"),
    ):
        assert (refused.status, refused.code) == (400, "InvalidParameter")


@pytest.mark.parametrize("network", [ERP, SANDBOX])
def test_no_rules_where_none_is_deployed_or_the_network_is_in_no_group(
    azure: LocalAzure, network: str
) -> None:
    assert effective(azure, network).body == {"value": []}


def test_a_network_that_is_not_there(azure: LocalAzure) -> None:
    assert effective(azure, f"{PAYMENTS}-not").code == "ResourceNotFound"


def test_a_reader_may_not(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> None:
    reader = local_azure(estate(tmp_path, deployed()), role=file(tmp_path, "role.json", READER))

    refused = effective(reader, PAYMENTS)
    assert (refused.status, refused.code) == (403, "AuthorizationFailed")
    action = (
        "Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action"
    )
    assert action in refused.body["error"]["message"]
    assert reader.call("GET", CONFIGURATION, version=NETWORK).status == 200


def test_managers_are_read_and_listed(azure: LocalAzure) -> None:
    shown = azure.call("GET", MANAGER, version=NETWORK).body
    rules = azure.call("GET", f"{CONFIGURATION}/ruleCollections/ports/rules", version=NETWORK).body
    query = {"query": "resources | where type contains 'networkmanagers' | project id"}

    assert "deployments" not in shown
    assert shown["type"] == "Microsoft.Network/networkManagers"
    assert len(rules["value"]) == 45
    assert (
        azure.call("GET", f"{GROUP}/staticMembers/payments", version=NETWORK).body["properties"][
            "resourceId"
        ]
        == PAYMENTS
    )
    assert [row["id"] for row in azure.call("POST", GRAPH, query).body["data"]].count(MANAGER) == 1
    assert azure.call("PUT", GROUP, {"properties": {}}, NETWORK).status == 501
    assert azure.call("POST", f"{MANAGER}/commit", {}, NETWORK).status == 501


def test_the_sample_has_one_rule_in_effect(local_azure: Callable[..., LocalAzure]) -> None:
    (rule,) = effective(local_azure(ESTATE), SHOP).body["value"]

    assert rule["id"].endswith("/rules/DenyManagementFromInternet")
    assert rule["properties"]["destinationPortRanges"] == ["22", "3389"]
    assert rule["ruleGroups"][0]["properties"]["description"] == "Networks of the shop"

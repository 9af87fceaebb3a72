"""Azure Policy acting by itself, against the templates of Azure's own built-in definitions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    DEV,
    ESTATE,
    NETWORK,
    PAYMENTS,
    PROD,
    SHOP,
    STORAGE,
    WATCHER,
    WORKSPACE,
    WORKSPACES,
    flow_log,
    resource,
)
from tests.localazure.files import file, refused
from tests.servers import LocalAzure

Start = Callable[..., LocalAzure]
DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
LOGS = "cd6f7aff-2845-4dab-99f2-6d1754a754b0"
ANALYSED = "3e9965dc-cc13-47ca-8259-a4252fd0cf7b"
CENTRAL = "6d7c9ba4-b4b9-4d38-9e86-f1bc6b322bde"
POLICIES = {
    LOGS: "VirtualNetwork_FlowLog_DINE",
    ANALYSED: "VirtualNetwork_FlowLog_TrafficAnalytics_DINE",
    CENTRAL: "VirtualNetwork_Flowlog_TrafficAnalytics_Centralized_DINE",
}
REGIONAL = {"vnetRegion": "westeurope", "storageId": ACCOUNT, "networkWatcherName": WATCHER}
WITH_WORKSPACE = {**REGIONAL, "workspaceResourceId": WORKSPACE, "workspaceRegion": "westeurope"}


def assignment(policy: str, scope: str = PROD, **parameters: str) -> dict[str, Any]:
    """An assignment as ARM returns it."""
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/policyAssignments/flow-logs",
        "properties": {
            "policyDefinitionId": f"{DEFINITIONS}/{policy}",
            "parameters": {name: {"value": value} for name, value in parameters.items()},
        },
    }


def started(start: Start, folder: Path, *assignments: dict[str, Any]) -> LocalAzure:
    return start(ESTATE, **{"azure-policy": file(folder, "policies.json", list(assignments))})


def logs(azure: LocalAzure) -> dict[str, dict[str, Any]]:
    """Flow logs of the watcher in West Europe, by name."""
    listed = azure.call("GET", f"{WATCHER}/flowLogs", version=NETWORK).body["value"]
    return {each["name"]: each for each in listed}


def deployed(shared_data: Path, policy: str) -> dict[str, Any]:
    """The flow log in the template of a built-in definition."""
    folder = shared_data / "policy" / "built-in-policies" / "policyDefinitions" / "Network"
    text = json.loads((folder / f"{POLICIES[policy]}.json").read_text())
    deployment = text["properties"]["policyRule"]["then"]["details"]["deployment"]["properties"]
    (inner,) = deployment["template"]["resources"]
    (resource_,) = inner["properties"]["template"]["resources"]
    found: dict[str, Any] = resource_["properties"]
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each member at the bottom, by its path in lower case."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}".casefold())
    else:
        yield path, value


@pytest.mark.parametrize(
    ("policy", "parameters"),
    [(LOGS, REGIONAL), (ANALYSED, WITH_WORKSPACE)],
    ids=("logs", "analysed"),
)
def test_a_network_gets_what_the_template_of_the_definition_says(
    local_azure: Start,
    tmp_path: Path,
    shared_data: Path,
    policy: str,
    parameters: dict[str, str],
) -> None:
    azure = started(local_azure, tmp_path, assignment(policy, **parameters, retentionDays="45"))
    made = logs(azure)["vnet-shop-weu-rg-prod-shop-flowlog"]
    held = dict(leaves(made["properties"]))

    values = {**parameters, "retentionDays": "45", "targetResource": SHOP, "timeInterval": "60"}
    for path, value in leaves(deployed(shared_data, policy)):
        expected = str(value)
        for name, given in values.items():
            expected = expected.replace(f"[parameters('{name}')]", given)
        assert str(held[path]).casefold() == expected.casefold(), path
    if policy == LOGS:
        assert made["properties"]["format"] == {"type": "FlowLogJSON", "version": 2}


def test_names_are_cut_as_the_definition_cuts_them(local_azure: Start, tmp_path: Path) -> None:
    long = "vnet-" + "n" * 59
    where = f"{PROD}/resourceGroups/rg-prod-shop/providers/Microsoft.Network/virtualNetworks/{long}"
    body = {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": []}}}
    azure = started(local_azure, tmp_path, assignment(LOGS, **REGIONAL))
    assert azure.call("PUT", where, body, NETWORK).status == 201

    assert f"{long}-rg-prod-flowlog" in logs(azure)


def test_other_regions_scopes_and_disabled_effects_are_left_alone(
    local_azure: Start, tmp_path: Path
) -> None:
    plain = logs(local_azure(ESTATE))
    off = assignment(LOGS, **REGIONAL, effect="Disabled")
    azure = started(local_azure, tmp_path, off, assignment(LOGS, DEV, **REGIONAL))
    assert logs(azure).keys() == plain.keys()

    payments = f"{PROD}/resourceGroups/rg-prod-payments"
    narrow = started(local_azure, tmp_path, assignment(LOGS, payments, **REGIONAL))
    new = logs(narrow).keys() - plain.keys()
    assert new == {"vnet-payments-weu-rg-prod-payments-flowlog"}


def test_a_network_that_has_a_flow_log_keeps_its_name_and_is_rewritten_unless_it_complies(
    local_azure: Start, tmp_path: Path
) -> None:
    azure = local_azure(ESTATE, **{"azure-policy": "on"})
    ours = {
        "ours-off": flow_log(SHOP, enabled=False),
        "ours-on": flow_log(PAYMENTS, retentionPolicy={"days": 90, "enabled": True}),
    }
    for name, body in ours.items():
        assert azure.call("PUT", f"{WATCHER}/flowLogs/{name}", body, NETWORK).status == 201
    remediate(azure, assignment(LOGS, **REGIONAL))

    held = logs(azure)
    assert "vnet-shop-weu-rg-prod-shop-flowlog" not in held
    assert held["ours-off"]["properties"]["enabled"] is True
    assert held["ours-off"]["properties"]["retentionPolicy"] == {"days": 30, "enabled": True}
    assert held["ours-on"]["properties"]["retentionPolicy"] == {"days": 90, "enabled": True}


def test_a_flow_log_that_is_off_complies_with_the_one_that_wants_analytics(
    local_azure: Start, tmp_path: Path
) -> None:
    azure = local_azure(ESTATE, **{"azure-policy": "on"})
    body = flow_log(SHOP, enabled=False)
    assert azure.call("PUT", f"{WATCHER}/flowLogs/off", body, NETWORK).status == 201
    remediate(azure, assignment(ANALYSED, **WITH_WORKSPACE))

    assert logs(azure)["off"]["properties"]["enabled"] is False


def remediate(azure: LocalAzure, wanted: dict[str, Any]) -> dict[str, Any]:
    """Assigns the policy and runs a remediation task; returns the task once it is through."""
    body = {
        **wanted,
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
    }
    assert azure.call("PUT", wanted["id"], body, "2025-01-01").status == 201
    task = f"{PROD}/providers/Microsoft.PolicyInsights/remediations/task"
    asked = {"properties": {"policyAssignmentId": wanted["id"]}}
    assert azure.call("PUT", task, asked, "2021-10-01").status == 201
    found: dict[str, Any] = azure.call("GET", task, version="2021-10-01").body["properties"]
    return found


def test_without_the_switch_a_remediation_stays_accepted(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    before = logs(azure).keys()

    assert remediate(azure, assignment(LOGS, **REGIONAL))["provisioningState"] == "Accepted"
    assert logs(azure).keys() == before


def test_a_network_that_is_written_gets_its_flow_log_without_a_remediation(
    local_azure: Start, tmp_path: Path
) -> None:
    azure = local_azure(ESTATE, **{"azure-policy": "on"})
    wanted = assignment(LOGS, **REGIONAL)
    body = {**wanted, "location": "westeurope", "identity": {"type": "SystemAssigned"}}
    assert azure.call("PUT", wanted["id"], body, "2025-01-01").status == 201
    before = logs(azure).keys()
    network = azure.call("GET", SHOP, version=NETWORK).body
    assert azure.call("PUT", SHOP, network, NETWORK).status == 200

    assert logs(azure).keys() - before == {"vnet-shop-weu-rg-prod-shop-flowlog"}


def test_the_central_one_needs_its_account_and_workspace_and_says_so_in_the_task(
    local_azure: Start,
) -> None:
    azure = local_azure(ESTATE, **{"azure-policy": "on"})
    wanted = assignment(
        CENTRAL,
        resourceGroupName="rg-prod-monitoring",
        workspaceRegion="westeurope",
        retentionDays="90",
        updateFlowlog="true",
    )
    task = remediate(azure, wanted)
    assert task["provisioningState"] == "Failed"
    assert task["deploymentStatus"]["successfulDeployments"] == 0

    account = resource(
        PROD, "rg-prod-monitoring", "Microsoft.Storage/storageAccounts", "nwtasaabcdef"
    )
    workspace = resource(
        PROD, "rg-prod-monitoring", "Microsoft.OperationalInsights/workspaces", "nwtawsabcdef"
    )
    body = {"location": "westeurope", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    assert azure.call("PUT", account, body, STORAGE).status == 202
    assert azure.call("PUT", workspace, {"location": "westeurope"}, WORKSPACES).status == 201
    network = azure.call("GET", SHOP, version=NETWORK).body
    assert azure.call("PUT", SHOP, network, NETWORK).status == 200

    made = logs(azure)["vnet-shop-weu-rg-prod-shop-flowlog"]["properties"]
    inner = made["flowAnalyticsConfiguration"]["networkWatcherFlowAnalyticsConfiguration"]
    assert (made["storageId"], inner["workspaceResourceId"]) == (account, workspace)
    assert made["retentionPolicy"] == {"days": 90, "enabled": True}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "policy assignments are a JSON array"),
        ([{"id": PROD}], "entry 1 is no policy assignment as ARM returns it"),
        ([{**assignment(LOGS), "properties": None}], "'properties.policyDefinitionId' is missing"),
        ([{**assignment(LOGS), "id": f"{PROD}/policyAssignments"}], "entry 1 is no policy"),
        ([assignment(LOGS) | {"tags": []}], "entry 1: 'tags' must be an object"),
        ([assignment(LOGS)], "entry 1: the parameter 'vnetRegion' has no value"),
        ([assignment("none")], f"entry 1: The policy definition '{DEFINITIONS}/none'"),
    ],
)
def test_assignments_it_cannot_use(tmp_path: Path, content: object, problem: str) -> None:
    path = file(tmp_path, "policies.json", content)

    assert problem in refused("--estate", ESTATE, "--port", 0, "--azure-policy", path)

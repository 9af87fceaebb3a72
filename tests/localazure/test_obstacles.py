"""What refuses a write although the role allows it: locks, deny assignments, deny policies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    ESTATE,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    WORKSPACE,
    analytics,
    flow_log,
    resource,
)
from tests.localazure.files import file
from tests.servers import LocalAzure

Start = Callable[..., LocalAzure]
AUTHORIZATION = "Microsoft.Authorization"
LOG = f"{WATCHER}/flowLogs/one"
LOCKS = "2020-05-01"
RESTRICTIONS = "providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
RESTRICTIONS_VERSION = "2023-03-01"
PLAIN = {"type": "Microsoft.Storage/storageAccounts", "location": "westeurope"}


def estate(folder: Path, *entries: dict[str, Any]) -> Path:
    return file(folder, "estate.json", [*json.loads(ESTATE.read_text()), *entries])


def lock(scope: str, level: str) -> dict[str, Any]:
    id_ = f"{scope}/providers/{AUTHORIZATION}/locks/{level}"
    return {"id": id_, "properties": {"level": level}}


def denial(scope: str, **properties: Any) -> dict[str, Any]:
    everybody = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
    given = {
        "denyAssignmentName": "managed application",
        "permissions": [{"actions": ["*/write"], "notActions": []}],
        "scope": scope,
        "principals": [everybody],
        "excludePrincipals": [],
        **properties,
    }
    return {
        "id": f"{scope}/providers/{AUTHORIZATION}/denyAssignments/managed",
        "properties": given,
    }


def policy(rule: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
    """A custom deny policy and its assignment at the subscription."""
    defined = {name: {"type": "String"} for name in parameters}
    definition = f"{PROD}/providers/{AUTHORIZATION}/policyDefinitions/rule"
    return [
        {
            "id": definition,
            "properties": {
                "parameters": defined,
                "policyRule": {"if": rule, "then": {"effect": "deny"}},
            },
        },
        {
            "id": f"{PROD}/providers/{AUTHORIZATION}/policyAssignments/landing-zone",
            "properties": {
                "policyDefinitionId": definition,
                "parameters": {name: {"value": value} for name, value in parameters.items()},
            },
        },
    ]


TAG = {"field": "[concat('tags[', parameters('name'), ']')]", "exists": "false"}
PUBLIC = {
    "allOf": [
        {"field": "type", "equals": "Microsoft.Storage/storageAccounts"},
        {
            "field": "Microsoft.Storage/storageAccounts/publicNetworkAccess",
            "notEquals": "Disabled",
        },
    ]
}


@pytest.mark.parametrize("scope", [PROD, WATCHER.split("/providers/")[0], WATCHER])
def test_a_read_only_lock_refuses_writes_to_all_that_it_holds(
    local_azure: Start, tmp_path: Path, scope: str
) -> None:
    azure = local_azure(estate(tmp_path, lock(scope, "ReadOnly")))
    refused = azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    assert (refused.status, refused.code) == (409, "ScopeLocked")
    assert f"are locked: '{scope}'" in refused.body["error"]["message"]
    assert azure.call("GET", WATCHER, version=NETWORK).status == 200


def test_a_lock_against_deletion_refuses_that_alone(local_azure: Start, tmp_path: Path) -> None:
    azure = local_azure(estate(tmp_path, lock(WATCHER, "CanNotDelete")))
    assert azure.call("PUT", LOG, flow_log(SHOP), NETWORK).status == 201
    assert azure.call("DELETE", LOG, version=NETWORK).code == "ScopeLocked"
    group = WATCHER.split("/providers/")[0]
    assert azure.call("DELETE", group, version=RESOURCES).code == "ScopeLocked"


def test_locks_are_made_listed_and_taken_away(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    id_ = f"{WATCHER}/providers/{AUTHORIZATION}/locks/keep"
    body = {"properties": {"level": "CanNotDelete", "notes": "evidence"}}
    assert azure.call("PUT", id_, body, LOCKS).status == 201
    listed = azure.call("GET", f"{PROD}/providers/{AUTHORIZATION}/locks", version=LOCKS).body
    assert [each["id"] for each in listed["value"]] == [id_]
    assert azure.call("DELETE", id_, version=LOCKS).status == 200
    assert azure.call("GET", id_, version=LOCKS).status == 404
    body["properties"]["level"] = "Frozen"
    assert azure.call("PUT", id_, body, LOCKS).status == 400


def test_a_deny_assignment_refuses_what_the_role_allows(local_azure: Start, tmp_path: Path) -> None:
    azure = local_azure(estate(tmp_path, denial(WATCHER)))
    refused = azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    assert (refused.status, refused.code) == (403, "DenyAssignmentAuthorizationFailed")
    assert "managed application" in refused.body["error"]["message"]
    path = f"{PROD}/providers/{AUTHORIZATION}/denyAssignments"
    assert len(azure.call("GET", path, version="2022-04-01").body["value"]) == 1


@pytest.mark.parametrize(
    "properties",
    [
        {"doNotApplyToChildScopes": True},
        {"permissions": [{"actions": ["*/delete"], "notActions": []}]},
        {"permissions": [{"actions": ["*"], "notActions": ["Microsoft.Network/*"]}]},
        {"principals": [{"id": "00000000-0000-4000-8000-000000000777", "type": "User"}]},
        {"excludePrincipals": [{"id": "00000000-0000-4000-8000-00000000c0de", "type": "User"}]},
    ],
)
def test_a_deny_assignment_for_something_or_somebody_else_does_not(
    local_azure: Start, tmp_path: Path, properties: dict[str, Any]
) -> None:
    azure = local_azure(estate(tmp_path, denial(WATCHER, **properties)))
    assert azure.call("PUT", LOG, flow_log(SHOP), NETWORK).status == 201


def test_a_deny_policy_refuses_a_write_and_is_told_beforehand(
    local_azure: Start, tmp_path: Path
) -> None:
    azure = local_azure(estate(tmp_path, *policy(TAG, name="costCenter")))
    refused = azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    assert (refused.status, refused.code) == (403, "RequestDisallowedByPolicy")
    assert refused.body["error"]["target"] == "one"

    asked = {
        "resourceDetails": {"resourceContent": {**PLAIN, "tags": {}}},
        "pendingFields": [{"field": "tags"}],
    }
    told = azure.call("POST", f"{PROD}/{RESTRICTIONS}", asked, RESTRICTIONS_VERSION).body
    (evaluation,) = told["contentEvaluationResult"]["policyEvaluations"]
    assert evaluation["effectDetails"] == {"policyEffect": "Deny"}
    assert evaluation["policyInfo"]["policyAssignmentId"].endswith("/landing-zone")
    (restricted,) = told["fieldRestrictions"]
    assert restricted["field"] == "tags.costCenter"
    assert restricted["restrictions"][0]["result"] == "Required"

    tagged = {**flow_log(SHOP), "tags": {"COSTCENTER": "42"}}
    assert azure.call("PUT", LOG, tagged, NETWORK).status == 201


@pytest.mark.parametrize(
    ("rule", "content", "refused"),
    [
        (PUBLIC, {"properties": {"publicNetworkAccess": "Enabled"}}, True),
        (PUBLIC, {"properties": {"publicNetworkAccess": "disabled"}}, False),
        (PUBLIC, {"type": "Microsoft.Network/networkWatchers"}, False),
        ({"not": {"field": "location", "in": ["northeurope"]}}, {}, True),
        ({"field": "location", "notIn": ["westeurope"]}, {}, False),
        ({"anyOf": [{"field": "name", "like": "st*"}]}, {"name": "stone"}, True),
        ({"field": "tags.env", "exists": True}, {"tags": {"env": "x"}}, True),
        (
            {"field": "Microsoft.Storage/storageAccounts/sku.name", "notLike": "*_ZRS"},
            {"sku": {"name": "Standard_LRS"}},
            True,
        ),
    ],
)
def test_the_conditions_of_a_rule(
    local_azure: Start,
    tmp_path: Path,
    rule: dict[str, Any],
    content: dict[str, Any],
    refused: bool,
) -> None:
    azure = local_azure(estate(tmp_path, *policy(rule)))
    asked = {"resourceDetails": {"resourceContent": {**PLAIN, **content}}}
    told = azure.call("POST", f"{PROD}/{RESTRICTIONS}", asked, RESTRICTIONS_VERSION).body
    assert bool(told["contentEvaluationResult"]["policyEvaluations"]) is refused


def test_a_condition_that_is_not_modelled_says_so(local_azure: Start, tmp_path: Path) -> None:
    rule = {"count": {"field": "Microsoft.Network/virtualNetworks/subnets[*]"}, "greater": 1}
    azure = local_azure(estate(tmp_path, *policy(rule)))
    asked = {"resourceDetails": {"resourceContent": PLAIN}}
    told = azure.call("POST", f"{PROD}/{RESTRICTIONS}", asked, RESTRICTIONS_VERSION)
    assert (told.status, told.code) == (501, "NotModelled")


def test_what_policy_keeps_traffic_analytics_from_making_leaves_a_failed_flow_log(
    local_azure: Start, tmp_path: Path
) -> None:
    group = WORKSPACE.split("/providers/")[0]
    rule = {"allOf": [{"field": "type", "like": "Microsoft.Insights/dataCollection*"}, TAG]}
    definition, assignment = policy(rule, name="costCenter")
    assignment["id"] = f"{group}/providers/{AUTHORIZATION}/policyAssignments/landing-zone"
    bare = [each for each in json.loads(ESTATE.read_text()) if "/NWTA" not in each["id"]]
    bare = [each for each in bare if "vnet-report-neu-rg" not in each["id"]]
    azure = local_azure(file(tmp_path, "estate.json", [*bare, definition, assignment]))
    body = flow_log(SHOP, flowAnalyticsConfiguration=analytics())
    made = azure.call("PUT", LOG, body, NETWORK)
    polled = azure.call("GET", made.headers["azure-asyncoperation"])
    assert polled.body["error"]["code"] == "TARequestDisallowedByPolicy"
    held = azure.call("GET", LOG, version=NETWORK).body
    assert held["properties"]["provisioningState"] == "Failed"


def test_storage_has_one_blob_service_and_rules_that_can_be_set(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    service = azure.call("GET", f"{ACCOUNT}/blobServices/default", version=STORAGE).body
    assert service["properties"]["deleteRetentionPolicy"] == {"enabled": False}
    rules = f"{ACCOUNT}/managementPolicies/default"
    missing = azure.call("GET", rules, version=STORAGE)
    assert (missing.status, missing.code) == (404, "ManagementPolicyNotFound")
    body = {"properties": {"policy": {"rules": [{"name": "old", "type": "Lifecycle"}]}}}
    assert azure.call("PUT", rules, body, STORAGE).status == 200
    held = azure.call("GET", rules, version=STORAGE).body
    assert (held["name"], held["id"]) == ("DefaultManagementPolicy", rules)
    containers = f"{ACCOUNT}/blobServices/default/containers"
    assert azure.call("GET", containers, version=STORAGE).body == {"value": []}
    nobody = resource(PROD, "rg-prod-shop", "Microsoft.Storage/storageAccounts", "nobody")
    unknown = azure.call("GET", f"{nobody}/blobServices/default/containers", version=STORAGE)
    assert unknown.status == 404

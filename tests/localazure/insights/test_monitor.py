"""Saved searches, alerts, action groups, workbooks and data collection rules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localazure.contoso import PROD, WORKSPACES, resource
from tests.servers import LocalAzure, Reply

GROUP = "rg-prod-shop"
VERSION = {
    "scheduledQueryRules": "2023-12-01",
    "actionGroups": "2023-01-01",
    "activityLogAlerts": "2020-10-01",
    "workbooks": "2023-06-01",
    "dataCollectionRules": "2022-06-01",
}
WORKBOOK = "00000000-0000-4000-8000-00000000b00c"


def insights(kind: str, name: str) -> str:
    return resource(PROD, GROUP, f"Microsoft.Insights/{kind}", name)


def put(azure: LocalAzure, type_: str, name: str, properties: Any, **top: Any) -> Reply:
    body = {"location": "westeurope", "properties": properties, **top}
    return azure.call("PUT", insights(type_, name), body, VERSION[type_])


@pytest.fixture
def search(azure: LocalAzure) -> str:
    """Path of a saved search that is not there, in a workspace that is."""
    workspace = resource(PROD, GROUP, "Microsoft.OperationalInsights/workspaces", "searched")
    azure.call("PUT", workspace, {"location": "westeurope", "properties": {}}, WORKSPACES)
    path = f"{workspace}/savedSearches/one"
    azure.call("DELETE", path, version=WORKSPACES)
    return path


def saved(**changes: Any) -> dict[str, Any]:
    return {"properties": {"category": "c", "displayName": "d", "query": "T", **changes}}


def test_a_saved_search_is_kept_listed_and_deleted(azure: LocalAzure, search: str) -> None:
    made = azure.call("PUT", search, saved(functionAlias="F"), WORKSPACES)
    listed = azure.call("GET", search.rsplit("/", 1)[0], version=WORKSPACES)
    gone = [azure.call("DELETE", search, version=WORKSPACES).status for _ in range(2)]
    assert made.status == 200
    assert made.body["properties"]["version"] == 2
    assert [one["name"] for one in listed.body["value"]] == ["one"]
    assert gone == [200, 204]


def test_a_saved_search_is_written_over_only_with_its_etag(azure: LocalAzure, search: str) -> None:
    etag = azure.call("PUT", search, saved(), WORKSPACES).body["etag"]
    refused = azure.call("PUT", search, saved(query="U"), WORKSPACES)
    changed = azure.call("PUT", search, {**saved(query="U"), "etag": etag}, WORKSPACES)
    forced = azure.call("PUT", search, {**saved(query="V"), "etag": "*"}, WORKSPACES)
    assert (refused.status, refused.code) == (409, "Conflict")
    assert "Newer data exists" in refused.body["error"]["message"]
    assert (changed.status, forced.body["properties"]["query"]) == (200, "V")


def test_a_saved_search_needs_its_workspace_and_its_query(azure: LocalAzure, search: str) -> None:
    nowhere = search.replace("/searched/", "/absent/")
    assert azure.call("PUT", nowhere, saved(), WORKSPACES).code == "ParentResourceNotFound"
    assert azure.call("PUT", search, saved(query=""), WORKSPACES).code == "InvalidParameter"


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "scopes": ["/subscriptions/x"],
        "evaluationFrequency": "PT1H",
        "windowSize": "PT3H",
        "skipQueryValidation": True,
        "criteria": {"allOf": [{"query": "NTANetAnalytics | take 1", "operator": "GreaterThan"}]},
        **changes,
    }


def test_an_alert_is_made_changed_and_deleted(azure: LocalAzure) -> None:
    statuses = [put(azure, "scheduledQueryRules", "r", rule(severity=n)).status for n in (1, 2)]
    path, version = insights("scheduledQueryRules", "r"), VERSION["scheduledQueryRules"]
    assert azure.call("GET", path, version=version).body["properties"]["severity"] == 2
    assert statuses == [201, 200]
    assert [azure.call("DELETE", path, version=version).status for _ in range(2)] == [200, 204]


def test_an_alert_watches_what_it_was_made_for(azure: LocalAzure) -> None:
    put(azure, "scheduledQueryRules", "watching", rule(scopes=["/subscriptions/x"]))
    same = put(azure, "scheduledQueryRules", "watching", rule(scopes=["/Subscriptions/X"]))
    moved = put(azure, "scheduledQueryRules", "watching", rule(scopes=["/subscriptions/y"]))
    assert same.status == 200
    assert (moved.status, moved.body["error"]["message"]) == (400, "Scope can not be updated")


@pytest.mark.parametrize(
    "changes",
    [
        {"evaluationFrequency": "PT20M"},
        {"evaluationFrequency": "P2D", "windowSize": "P2D"},
        {"windowSize": "PT90M"},
        {"evaluationFrequency": "PT6H"},
        {"overrideQueryTimeRange": "PT7M"},
        {"windowSize": "three hours"},
        {"criteria": {"allOf": [{"query": "T", "operator": "gt"}]}},
        {"autoMitigate": True, "muteActionsDuration": "PT1H"},
    ],
)
def test_times_that_azure_does_not_have_are_refused(
    azure: LocalAzure, changes: dict[str, Any]
) -> None:
    refused = put(azure, "scheduledQueryRules", "wrong", rule(**changes))
    assert (refused.status, refused.code) == (400, "BadRequest")


def test_a_query_that_is_validated_finds_no_table(azure: LocalAzure) -> None:
    refused = put(azure, "scheduledQueryRules", "early", rule(skipQueryValidation=False))
    assert (refused.status, refused.code) == (400, "BadArgumentError")
    assert refused.body["error"]["innererror"]["innererror"]["code"] == "SEM0100"


def test_an_action_group_tells_the_state_of_its_receivers(azure: LocalAzure) -> None:
    receivers = [{"name": "soc", "emailAddress": "soc@contoso.test"}]
    made = put(azure, "actionGroups", "g", {"groupShortName": "s", "emailReceivers": receivers})
    assert made.body["properties"]["emailReceivers"][0]["status"] == "Enabled"
    long = put(azure, "actionGroups", "h", {"groupShortName": "thirteen char"})
    assert long.code == "BadRequest"


def test_an_activity_log_alert_watches_its_own_subscription(azure: LocalAzure) -> None:
    condition = {"allOf": [{"field": "category", "equals": "Administrative"}]}
    own = put(azure, "activityLogAlerts", "a", {"scopes": [PROD], "condition": condition})
    other = "/subscriptions/00000000-0000-4000-8000-0000000000ee"
    foreign = put(azure, "activityLogAlerts", "b", {"scopes": [other], "condition": condition})
    assert own.status == 201
    assert (foreign.status, foreign.code) == (400, "BadRequest")


def test_a_workbook_gives_its_content_to_who_asks(azure: LocalAzure) -> None:
    content = {"displayName": "w", "category": "workbook", "serializedData": "{}"}
    assert put(azure, "workbooks", "w", content).code == "BadRequest"
    assert put(azure, "workbooks", WORKBOOK, content, kind="shared").status == 201
    path = insights("workbooks", WORKBOOK)
    summary = azure.call("GET", path, version="2023-06-01")
    whole = azure.call("GET", f"{path}?canFetchContent=true", version="2023-06-01")
    assert "serializedData" not in summary.body["properties"]
    assert whole.body["properties"]["serializedData"] == "{}"


def test_a_collection_rule_names_a_workspace_that_is_there(azure: LocalAzure, search: str) -> None:
    def to(workspace: str) -> dict[str, Any]:
        return {"destinations": {"logAnalytics": [{"workspaceResourceId": workspace}]}}

    workspace = search.split("/savedSearches")[0]
    made = put(azure, "dataCollectionRules", "d", to(workspace), kind="WorkspaceTransforms")
    absent = put(azure, "dataCollectionRules", "e", to(f"{workspace}x"))
    wrong = put(azure, "dataCollectionRules", "e", to("workspace"))
    assert (made.status, made.body["kind"]) == (201, "WorkspaceTransforms")
    assert (absent.status, wrong.status) == (404, 400)


def test_a_group_lists_what_is_in_it_and_has_a_location(azure: LocalAzure, search: str) -> None:
    azure.call("PUT", search, saved(), WORKSPACES)
    group = f"{PROD}/resourceGroups/{GROUP}/resources"
    listed = azure.call("GET", group, version="2021-04-01").body["value"]
    types = {one["type"] for one in listed}
    assert "Microsoft.OperationalInsights/workspaces" in types
    assert not any("savedSearches" in one["id"] for one in listed)
    assert azure.call("GET", group.replace(GROUP, "none"), version="2021-04-01").status == 404

"""Lists and small reads that clients of others need: policies, roles, tables, keys."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    HUB,
    PAYMENTS,
    PROD,
    STORAGE,
    WATCHER,
    WORKSPACE,
    WORKSPACES,
    analytics,
    flow_log,
)
from tests.servers import LocalAzure, Reply

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
WHO = "11111111-1111-4111-8111-111111111111"
AUTHORIZATION = "providers/Microsoft.Authorization"
DEFINITION = f"/{AUTHORIZATION}/policyDefinitions/cd6f7aff-2845-4dab-99f2-6d1754a754b0"
GROUP = f"{PROD}/resourceGroups/rg-prod-shop"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"


def listed(azure: LocalAzure, path: str, version: str, text: str = "") -> Reply:
    return azure.call("GET", f"{path}{'?$filter=' if text else ''}{quote(text)}", version=version)


def names(reply: Reply) -> set[str]:
    assert reply.status == 200
    return {each["name"] for each in reply.body["value"]}


@pytest.fixture(scope="module")
def assigned(azure: LocalAzure) -> LocalAzure:
    """A policy on the subscription and one on a group in it."""
    values = {
        "vnetRegion": {"value": "westeurope"},
        "storageId": {"value": ACCOUNT},
        "networkWatcherName": {"value": WATCHER},
    }
    for scope, name in ((PROD, "whole"), (GROUP, "part")):
        body = {
            "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "properties": {"policyDefinitionId": DEFINITION, "parameters": values},
        }
        path = f"{scope}/{AUTHORIZATION}/policyAssignments/{name}"
        assert azure.call("PUT", path, body, "2025-01-01").status == 201
    return azure


@pytest.mark.parametrize(
    ("scope", "text", "wanted"),
    [
        (PROD, "", {"whole", "part"}),
        (PROD, "atScope()", {"whole"}),
        (GROUP, "", {"whole", "part"}),
        (GROUP, "atScope()", {"whole", "part"}),
        (GROUP, "atExactScope()", {"part"}),
        (HUB, "", set()),
        (PROD, f"policyDefinitionId eq '{DEFINITION}'", {"whole", "part"}),
        (PROD, "policyDefinitionId eq '/none'", set()),
    ],
)
def test_policy_assignments_of_a_scope(
    assigned: LocalAzure, scope: str, text: str, wanted: set[str]
) -> None:
    path = f"{scope}/{AUTHORIZATION}/policyAssignments"
    assert names(listed(assigned, path, "2025-01-01", text)) == wanted


def test_a_filter_of_policy_assignments_that_is_not_modelled(assigned: LocalAzure) -> None:
    path = f"{PROD}/{AUTHORIZATION}/policyAssignments"
    assert listed(assigned, path, "2025-01-01", "name eq 'x'").code == "NotModelled"


def test_role_definitions_and_the_assignments_of_them(azure: LocalAzure) -> None:
    name = "22222222-2222-4222-8222-222222222222"
    definitions = f"{PROD}/{AUTHORIZATION}/roleDefinitions"
    assignments = f"{PROD}/{AUTHORIZATION}/roleAssignments"
    asked = {
        "roleDefinitionId": f"{definitions}/{READER}",
        "principalId": WHO,
        "principalType": "User",
    }
    azure.call("PUT", f"{assignments}/{name}", {"properties": asked}, "2022-04-01")

    reader = listed(azure, definitions, "2022-04-01", "roleName eq 'Reader'")
    custom = listed(azure, definitions, "2022-04-01", "type eq 'CustomRole'")
    one = azure.call("GET", f"{definitions}/{READER}", version="2022-04-01").body

    assert names(reader) == {READER}
    assert names(custom) == set()
    assert one["properties"]["permissions"][0]["actions"] == ["*/read"]
    assert names(listed(azure, assignments, "2022-04-01")) == {name}
    assert names(listed(azure, assignments, "2022-04-01", f"principalId eq '{WHO}'")) == {name}
    inside = f"{GROUP}/{AUTHORIZATION}/roleAssignments"
    assert names(listed(azure, inside, "2022-04-01", "atScope()")) == {name}
    assert names(listed(azure, inside, "2022-04-01", "principalId eq 'x'")) == set()


def test_keys_of_an_account_stay_the_same(azure: LocalAzure) -> None:
    keys = azure.call("POST", f"{ACCOUNT}/listKeys?$expand=kerb", version=STORAGE)
    again = azure.call("POST", f"{ACCOUNT.upper()}/listkeys", version=STORAGE)

    assert [each["keyName"] for each in keys.body["keys"]] == ["key1", "key2"]
    assert len(base64.b64decode(keys.body["keys"][0]["value"])) == 64
    assert keys.body == again.body
    missing = azure.call("POST", f"{ACCOUNT}0/listKeys", version=STORAGE)
    assert missing.code == "ResourceNotFound"
    assert (
        azure.call("GET", f"{ACCOUNT}?$expand=geoReplicationStats", version=STORAGE).status == 501
    )


def test_every_account_has_a_file_service(azure: LocalAzure) -> None:
    path = f"{ACCOUNT}/fileServices"
    one = azure.call("GET", f"{path}/default", version=STORAGE)
    retention = {"enabled": False}
    azure.call(
        "PUT", f"{path}/default", {"properties": {"shareDeleteRetentionPolicy": retention}}, STORAGE
    )

    assert one.body["properties"]["shareDeleteRetentionPolicy"] == {"enabled": True, "days": 7}
    (after,) = azure.call("GET", path, version=STORAGE).body["value"]
    assert after["properties"]["shareDeleteRetentionPolicy"] == retention


def test_tables_are_those_that_a_query_finds_rows_in(azure: LocalAzure) -> None:
    created = f"{WATCHER}/flowLogs/for-tables"
    body = flow_log(PAYMENTS, flowAnalyticsConfiguration=analytics())
    azure.call("PUT", created, body, "2025-05-01")

    query = {"query": "NTANetAnalytics | count"}
    counted = azure.call("POST", f"{WORKSPACE}/query", query, "2017-10-01").body
    tables = azure.call("GET", f"{WORKSPACE}/tables", version=WORKSPACES)
    one = azure.call("GET", f"{WORKSPACE}/tables/ntanetanalytics", version=WORKSPACES)
    none = azure.call("GET", f"{WORKSPACE}/tables/Syslog", version=WORKSPACES)

    assert counted["tables"][0]["rows"][0][0] > 0
    assert "NTANetAnalytics" in names(tables)
    assert one.body["name"] == "NTANetAnalytics"
    assert none.code == "ResourceNotFound"


def test_deleted_workspaces_are_listed_until_they_are_made_again(azure: LocalAzure) -> None:
    id_ = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/ws-for-deletion"
    deleted = "providers/Microsoft.OperationalInsights/deletedWorkspaces"
    body = {"location": "westeurope", "properties": {}}
    azure.call("PUT", id_, body, WORKSPACES)
    guid = azure.call("GET", id_, version=WORKSPACES).body["properties"]["customerId"]
    azure.call("DELETE", id_, version=WORKSPACES)

    (found,) = azure.call("GET", f"{PROD}/{deleted}", version=WORKSPACES).body["value"]
    elsewhere = listed(azure, f"{HUB}/{deleted}", WORKSPACES)
    azure.call("PUT", id_, body, WORKSPACES)

    assert (found["name"], found["location"]) == ("ws-for-deletion", "westeurope")
    assert found["properties"]["customerId"] == guid
    assert names(elsewhere) == set()
    assert names(listed(azure, f"{GROUP}/{deleted}", WORKSPACES)) == set()


@pytest.mark.parametrize(
    ("version", "options", "is_table"),
    [
        ("2019-04-01", {}, True),
        ("2019-04-01", {"resultFormat": "objectArray"}, False),
        ("2021-03-01", {}, False),
        ("2024-04-01", {"resultFormat": "table"}, True),
    ],
)
def test_results_come_in_the_format_of_the_version_or_of_the_option(
    azure: LocalAzure, version: str, options: dict[str, str], is_table: bool
) -> None:
    query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project name"
    body = {"query": f"{query} | order by name asc", "options": {**options, "$top": 2, "$skip": 1}}
    answer = azure.call("POST", GRAPH, body, version).body

    found = ["contoso-hub", "contoso-prod"]
    columns = [{"name": "name", "type": "string"}]
    table = {"columns": columns, "rows": [[name] for name in found]}
    assert answer["data"] == (table if is_table else [{"name": name} for name in found])
    assert (answer["totalRecords"], answer["count"]) == (3, 2)


def test_facets_count_values_and_name_what_is_no_column(azure: LocalAzure) -> None:
    facets = [
        {"expression": "type", "options": {"$top": 1, "sortOrder": "desc"}},
        {"expression": "nothing"},
    ]
    query = "resources | where type =~ 'microsoft.network/networkwatchers' | project type"
    body = {"query": query, "facets": facets}
    found, missing = azure.call("POST", GRAPH, body, "2021-03-01").body["facets"]

    (only,) = found["data"]
    assert (only["type"], found["totalRecords"]) == ("microsoft.network/networkwatchers", 1)
    assert only["count"] > 1
    assert [each["code"] for each in missing["errors"]] == ["NoValidColumns", "InvalidColumnNames"]


def test_an_option_of_queries_that_is_not_modelled_is_not_passed_over(azure: LocalAzure) -> None:
    body = {"query": "resources", "options": {"authorizationScopeFilter": "AtScopeExact"}}
    assert azure.call("POST", GRAPH, body, "2024-04-01").code == "NotModelled"


def test_a_patch_of_a_flow_log_is_of_its_tags_alone(azure: LocalAzure) -> None:
    created = f"{WATCHER}/flowLogs/for-tables"
    azure.call("PUT", created, flow_log(PAYMENTS), "2025-05-01")

    tagged = azure.call("PATCH", created, {"tags": {"team": "network"}}, "2025-05-01")
    more = azure.call("PATCH", created, flow_log(PAYMENTS, enabled=False), "2025-05-01")

    assert (tagged.status, tagged.body["tags"]) == (200, {"team": "network"})
    assert more.code == "NotModelled"
    assert azure.call("GET", created, version="2025-05-01").body["properties"]["enabled"] is True


def test_an_action_group_says_what_it_does_not_have(azure: LocalAzure) -> None:
    path = f"{GROUP}/providers/Microsoft.Insights/actionGroups/told"
    receiver = {"name": "mail", "emailAddress": "network@contoso.com"}
    body = {"groupShortName": "told", "enabled": True, "emailReceivers": [receiver]}
    made = azure.call("PUT", path, {"location": "global", "properties": body}, "2023-01-01").body
    again = azure.call("POST", f"{path}/subscribe", {"receiverName": "mail"}, "2023-01-01")
    other = azure.call("POST", f"{path}/subscribe", {"receiverName": "else"}, "2023-01-01")

    assert (made["location"], made["tags"], made["identity"]) == ("Global", None, None)
    added = {"status": "Enabled", "useCommonAlertSchema": False}
    assert made["properties"]["emailReceivers"] == [receiver | added]
    assert made["properties"]["smsReceivers"] == made["properties"]["eventhubReceivers"] == []
    assert (again.status, again.body["code"]) == (409, "ReceiverAlreadyEnabled")
    assert other.status == 501

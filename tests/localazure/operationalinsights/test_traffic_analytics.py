"""What Traffic Analytics makes in a workspace's group, and the rows that can be queried."""

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
    PAYMENTS,
    SHOP,
    STORAGE,
    WATCHER,
    WORKSPACE,
    WORKSPACES,
    analytics,
    flow_log,
)
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

Start = Callable[..., LocalAzure]
LOG = f"{WATCHER}/flowLogs/one"
GROUP = WORKSPACE.split("/providers/")[0]
RULES = f"{GROUP}/providers/Microsoft.Insights/dataCollectionRules"
INSIGHTS = "2022-06-01"
QUERY = "2017-10-01"
LAST = "NTANetAnalytics | summarize Until = max(FlowIntervalEndTime) by FlowLogResourceId"


def query(azure: LocalAzure, text: str, **more: str) -> Reply:
    return azure.call("POST", f"{WORKSPACE}/query", {"query": text, **more}, QUERY)


def named(azure: LocalAzure) -> set[str]:
    """Flow logs with a row, by their own names."""
    (table,) = query(azure, LAST).body["tables"]
    return {row[0].rpartition("/")[2] for row in table["rows"]}


def without(*texts: str) -> list[Any]:
    entries = json.loads(ESTATE.read_text())
    return [each for each in entries if not any(text in each["id"] for text in texts)]


@pytest.fixture
def azure(local_azure: Start, tmp_path: Path) -> LocalAzure:
    """The sample estate in which nothing feeds the workspace yet."""
    path = file(tmp_path, "estate.json", without("/NWTA", "vnet-report-neu-rg"))
    return local_azure(path)


def test_the_first_network_flow_log_makes_rule_and_endpoint_once(azure: LocalAzure) -> None:
    assert azure.call("GET", RULES, version=INSIGHTS).body["value"] == []
    body = flow_log(SHOP, flowAnalyticsConfiguration=analytics())
    azure.call("PUT", LOG, body, NETWORK)
    (rule,) = azure.call("GET", RULES, version=INSIGHTS).body["value"]
    assert rule["name"].startswith("NWTA")
    assert "tags" not in rule
    (destination,) = rule["properties"]["destinations"]["logAnalytics"]
    assert destination["workspaceResourceId"] == WORKSPACE
    assert named(azure) == {"one"}

    assert azure.call("DELETE", rule["id"], version=INSIGHTS).status == 200
    other = flow_log(PAYMENTS, flowAnalyticsConfiguration=analytics())
    assert azure.call("PUT", f"{WATCHER}/flowLogs/two", other, NETWORK).status == 201
    assert azure.call("GET", RULES, version=INSIGHTS).body["value"] == []


CLOSED: list[Any] = [
    (ACCOUNT, STORAGE, {"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}),
    (ACCOUNT, STORAGE, {"publicNetworkAccess": "Disabled"}),
    (LOG, NETWORK, None),
]


@pytest.mark.parametrize(("path", "version", "change"), CLOSED)
def test_what_cannot_deliver_has_no_rows(
    azure: LocalAzure, path: str, version: str, change: dict[str, Any] | None
) -> None:
    body = flow_log(SHOP, flowAnalyticsConfiguration=analytics())
    azure.call("PUT", LOG, body, NETWORK)
    azure.call("GET", WATCHER, version=NETWORK)
    assert named(azure) == {"one"}
    if change is None:
        off = flow_log(SHOP, enabled=False, flowAnalyticsConfiguration=analytics(enabled=False))
        azure.call("PUT", path, off, version)
    else:
        azure.call("PATCH", path, {"properties": change}, version)
    assert query(azure, LAST).status == 501  # a table without rows is not there


def test_rows_of_an_estate_stand_for_the_flow_logs_that_they_name(
    local_azure: Start, tmp_path: Path
) -> None:
    row = {
        "TimeGenerated": "-P3D",
        "FlowIntervalEndTime": "-P3DT1H",
        "SubType": "FlowLog",
        "FlowLogResourceId": "rg/nw/old",
    }
    table: dict[str, Any] = {"id": f"{WORKSPACE}/tables/NTANetAnalytics", "rows": [row]}
    azure = local_azure(file(tmp_path, "estate.json", [*json.loads(ESTATE.read_text()), table]))
    old = "NTANetAnalytics | where FlowLogResourceId endswith 'old' | project TimeGenerated"
    assert len(query(azure, f"{old} | where TimeGenerated > ago(4d)").body["tables"][0]["rows"])
    assert query(azure, f"{old} | where TimeGenerated > ago(2d)").body["tables"][0]["rows"] == []
    held = azure.call("GET", table["id"], version=WORKSPACES).body
    assert "rows" not in held


def test_a_timespan_counts_beside_the_times_of_a_query(azure: LocalAzure) -> None:
    azure.call("PUT", LOG, flow_log(SHOP, flowAnalyticsConfiguration=analytics()), NETWORK)
    azure.call("GET", WATCHER, version=NETWORK)
    (table,) = query(azure, LAST, timespan="PT1H").body["tables"]
    assert len(table["rows"]) == 1
    assert query(azure, f"{LAST} | take 0", timespan="P1M").code == "NotModelled"


def test_a_row_has_the_size_of_its_values_as_text(azure: LocalAzure) -> None:
    azure.call("PUT", LOG, flow_log(SHOP, flowAnalyticsConfiguration=analytics()), NETWORK)
    azure.call("GET", WATCHER, version=NETWORK)
    asked = "NTANetAnalytics | project _BilledSize, _IsBillable, FlowLogResourceId"
    ((size, billed, name),) = query(azure, asked).body["tables"][0]["rows"]
    assert billed == "true"
    assert len(name) < size < 1000


def test_a_query_reads_the_functions_that_are_saved_beside_it(azure: LocalAzure) -> None:
    azure.call("PUT", LOG, flow_log(SHOP, flowAnalyticsConfiguration=analytics()), NETWORK)
    azure.call("GET", WATCHER, version=NETWORK)
    texts = {
        "Ours": "NTANetAnalytics | where SubType == 'FlowLog' // and not Counted",
        "Counted": "Ours | count",
    }
    for alias, text in texts.items():
        search = {"category": "x", "displayName": alias, "query": text, "functionAlias": alias}
        path = f"{WORKSPACE}/savedSearches/{alias}"
        assert azure.call("PUT", path, {"properties": search}, "2020-08-01").status == 200
    assert query(azure, "Counted").body["tables"][0]["rows"] == [[1]]


def test_what_is_no_query_of_this_kind_says_so(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    assert query(azure, "SecurityEvent | count").status == 501
    assert azure.call("POST", f"{WORKSPACE}-x/query", {"query": LAST}, QUERY).status == 404
    assert azure.call("POST", f"{WORKSPACE}/purge", {}, QUERY).code == "NotModelled"


CAP = {
    "TimeGenerated": "-PT2H",
    "Category": "Ingestion",
    "Operation": "Data collection stopped",
    "Level": "Warning",
    "Detail": "Data collection stopped due to daily limit of free data reached."
    " Ingestion status = OverQuota",
}
"""As Microsoft's page "Monitor operational issues in your … workspace" quotes it."""
ALERT = '_LogOperation | where Category =~ "Ingestion" | where Detail contains "OverQuota"'
"""The condition of Microsoft's page on the daily cap."""


def test_what_the_daily_cap_leaves_can_be_queried(local_azure: Start, tmp_path: Path) -> None:
    table: dict[str, Any] = {"id": f"{WORKSPACE}/tables/_LogOperation", "rows": [CAP]}
    azure = local_azure(file(tmp_path, "estate.json", [*json.loads(ESTATE.read_text()), table]))
    (answer,) = query(azure, f"{ALERT} | where TimeGenerated > ago(1d)").body["tables"]
    assert {column["name"] for column in answer["columns"]} == {
        *("TimeGenerated", "Category", "Operation", "Level", "Detail"),
        *("_ResourceId", "Computer", "CorrelationId"),
    }
    assert len(answer["rows"]) == 1
    assert query(azure, ALERT, timespan="PT1H").body["tables"][0]["rows"] == []
    tables = azure.call("GET", f"{WORKSPACE}/tables", version=WORKSPACES).body["value"]
    assert "_LogOperation" not in {each["name"] for each in tables}
    assert azure.call("GET", table["id"], version=WORKSPACES).status == 404


def test_a_workspace_to_which_nothing_happened_has_the_function(azure: LocalAzure) -> None:
    assert query(azure, ALERT).body["tables"][0]["rows"] == []


def test_a_status_row_is_there_and_no_flow(local_azure: Start, tmp_path: Path) -> None:
    status = {
        "TimeGenerated": "-PT5M",
        "SubType": "StatusMessage",
        "Status": "Failed",
        "Description": "The storage account could not be read.",
        "FlowLogResourceId": "/".join(LOG.split("/")[i] for i in (2, 4, 8, 10)),
    }
    table: dict[str, Any] = {"id": f"{WORKSPACE}/tables/NTANetAnalytics", "rows": [status]}
    azure = local_azure(file(tmp_path, "estate.json", [*without("vnet-report-neu-rg"), table]))
    said = 'NTANetAnalytics | where SubType == "StatusMessage" | project Status, Description'
    flows = 'NTANetAnalytics | where SubType =~ "FlowLog" and FlowLogResourceId endswith "/one"'
    assert query(azure, said).body["tables"][0]["rows"] == [["Failed", status["Description"]]]
    assert query(azure, flows).body["tables"][0]["rows"] == []
    azure.call("PUT", LOG, flow_log(SHOP, flowAnalyticsConfiguration=analytics()), NETWORK)
    azure.call("GET", WATCHER, version=NETWORK)
    (row,) = query(azure, f"{flows} | project FlowLogResourceId").body["tables"][0]["rows"]
    assert row == [status["FlowLogResourceId"]]

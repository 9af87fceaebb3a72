"""The workbook: in Azure's form, on queries that bind and answer, every click with an effect."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plan.monitoring.workbook_detections import DETECTIONS
from plan.monitoring.workbook_panels import TABS
from tests.plan.monitoring.workbooks import content
from tests.queries.conversations import fan_out, scan
from tests.queries.traffic import SPOKE, Flow, vnet_rows
from tests.queries.workspace import Row, Workspace
from tools.lint.kql.workbook import items_of, with_parameters, workbook_queries

PANELS = [panel for _, panels in TABS.values() for panel in panels]
VISUALIZATIONS = {"table", "map", "timechart"}
REQUIRED = {
    1: {"json"},
    3: {"version", "query", "size", "queryType", "resourceType"},
    9: {"version", "parameters", "style", "queryType", "resourceType"},
    11: {"version", "style", "links"},
    12: {"version", "groupType", "items"},
}
"""Kinds of items and what their content has, in every workbook that Microsoft publishes."""


def test_items_have_what_the_format_needs() -> None:
    found = content()
    assert (found["version"], len(found["fallbackResourceIds"])) == ("Notebook/1.0", 1)
    assert found["$schema"].endswith("/schema/workbook.json")
    items = list(items_of(found))
    for item in items:
        assert REQUIRED[item["type"]] <= set(item["content"]), item["name"]
        times = {"timeContext", "timeContextFromParameter"} & set(item["content"])
        assert len(times) == (item["type"] == 3), item["name"]
    names = [item["name"] for item in items]
    assert len(names) == len(set(names))
    shown = {item["content"]["visualization"] for item in items if item["type"] == 3}
    assert shown == VISUALIZATIONS


def test_parameters_are_there_before_they_are_used() -> None:
    found = content()
    items = list(items_of(found))
    declared = {one["name"] for item in items for one in item["content"].get("parameters", [])}
    declared |= {link["cellValue"] for item in items for link in item["content"].get("links", [])}
    for item in items:
        body = item["content"]
        declared |= {one["parameterName"] for one in body.get("exportedParameters", [])}
        declared |= {body[name] for name in ("timeBrushParameterName",) if name in body}
        used = set(re.findall(r"\{(\w+)\}", body.get("query", "") + body.get("title", "")))
        used |= (
            {item["conditionalVisibility"]["parameterName"]}
            if "conditionalVisibility" in item
            else set()
        )
        used |= {body["timeContextFromParameter"]} if "timeContextFromParameter" in body else set()
        assert used <= declared, item["name"]


def test_ids_of_parameters_are_one_each_and_the_same_in_every_run() -> None:
    def ids(found: dict[str, Any]) -> list[str]:
        listed = [item["content"] for item in items_of(found)]
        return [one["id"] for body in listed for one in body.get("parameters", [])]

    assert len(set(ids(content()))) == len(ids(content())) == 3
    assert content() == content()


def test_a_click_tells_one_parameter_from_another() -> None:
    names = [name for panel in PANELS for name in panel.exported]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """A scanner and a machine with many destinations, all in one subscription."""
    rows = vnet_rows([*scan(), *fan_out(5)])
    for row in rows:
        row |= {"SrcSubscription": "mine", "DestSubscription": "mine", "SrcRegion": "westeurope"}
    return Workspace({"NTANetAnalytics": rows})


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.query)
def test_what_a_click_exports_is_a_column_of_the_answer(workspace: Workspace, panel: Any) -> None:
    texts = workbook_queries()
    columns = workspace.columns(texts[f"workbook {panel.query}"])
    assert set(panel.exported.values()) <= set(columns)


@pytest.mark.parametrize(
    ("query", "value", "rows"),
    [
        ("top-denied", "198.51.100.7", 50),
        ("top-talkers", "10.0.0.9", 125),
        ("traffic-by-application", "TCP 1", 1),
        ("ingestion-volume", "flow-logs/hub", 1),
    ],
)
def test_details_are_those_of_what_was_clicked(
    workspace: Workspace, query: str, value: str, rows: int
) -> None:
    (panel,) = (panel for panel in PANELS if panel.query == query)
    texts = workbook_queries({panel.chosen: value})
    assert len(workspace.run(texts[f"workbook {query}-details"])) == rows


def crossing() -> list[Row]:
    """Flows of both protocols on a port, of two networks with like rules, to and from Azure."""
    inside = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", port=53, sent=700)
    denied = replace(inside, status="D", sent=1, rule="DenyAll")
    azure = Flow(source="20.60.0.9", destination="10.0.0.4", direction="I", type="AzurePublic")
    rows = vnet_rows(
        [
            inside,
            replace(inside, protocol="U", sent=5),
            denied,
            replace(denied, flow_log=SPOKE, source="10.1.0.4", sent=2),
            Flow(source="203.0.113.9", destination="10.0.0.4", direction="I", sent=10),
            Flow(source="10.0.0.4", destination="203.0.113.1", country="us", sent=7),
            replace(azure, azure_region="northeurope", sent=40),
            replace(azure, source="20.70.0.9", azure_region="francecentral", sent=80),
            replace(azure, source="20.70.0.8", port=22, rule="AllowAdmin", sent=3),
            replace(azure, source="20.70.0.7", port=22, rule="AllowRest", sent=4),
            replace(azure, source="20.70.0.6", protocol="U", sent=6),
        ]
    )
    for row in rows:
        row |= {"DestRegion": "westeurope"}
    return rows


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("traffic-by-country", 2),
        ("traffic-between-regions", 2),
        ("traffic-by-protocol", 5),
        ("blocked-traffic", 2),
        ("allowed-from-internet", 4),
    ],
)
def test_details_are_those_of_the_clicked_row_alone(query: str, rows: int) -> None:
    """Each flow is reported once here, so the details add up to the row."""
    assert len(checked(query, crossing())) == rows


def served() -> list[Row]:
    """Flows to services by tag and by private endpoint, in the clear, and by an appliance."""
    plain = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=700)
    clear = replace(plain, encryption="Unencrypted")
    link = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/shop"
    linked = replace(plain, destination="10.0.9.9", private="endpoint", link=link)
    tagged = Flow(
        source="10.0.0.4", destination="20.60.0.9", type="AzurePublic", tags="Storage", sent=9
    )
    flows = [
        clear,
        replace(clear, encryption="X", sent=10),
        replace(clear, port=80, sent=20),
        replace(clear, source="10.0.0.6", hop=True, mac="CC", encryption="", sent=30),
        replace(clear, source="10.0.0.6", hop=True, mac="DD", encryption="", sent=40),
        linked,
        replace(linked, source="10.0.0.7", sent=50),
        tagged,
        replace(tagged, destination="20.60.0.8", tags="Storage.WestEurope", sent=60),
        replace(tagged, source="20.60.0.7", destination="10.0.0.4", direction="I", sent=70),
    ]
    return vnet_rows(flows)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("appliance-traffic", 2),
        ("private-endpoint-traffic", 4),
        ("traffic-by-service-tag", 3),
        ("unencrypted-inside", 2),
    ],
)
def test_details_of_services_and_appliances_are_those_of_the_clicked_row(
    query: str, rows: int
) -> None:
    assert len(checked(query, served())) == rows


def test_details_of_a_rule_are_those_of_the_clicked_row() -> None:
    """Rules of one name in two groups, both directions and actions, and in Azure's spellings."""
    out = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=700)
    into = replace(out, direction="I", sent=50, mac="BB")
    flows = [
        replace(out, rule="Own", group="s/rg/nsg-a"),
        replace(out, rule="UserRule_Own", group="S/RG/NSG-A", port=80, sent=10),
        replace(out, rule="Own", group="s/rg/nsg-b", sent=20),
        replace(into, rule="Own", group="s/rg/nsg-a"),
        replace(into, rule="Own", group="s/rg/nsg-a", status="D", port=80, sent=3),
        replace(into, rule="DefaultRule_Own", group="s/rg/nsg-a", port=22, sent=4),
        replace(into, rule="platformrule", group="", source="10.0.0.9", sent=5),
        replace(into, rule="Own", group="s/rg/nsg-c", hop=True, mac="CC", sent=6),
    ]
    assert len(checked("rule-hits", vnet_rows(flows))) == 7


def test_details_of_an_hour_are_the_flows_of_its_flow_log_in_it() -> None:
    flow = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=700)
    flows = [
        flow,
        replace(flow, port=80, sent=10),
        replace(flow, flow_log=SPOKE, sent=20),
        replace(flow, start=flow.start - timedelta(hours=1), sent=40),
    ]
    (panel,) = (panel for panel in PANELS if panel.query == "recording-by-hour")
    workspace = Workspace({"NTANetAnalytics": vnet_rows(flows)})
    found: dict[int, int] = {}
    for row in workspace.run(workbook_queries()["workbook recording-by-hour"]):
        values = {name: str(row[column]) for name, column in panel.exported.items()}
        if row["FlowLog"] == flow.flow_log or row["Reports"]:
            texts = workbook_queries(values)
            details = workspace.run(texts["workbook recording-by-hour-details"])
            assert sum(detail["Bytes"] for detail in details) == row["Bytes"]
            assert len(details) == row["Reports"]
            found[row["Bytes"]] = row["Reports"]
    assert found == {0: 0, 710: 2, 20: 1, 40: 1}


def test_a_grid_shows_every_row_of_a_long_answer() -> None:
    limits = {
        item["content"]["gridSettings"]["rowLimit"]
        for item in items_of(content())
        if item["type"] == 3
    }
    assert limits == {10_000}


def checked(query: str, rows: list[Row]) -> list[Row]:
    """The rows of a panel, each of which has the details that add up to it."""
    (panel,) = (panel for panel in PANELS if panel.query == query)
    workspace = Workspace({"NTANetAnalytics": rows})
    clicked = workspace.run(workbook_queries()[f"workbook {query}"])
    figure = "DeniedFlows" if query == "blocked-traffic" else "Bytes"
    for row in clicked:
        values = {name: str(row[column]) for name, column in panel.exported.items()}
        details = workspace.run(workbook_queries(values)[f"workbook {query}-details"])
        assert sum(detail[figure] for detail in details) == row[figure] > 0
    return clicked


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, True),
        ({"Subscription": "'mine'"}, True),
        ({"Subscription": "'other','mine'", "Region": "'westeurope'"}, True),
        ({"Subscription": "'other'"}, False),
        ({"Region": "'northeurope'"}, False),
    ],
)
def test_subscription_and_region_leave_rows_out(
    workspace: Workspace, values: dict[str, str], found: bool
) -> None:
    texts = workbook_queries(values)
    assert bool(workspace.run(texts["workbook top-denied"])) == found


def test_choices_are_what_is_recorded(workspace: Workspace) -> None:
    (row,) = (item for item in items_of(content()) if item["name"] == "parameters")
    queries = {
        one["name"]: with_parameters(one["query"], {})
        for one in row["content"]["parameters"]
        if "query" in one
    }
    assert workspace.run(queries["Subscription"]) == [{"Subscription": "mine"}]
    assert workspace.run(queries["Region"]) == [{"Region": "westeurope"}]


def test_reference_tables_are_read_over_the_longest_time_and_flows_over_the_chosen_one() -> None:
    items = {item["name"]: item["content"] for item in items_of(content())}
    malicious = items["malicious-ips"]
    assert malicious["timeContext"] == {"durationMs": 90 * 24 * 60 * 60 * 1000}
    assert "TimeGenerated {TimeRange}" in malicious["query"]
    own_time = [name for name, found in items.items() if "timeContext" in found]
    detections = [panel.query for panel in DETECTIONS]
    assert own_time == ["malicious-ips", *detections, "recording-by-hour"]

"""Detections of a plan: only those that are asked for, at times that Azure allows."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from plan.monitoring import alerts
from plan.monitoring.workbook_detections import DETECTIONS as PANELS
from plan.monitoring.workbook_panel import Panel
from stack.settings.model import DETECTIONS, AlertSettings
from tests.plan.monitoring.test_monitoring import planned
from tests.queries.detected import HITS, IN, OUT, WITHIN
from tests.queries.traffic import vnet_rows
from tests.queries.workspace import Workspace
from tools.lint.kql.workbook import workbook_queries

ALL = AlertSettings(detections=DETECTIONS)


def test_none_is_raised_unless_it_is_asked_for() -> None:
    plain = {alert.rule for alert in planned().alerts}
    assert plain.isdisjoint(DETECTIONS)
    asked = planned(alerts=AlertSettings(detections=("first-contact", "beaconing")))
    assert {alert.rule for alert in asked.alerts} == plain | {"first-contact", "beaconing"}
    assert set(asked.query_ids) >= set(DETECTIONS)
    assert planned(alerts=AlertSettings(enabled=False, detections=DETECTIONS)).alerts == ()


def test_every_name_has_an_alert_a_query_and_a_table_of_the_workbook() -> None:
    assert {rule.name for rule in alerts.DETECTIONS} == set(DETECTIONS)
    assert {rule.query for rule in alerts.DETECTIONS} == set(DETECTIONS)
    assert {panel.query for panel in PANELS} == set(DETECTIONS)


@pytest.mark.parametrize("interval", [10, 60])
def test_an_hour_is_judged_each_hour_against_two_days_at_most(interval: int) -> None:
    found = {a.rule: a for a in planned(alerts=ALL, traffic_analytics_interval=interval).alerts}
    times = {name: (found[name].frequency, found[name].window) for name in DETECTIONS}
    assert times.pop("beaconing") == ("P1D", "P2D")
    assert set(times.values()) == {("PT1H", "PT3H")}
    for name in set(DETECTIONS) - {"scanning-inside"}:
        assert found[name].lookback == "P2D"
        assert "let BaselineFrom = ago(2d);" in found[name].text
    for name in set(DETECTIONS) - {"beaconing"}:
        assert "let After = bin(ago(120m), 60m);" in found[name].text


def test_who_is_told_is_told_that_the_past_is_short() -> None:
    found = {alert.rule: alert.description for alert in planned(alerts=ALL).alerts}
    for name in set(DETECTIONS) - {"scanning-inside", "management-brute-force"}:
        assert "two days, the limit of an alert" in found[name]


def test_saved_queries_and_the_workbook_look_back_two_weeks_and_pass_over_the_ignored() -> None:
    alerts = AlertSettings(ignored_sources=("10.0.0.1",), management_ports=(2222,))
    found = planned(alerts=alerts)
    saved = {query.query: query.text for query in found.queries}
    assert found.workbook is not None
    items = json.loads(found.workbook.content)["items"]
    (tab,) = (item for item in items if item["name"] == "detections")
    shown = {item["name"]: item["content"]["query"] for item in tab["content"]["items"]}
    for name in DETECTIONS:
        for text in (saved[name], shown[name]):
            assert 'let Ignored = dynamic(["10.0.0.1"]);' in text
            days = set(re.findall(r"BaselineFrom = ago\((\w+)\)", text))
            assert days <= {"2d"} if name == "management-brute-force" else days <= {"14d"}
    assert "let SpreadingPorts = dynamic([445, 2222]);" in shown["spreading-inside"]
    assert "let ManagementPorts = dynamic([2222]);" in saved["management-brute-force"]


@pytest.mark.slow
@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.query)
def test_a_click_on_a_finding_lists_its_flows_and_no_others(panel: Panel) -> None:
    into = replace(IN, destination="10.0.1.99")
    elsewhere = [replace(flow, source="10.0.0.99") for flow in (into, OUT, WITHIN)]
    source, flows = HITS[panel.query]
    workspace = Workspace({"NTANetAnalytics": vnet_rows([*flows, *elsewhere])})
    (row,) = workspace.run(workbook_queries()[f"workbook {panel.query}"])
    values = {name: str(row[column]) for name, column in panel.exported.items()}
    details = workspace.run(workbook_queries(values)[f"workbook {panel.query}-details"])
    assert details
    assert {detail["SourceAddress"] for detail in details} == {source}

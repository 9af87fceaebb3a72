"""Alerts on queries as analytic rules of Microsoft Sentinel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.model import Installed
from plan import naming
from plan.model.monitoring import MappedEntity, Monitoring, PlannedAnalyticRule
from plan.model.plan import PlanError
from plan.monitoring.alerts import DETECTIONS, RULES
from plan.monitoring.analytic_rules import broken
from plan.planner import make
from queries import library
from stack.settings.model import AlertSettings
from stack.state import State
from tests import estates_by_hand as hand
from tests.plan.monitoring.test_monitoring import planned as without
from tests.queries.conftest import vnet
from tests.queries.traffic import Flow
from tests.queries.workspace import NOW
from tools.lint.kql.binding import bind
from tools.lint.kql.node import ready

EVERY = (*RULES, *DETECTIONS)
ALL = AlertSettings(detections=tuple(rule.name for rule in DETECTIONS))
OWN = naming.workspace_id(hand.HOME, "dev")
MINUTE, DAY = 1, 24 * 60


def planned(
    *, onboarded: bool = True, installed: tuple[Installed, ...] = (), **settings: Any
) -> Monitoring:
    """What stands on a small estate's flow logs with every detection, onboarded or not."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    there = replace(estate, sentinel=onboarded, installed=installed)
    asked = {"sentinel": True, "alerts": ALL, **settings}
    return make(there, hand.settings(**asked), State()).monitoring


def rules(**settings: Any) -> dict[str, PlannedAnalyticRule]:
    return {rule.rule: rule for rule in planned(**settings).analytic_rules}


def test_every_alert_on_a_query_is_a_rule_and_none_is_an_alert() -> None:
    found = planned()
    assert found.alerts == ()
    assert [rule.rule for rule in found.analytic_rules] == [rule.name for rule in EVERY]
    own = f"{OWN}/providers/Microsoft.SecurityInsights/alertRules/flow-logs-dev"
    assert {name: found.alert_ids[name] for name in rules()} == {
        rule.name: f"{own}-{rule.name}" for rule in EVERY
    }
    assert {watch.rule for watch in found.tampering} == {"tampering"}


def test_without_the_setting_there_is_no_rule_and_no_watch_over_any() -> None:
    found = without()
    assert (found.analytic_rules, len(found.alerts)) == ((), len(RULES))
    assert not [one for one in found.tampering[0].operations if "SecurityInsights" in one]
    watched = planned().tampering[0].operations
    assert "Microsoft.SecurityInsights/alertRules/delete" in watched


def test_a_workspace_without_sentinel_is_refused_with_both_ways_out() -> None:
    with pytest.raises(PlanError) as refused:
        planned(onboarded=False)
    line = str(refused.value)
    assert f"workspace {OWN} is not onboarded to Microsoft Sentinel" in line
    assert "pulumi config rm flow-logs:sentinel" in line
    assert "\n" not in line


def test_where_alerts_are_off_nothing_is_asked_of_sentinel() -> None:
    off = AlertSettings(enabled=False)
    assert planned(onboarded=False, alerts=off).analytic_rules == ()
    assert not naming.home(hand.settings(sentinel=True, alerts=off)).sentinel
    assert naming.home(hand.settings(sentinel=True)).sentinel


@pytest.mark.parametrize(
    ("interval", "frequency", "period"), [(10, "PT10M", "PT2H"), (60, "PT1H", "PT3H")]
)
def test_a_rule_is_asked_as_its_alert_is(interval: int, frequency: str, period: str) -> None:
    found = rules(traffic_analytics_interval=interval)
    burst = found["denied-burst-inside"]
    assert (burst.frequency, burst.period, burst.severity) == (frequency, period, "High")
    assert found["denied-burst-outside"].severity == "Low"
    assert found["open-management-port"].severity == "Medium"
    assert (found["silent-flow-logs"].frequency, found["silent-flow-logs"].period) == (
        "PT1H",
        "P2D",
    )


@pytest.mark.parametrize("interval", [10, 60])
def test_malicious_addresses_are_looked_up_over_fourteen_days(interval: int) -> None:
    """Once an hour, as Sentinel has it for such a period; so the hour's intervals are judged."""
    rule = rules(traffic_analytics_interval=interval)["malicious-flow"]
    assert (rule.frequency, rule.period) == ("PT1H", "P14D")
    assert "let After = bin(ago(120m), 60m);" in rule.text
    assert "let Until = bin(ago(60m), 60m);" in rule.text
    assert rule.description.endswith("Sees what was written in the last 14 days.")


def test_a_detection_looks_back_fourteen_days_where_it_has_a_past() -> None:
    found = rules()
    assert {found[rule.name].period for rule in DETECTIONS if rule.lookback} == {"P14D"}
    for name in ("outbound-volume", "spreading-inside", "first-contact", "denied-then-allowed"):
        assert "let BaselineFrom = ago(14d);" in found[name].text
        assert "let After = bin(ago(120m), 60m);" in found[name].text
    assert (found["beaconing"].frequency, found["scanning-inside"].period) == ("P1D", "PT3H")


def test_a_rule_in_azure_that_the_state_lacks_is_taken_over_by_its_name() -> None:
    own = rules()["malicious-flow"].id
    found = planned(installed=(Installed(id=own, tags={}),))
    by_name = {rule.rule: rule.import_id for rule in found.analytic_rules}
    assert by_name.pop("malicious-flow") == own
    assert set(by_name.values()) == {None}


def test_who_named_recipients_is_told_that_incidents_go_another_way() -> None:
    alerts = AlertSettings(emails=("soc@contoso.test",))
    assert any(
        "automation rule of Microsoft Sentinel" in note for note in planned(alerts=alerts).notes
    )
    assert not any("automation rule" in note for note in planned().notes)


def test_limits() -> None:
    entity = MappedEntity("IP", "Address", "A")
    assert list(broken(5, 14 * DAY - 1, "T", ())) == [
        "a rule that looks back PT20159M is asked once an hour at most"
    ]
    assert list(broken(60, 14 * DAY, "T" * 10_000, (entity,) * 10)) == []
    assert len(list(broken(60, 14 * DAY, "T" * 10_001, (entity,) * 11))) == 2
    assert [
        list(broken(*times, "T", ())) != [] for times in ((4, 60), (60, 30), (60, 15 * DAY))
    ] == [True] * 3


@pytest.mark.slow
def test_what_is_installed_binds_and_has_the_columns_of_its_entities() -> None:
    ready()
    found = planned()
    functions = {query.alias: query.text for query in found.queries if query.alias}
    parameters = {query.alias: query.parameters for query in found.queries if query.alias}
    texts = {
        rule.rule: f"{rule.text}\n| project {', '.join(each.column for each in rule.entities)}"
        for rule in found.analytic_rules
    }
    assert bind(texts, functions, parameters=parameters) == []


@pytest.mark.slow
def test_entities_name_the_machine_the_address_and_the_flow_log() -> None:
    flow = Flow(
        source="203.0.113.9",
        destination="10.0.0.5",
        destination_machine="rg-shop/vm-web-01",
        direction="I",
        port=22,
        flow_log="00000000-0000-4000-8000-000000000001/networkwatcherrg/nw-weu/log",
    )
    found, workspace = rules(), vnet([flow])
    (port,) = workspace.run(found["open-management-port"].text, NOW)
    assert (port["DestinationHost"], port["DestinationAddress"]) == ("vm-web-01", "10.0.0.5")
    (silent,) = workspace.run(found["silent-flow-logs"].text, NOW.replace(hour=20))
    assert silent["FlowLogAzureResource"] == (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/networkwatcherrg"
        "/providers/Microsoft.Network/networkWatchers/nw-weu/flowLogs/log"
    )


def test_every_alert_has_tactics_techniques_and_entities() -> None:
    for rule in EVERY:
        assert rule.tactics, rule.name
        assert rule.techniques, rule.name
        assert rule.entities, rule.name
        assert rule.query in library()

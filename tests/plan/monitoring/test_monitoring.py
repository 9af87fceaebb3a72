"""Queries and alerts of a plan: names, texts, times, and what is left to others."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from estate.model import Installed, Workspace
from plan.model.monitoring import Monitoring
from plan.model.plan import PlanError
from plan.monitoring.alert_limits import RESOLVING, broken, window_for
from plan.monitoring.query_values import ARRIVAL
from plan.planner import make
from plan.resource_types import ALERT_TYPE, QUERY_TYPE
from plan.views.run_lines import monitoring as told
from queries import library
from stack.settings.model import DETECTIONS, AlertSettings
from stack.state import State
from tests import estates_by_hand as hand
from tools.lint.kql.binding import bind
from tools.lint.kql.node import ready

TAG = "managed-by"
OWN_WORKSPACE = (
    f"/subscriptions/{hand.HOME}/resourceGroups/flow-logs-dev/providers"
    "/Microsoft.OperationalInsights/workspaces/flow-logs-dev"
)
GIVEN = Workspace(
    id=hand.FOREIGN_WORKSPACE, name="soc", location="westeurope", customer_id="a-guid"
)


def planned(installed: tuple[Installed, ...] = (), **settings: object) -> Monitoring:
    """Answers of stack dev with one network; ``installed`` is there already."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    workspace = GIVEN if "workspace_id" in settings else None
    there = replace(estate, installed=installed, workspace=workspace)
    return make(there, hand.settings(**settings), State()).monitoring


def search_id(workspace: str, query: str) -> str:
    return f"{workspace}/savedSearches/flow-logs-dev-{query}"


def test_every_query_is_saved_under_the_stacks_name_and_listed() -> None:
    found = planned()
    assert set(found.query_ids) == set(library())
    assert found.query_ids["top-denied"] == search_id(OWN_WORKSPACE, "top-denied")
    aliases = {query.alias for query in found.queries if query.alias}
    assert aliases == {
        *("FlowLogs", "FlowLogsOnce", "MaliciousAddresses", "vimNetworkSessionFlowLogs"),
    }


def test_the_parser_of_network_sessions_is_a_function_with_parameters() -> None:
    by_name = {query.query: query for query in planned().queries}
    parser = by_name.pop("asim-network-session")
    assert parser.parameters is not None
    assert parser.parameters.startswith("starttime:datetime=datetime(null), endtime:datetime=")
    assert parser.parameters.endswith(
        "eventresult:string='*', disabled:bool=false, pack:bool=false"
    )
    assert "let starttime" not in parser.text
    assert {query.parameters for query in by_name.values()} == {None}


def test_a_given_workspace_gets_functions_of_the_stacks_own_name() -> None:
    found = planned(workspace_id=hand.FOREIGN_WORKSPACE)
    texts = {query.query: query.text for query in found.queries}
    aliases = {query.alias for query in found.queries if query.alias}
    assert aliases == {
        *("FlowLogs_dev", "FlowLogsOnce_dev", "MaliciousAddresses_dev"),
        "vimNetworkSessionFlowLogs_dev",
    }
    assert "\nFlowLogsOnce_dev\n" in texts["top-denied"]
    assert "FlowLogs\n" not in texts["flows-once"]
    assert "FlowLogsOnce_dev\n" in found.alerts[0].text


@pytest.mark.slow
def test_what_is_installed_binds_with_the_configured_values() -> None:
    ready()
    alerts = AlertSettings(
        ignored_sources=("10.0.0.1", "10.1.0.0/16"),
        management_ports=(2222,),
        detections=DETECTIONS,
    )
    found = planned(
        workspace_id=hand.FOREIGN_WORKSPACE, alerts=alerts, traffic_analytics_interval=10
    )
    functions = {query.alias: query.text for query in found.queries if query.alias}
    parameters = {query.alias: query.parameters for query in found.queries if query.alias}
    texts = {query.name: query.text for query in found.queries if not query.alias}
    texts |= {alert.name: alert.text for alert in found.alerts}
    assert bind(texts, functions, parameters=parameters) == []
    named = {alert.rule for alert in found.alerts if "10.1.0.0/16" in alert.text}
    assert {"denied-burst-inside", "denied-burst-outside", *DETECTIONS} <= named


@pytest.mark.parametrize(
    ("interval", "frequency", "window", "judged"),
    [
        (10, "PT10M", "PT2H", "let After = bin(ago(70m), 10m);"),
        (60, "PT1H", "PT3H", "let After = bin(ago(120m), 60m);"),
    ],
)
def test_times_follow_the_interval(interval: int, frequency: str, window: str, judged: str) -> None:
    by_rule = {alert.rule: alert for alert in planned(traffic_analytics_interval=interval).alerts}
    burst = by_rule["denied-burst-inside"]
    assert (burst.frequency, burst.window, burst.resolves) == (frequency, window, False)
    assert judged in burst.text
    silent = by_rule["silent-flow-logs"]
    assert (silent.frequency, silent.window, silent.resolves) == ("PT1H", "P2D", True)
    assert silent.each == "FlowLog"
    assert by_rule["malicious-flow"].lookback == "P2D"


def test_an_alert_that_resolves_raises_no_more_at_once_than_azure_allows() -> None:
    (silent,) = (alert for alert in planned().alerts if alert.resolves)
    (rows,) = re.findall(r"\| top ([0-9]+) by", silent.text)
    assert int(rows) == RESOLVING


@pytest.mark.parametrize("interval", [10, 60])
def test_the_window_holds_the_rows_of_the_interval_that_is_judged(interval: int) -> None:
    """Minutes of a day; rows of an interval come between its start and an hour after its end."""
    window = window_for(ARRIVAL + 2 * interval)
    for asked in range(24 * 60, 24 * 60 + 120):
        after = (asked - ARRIVAL - interval) // interval * interval
        until = (asked - ARRIVAL) // interval * interval
        (end,) = range(after + interval, until + interval, interval)
        assert end + ARRIVAL <= asked
        assert end - interval >= asked - window


def test_sources_inside_are_worse_than_the_internet() -> None:
    severity = {alert.rule: alert.severity for alert in planned().alerts}
    assert severity["denied-burst-inside"] < severity["denied-burst-outside"]
    texts = {alert.rule: alert.text for alert in planned().alerts}
    assert 'let Sides = dynamic(["inside"]);' in texts["denied-burst-inside"]
    assert 'let Sides = dynamic(["outside"]);' in texts["denied-burst-outside"]


def test_thresholds_are_the_configured_ones() -> None:
    found = planned(alerts=AlertSettings(denied_flows=5, external_destinations=7))
    texts = {alert.rule: alert.text for alert in found.alerts}
    assert "let Threshold = 5;" in texts["denied-burst-inside"]
    assert "let Threshold = 7;" in texts["external-fan-out"]


@pytest.mark.parametrize(
    ("frequency", "window", "lookback", "problem"),
    [
        (20, 60, None, "cannot be evaluated every PT20M"),
        (60, 90, None, "cannot have a window of PT90M"),
        (120, 60, None, "PT1H is shorter than the frequency PT2H"),
        (1, 1440, None, "six hours at most"),
        (60, 60, 7, "cannot look back PT7M"),
        (60, 60, None, ""),
        (10, 120, 2880, ""),
    ],
)
def test_limits_of_azure_are_known(
    frequency: int, window: int, lookback: int | None, problem: str
) -> None:
    found = " ".join(broken(frequency, window, lookback))
    assert problem in found
    assert bool(found) == bool(problem)


def test_a_window_is_the_smallest_that_azure_has() -> None:
    assert [window_for(minutes) for minutes in (80, 180, 181, 1500)] == [120, 180, 240, 2880]


def test_tampering_is_watched_in_every_subscription_that_records() -> None:
    watches = {watch.subscription_id: watch for watch in planned().tampering}
    assert set(watches) == {hand.HOME, hand.SUBSCRIPTION}
    assert watches[hand.SUBSCRIPTION].scopes == (hand.WATCHER,)
    assert watches[hand.SUBSCRIPTION].resource_group == "NetworkWatcherRG"
    assert watches[hand.HOME].scopes[0].endswith("/resourceGroups/flow-logs-dev")


def test_a_given_workspace_is_watched_where_the_stack_records_too() -> None:
    found = planned(workspace_id=hand.FOREIGN_WORKSPACE)
    scopes = {(watch.rule, watch.subscription_id): watch.scopes for watch in found.tampering}
    assert hand.FOREIGN_WORKSPACE in scopes["tampering", hand.SUBSCRIPTION]


def test_no_scope_of_an_alert_is_inside_another() -> None:
    watches = {watch.subscription_id: watch for watch in in_own_group().tampering}
    group = OWN_WORKSPACE.split("/providers/")[0]
    assert watches[hand.HOME].scopes == (group,)


def in_own_group() -> Monitoring:
    """Answers with a given workspace that is in the stack's own resource group."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    there = replace(estate, workspace=replace(GIVEN, id=OWN_WORKSPACE.upper()))
    return make(there, hand.settings(workspace_id=OWN_WORKSPACE), State()).monitoring


def test_traffic_analytics_own_rule_is_watched_beside_a_given_workspace() -> None:
    found = planned(workspace_id=hand.FOREIGN_WORKSPACE)
    (watch,) = (watch for watch in found.tampering if watch.rule == "analytics-rule")
    assert watch.scopes == (hand.FOREIGN_WORKSPACE.split("/providers/")[0],)
    assert watch.operations == (
        "Microsoft.Insights/dataCollectionRules/delete",
        "Microsoft.Insights/dataCollectionEndpoints/delete",
    )
    assert found.alert_ids[f"analytics-rule-{hand.SUBSCRIPTION}"] == watch.id
    assert {watch.rule for watch in planned().tampering} == {"tampering"}


def test_changes_of_security_groups_are_told_in_each_subscription_if_asked_for() -> None:
    assert {watch.rule for watch in planned().tampering} == {"tampering"}
    found = planned(alerts=AlertSettings(security_group_changes=True))
    groups = "Microsoft.Network/networkSecurityGroups"
    watches = [watch for watch in found.tampering if watch.rule.startswith("security-")]
    assert {watch.operations for watch in watches} == {
        (f"{groups}/write",),
        (f"{groups}/delete",),
        (f"{groups}/securityRules/write",),
        (f"{groups}/securityRules/delete",),
    }
    assert {watch.scopes for watch in watches} == {(f"/subscriptions/{hand.SUBSCRIPTION}",)}
    assert {watch.resource_group for watch in watches} == {"NetworkWatcherRG"}
    assert f"security-group-delete-{hand.SUBSCRIPTION}" in found.alert_ids


def test_a_subscription_without_a_place_for_such_alerts_is_named() -> None:
    bare = replace(hand.estate(), watchers=())
    chosen = hand.settings(alerts=AlertSettings(security_group_changes=True))
    found = make(bare, chosen, State()).monitoring
    assert [watch.rule for watch in found.tampering] == ["tampering"]
    assert any("subscription contoso-prod has neither" in note for note in found.notes)


def test_who_silences_the_alerts_or_renews_a_storage_key_is_told() -> None:
    (watch, *_) = planned().tampering
    operations = {name.split("/", 1)[1] for name in watch.operations}
    silenced = {"scheduledQueryRules", "activityLogAlerts", "actionGroups"}
    assert {f"{kind}/{verb}" for kind in silenced for verb in ("write", "delete")} <= operations
    assert "storageAccounts/regenerateKey/action" in operations


def test_who_is_told_is_said_or_missed() -> None:
    nobody = planned()
    assert nobody.action_group is None
    assert any("nobody is notified of alerts" in note for note in nobody.notes)
    somebody = planned(alerts=AlertSettings(emails=("soc@contoso.test",)))
    assert somebody.action_group is not None
    assert somebody.action_group.emails == ("soc@contoso.test",)
    assert somebody.notes == ()


def test_alerts_can_be_switched_off() -> None:
    found = planned(alerts=AlertSettings(enabled=False, emails=("soc@contoso.test",)))
    assert (found.alerts, found.tampering, found.action_group, found.notes) == ((), (), None, ())
    assert found.alert_ids == {}


def test_what_somebody_else_has_in_our_place_is_left_and_said() -> None:
    theirs = search_id(hand.FOREIGN_WORKSPACE, "top-denied")
    found = planned((Installed(id=theirs),), workspace_id=hand.FOREIGN_WORKSPACE)
    assert "top-denied" not in found.query_ids
    assert len(found.query_ids) == len(library()) - 1
    assert any("not ours, so it is left as it is" in note for note in found.notes)


def test_what_an_interrupted_run_made_is_taken_back() -> None:
    ours = search_id(OWN_WORKSPACE, "top-denied")
    found = planned((Installed(id=ours.upper(), tags={TAG: "flow-logs/dev"}),))
    imports = {query.query: query.import_id for query in found.queries if query.import_id}
    assert imports == {"top-denied": ours}


def test_what_the_state_holds_is_not_imported() -> None:
    query = next(query for query in planned().queries if query.query == "top-denied")
    estate = replace(
        hand.estate(
            hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
        ),
        installed=(Installed(id=query.id),),
    )
    state = State(frozenset([(QUERY_TYPE, query.logical_name), (ALERT_TYPE, "none")]))
    found = make(estate, hand.settings(), state).monitoring
    assert all(query.import_id is None for query in found.queries)
    assert "top-denied" in found.query_ids


def test_a_function_of_others_under_our_alias_stops_the_run() -> None:
    theirs = Installed(id=f"{OWN_WORKSPACE}/savedSearches/other", alias="flowlogs")
    with pytest.raises(PlanError, match="has a function FlowLogs already, of the saved search"):
        planned((theirs,))


def test_a_run_says_what_is_installed() -> None:
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    plan = make(estate, hand.settings(), State())
    line, *_ = told(plan)
    assert line.startswith(f"beside the flow logs: {len(library())} saved queries, 8 alerts")

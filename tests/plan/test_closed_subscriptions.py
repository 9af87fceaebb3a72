"""Subscriptions whose state takes no writes: nothing is made there, and what is there stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import Estate, Subscription
from plan.closed_subscriptions import check_home
from plan.flow_logs.adoption import relied_on
from plan.model.plan import Plan, PlanError
from plan.naming import logical_name
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from plan.views import run_lines, stack_outputs
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
CLOSED = ["Disabled", "disabled", "Deleted", "Suspended", ""]
OPEN = ["Enabled", "Warned", "PastDue", "pastdue"]


def _in(state: str) -> Subscription:
    return Subscription(id=hand.SUBSCRIPTION, name="contoso-prod", tenant_id="", state=state)


def _estate(state: str, *records: object) -> Estate:
    network = hand.network("vnet-app", {"web": "nsg-web"})
    found = hand.estate(network, hand.security_group("nsg-web"), *records)
    return replace(found, subscriptions=(_in(state),))


def _made() -> tuple[Estate, State]:
    """An estate with the flow log and the watcher of an earlier run, and the state of that run."""
    before = replace(_estate("Enabled"), watchers=())
    plan = make(before, hand.settings(), EMPTY)
    (log,) = plan.flow_logs
    resources = {(FLOW_LOG_TYPE, log.logical_name)}
    resources |= {
        ("azure-native:network:NetworkWatcher", made.logical_name)
        for made in plan.foundation.watchers
    }
    state = State(
        resources=frozenset(resources), flow_logs={log.logical_name: (log.name, log.target_id)}
    )
    return hand.applied(before, plan), state


@pytest.mark.parametrize("state", CLOSED)
def test_nothing_is_made_and_each_group_and_network_is_named_with_the_reason(state: str) -> None:
    plan = make(_estate(state), hand.settings(networks_without_nsg="cover"), EMPTY)
    assert (plan.flow_logs, plan.foundation.watchers, plan.monitoring.tampering[1:]) == ((), (), ())
    (skipped,) = stack_outputs.stack_outputs(plan)["coverage"]["skipped"]
    assert skipped["reason"].startswith(f"subscription contoso-prod ({hand.SUBSCRIPTION}) is ")
    assert {found.state for found in (*plan.coverage.networks, *plan.coverage.security_groups)} == {
        "dark"
    }
    assert set(plan.coverage.before.values()) == {"dark"}
    assert any(
        "network security group nsg-web is skipped" in line for line in run_lines.warnings(plan)
    )
    assert any("stays as it is" in note for note in plan.notes)


@pytest.mark.parametrize("state", OPEN)
def test_every_operation_is_open_in_the_others(state: str) -> None:
    plan = make(_estate(state), hand.settings(), EMPTY)
    assert hand.states(plan) == {"nsg-web": "recorded"}
    assert any("disables it" in note for note in plan.notes) == (state.casefold() != "enabled")
    check_home([_in(state)])


@pytest.mark.parametrize("state", CLOSED)
def test_what_an_earlier_run_made_stays_declared_as_azure_holds_it(state: str) -> None:
    estate, held = _made()
    estate = replace(estate, subscriptions=(_in(state),))
    changed = hand.settings(retention_days=180, tags={"cost": "42"}, traffic_analytics_interval=10)
    plan = make(estate, changed, held)
    (log,), (found,) = plan.flow_logs, estate.flow_logs
    assert (log.untouched, log.state, log.exists, log.import_id) == (True, "created", True, None)
    assert (log.tags, log.retention_days, log.analytics) == (
        found.tags,
        found.retention_days,
        found.analytics,
    )
    assert [made.untouched for made in plan.foundation.watchers] == [True]
    assert plan.adoptions == ()
    assert _listed(plan, log.target_id)["state"] == "created"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 1},
        {"version": None, "format_type": None},
        {"retention_enabled": False, "retention_days": 0},
        {"enabled": False},
        {"filtering_criteria": "srcPort=22"},
    ],
)
def test_what_somebody_changed_there_is_declared_as_it_is(changes: dict[str, object]) -> None:
    estate, held = _made()
    (log,) = estate.flow_logs
    drifted = replace(log, **changes)  # type: ignore[arg-type]
    estate = replace(estate, subscriptions=(_in("Disabled"),), flow_logs=(drifted,))
    (planned,) = make(estate, hand.settings(), held).flow_logs
    assert planned.version == drifted.version
    assert (planned.retention_days, planned.enabled) == (drifted.retention_days, drifted.enabled)
    assert planned.filtering_criteria == drifted.filtering_criteria


def test_an_adopted_one_stays_adopted_and_one_of_others_is_left() -> None:
    target = hand.network_id("vnet-app")
    log = hand.flow_log("theirs", target, tags={"managed-by": "flow-logs/dev"})
    held = State(resources=frozenset({(FLOW_LOG_TYPE, logical_name(log.id))}))
    settings = hand.settings(existing_flow_logs="adopt")
    (kept,) = make(_estate("Disabled", log), settings, held).flow_logs
    assert (kept.state, kept.untouched, kept.id) == ("adopted", True, log.id)
    assert relied_on(make(_estate("Disabled", log), settings, held)) == frozenset()
    assert make(_estate("Disabled", log), settings, EMPTY).flow_logs == ()


@pytest.mark.parametrize("state", CLOSED)
def test_where_the_stack_itself_lives_in_one_the_run_stops(state: str) -> None:
    with pytest.raises(PlanError, match=r"contoso-prod .* holds this stack's resource group"):
        check_home([_in(state)])


def _listed(plan: Plan, target: str) -> dict[str, object]:
    found: dict[str, object] = stack_outputs.stack_outputs(plan)["flowLogs"][target.casefold()]
    return found

"""What a plan has become where Azure refused some of it."""

from __future__ import annotations

from estate.arm_id import key
from plan.after_refusals import Refusals, made
from plan.model.plan import Plan
from plan.planner import make
from plan.views.stack_outputs import stack_outputs
from stack.state import State
from tests import estates_by_hand as hand


def two_networks() -> Plan:
    """One network with a flow log of others, which is adopted, and one that gets a new one."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}),
        hand.network("vnet-old", {"app": "nsg-old"}),
        hand.security_group("nsg"),
        hand.security_group("nsg-old"),
        hand.flow_log("theirs", hand.network_id("vnet-old")),
        hand.watcher(),
    )
    return make(estate, hand.settings(existing_flow_logs="adopt"), State())


def test_a_new_one_that_was_refused_records_nothing_and_an_existing_one_is_as_it_was() -> None:
    plan = two_networks()
    everything = frozenset(key(log.id) for log in plan.flow_logs)
    done = stack_outputs(made(plan, Refusals(refused=everything)))
    new, old = key(hand.network_id("vnet")), key(hand.network_id("vnet-old"))
    assert {log["state"] for log in done["flowLogs"].values()} == {"refused"}
    assert done["networks"][new] == "dark"
    assert done["networks"][old] == plan.coverage.before[old]
    assert done["coverage"]["covered"] == 1
    (skipped,) = done["coverage"]["skipped"]
    assert "Azure refused flow log" in skipped["reason"]
    assert done["flowLogs"][new]["covers"] == []
    assert len(done["flowLogs"][old]["covers"]) == 1


def test_a_run_that_was_refused_nothing_made_its_plan() -> None:
    plan = two_networks()
    assert made(plan, Refusals()) is plan


def test_a_new_workspace_that_was_refused_is_named_nowhere() -> None:
    plan = two_networks()
    own = frozenset({key(plan.foundation.workspace.id)})
    done = stack_outputs(made(plan, Refusals(refused=own, absent=own)))
    assert set(done["workspace"].values()) == {""}
    as_it_was = stack_outputs(made(plan, Refusals(refused=own)))
    assert as_it_was["workspace"]["id"] == plan.foundation.workspace.id


def test_what_may_have_been_deleted_for_a_refused_replacement_is_not_listed() -> None:
    """A change of a saved query, and of an alert's scopes, deletes the old one first."""
    plan = two_networks()
    query, alert = plan.monitoring.queries[0], plan.monitoring.alerts[0]
    replaced = frozenset({key(query.id), key(alert.id)})
    done = stack_outputs(made(plan, Refusals(refused=replaced)))
    assert query.query not in done["savedQueries"]
    assert alert.rule not in done["alerts"]
    passed_over = stack_outputs(made(plan, Refusals(waiting=replaced)))
    assert passed_over["savedQueries"][query.query] == query.id
    assert passed_over["alerts"][alert.rule] == alert.id

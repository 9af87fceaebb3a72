"""Where groups and networks stand, whoever owns the flow logs and whatever they leave out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.model import ResourceGroup
from plan.model.plan import PlanError
from plan.planner import make
from plan.views import run_lines
from stack.settings.model import Filter
from tests import estates_by_hand as hand
from tests.plan.planning import (
    ADOPT,
    GIVEN,
    NSG,
    OFF,
    VNET,
    _app,
    _names,
    fed,
    run,
)
from tests.plan.test_any_estate import EMPTY, held


@pytest.mark.parametrize("part", [{"record_types": "D"}, {"filtering_criteria": "SrcPort=22"}])
def test_a_flow_log_that_leaves_something_out_is_partial_and_replaces_nothing(
    part: dict[str, Any],
) -> None:
    half = hand.flow_log("half", VNET, **part)
    left = make(fed(_app(half)), hand.settings(**GIVEN), EMPTY)
    assert hand.states(left) == {"nsg-web": "partial"}
    assert left.known_flow_logs[0].shortfall

    both = fed(_app(half, hand.flow_log("theirs", NSG)))
    disable = make(both, hand.settings(**GIVEN, **ADOPT, nsg_flow_logs="disable"), EMPTY)
    assert "nsg-web" in _names(disable)


def test_a_network_that_stays_dark_beside_a_recorded_one_is_named_with_the_reason() -> None:
    other = hand.network("vnet-b", {"web": "nsg-web"})
    off = hand.flow_log("off", hand.network_id("vnet-b"), enabled=False)
    plan = make(_app(other, off), hand.settings(), EMPTY)
    assert hand.states(plan) == {"nsg-web": "partial"}
    states = {network.id: (network.state, network.reason) for network in plan.coverage.networks}
    state, reason = states[hand.network_id("vnet-b")]
    assert state == "dark"
    assert "flow log off on" in reason and "is disabled" in reason
    told = "\n".join(run_lines.warnings(plan))
    assert "virtual network vnet-b is dark: flow log off" in told
    assert "network security group nsg-web is recorded in part: flow log off" in told


def test_a_network_with_one_of_two_groups_recorded_is_partial() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "db": "nsg-db"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-db"),
        hand.flow_log("theirs", NSG),
    )
    plan = make(fed(estate), hand.settings(**GIVEN, target_level="networkSecurityGroup"), EMPTY)
    assert [network.state for network in plan.coverage.networks] == ["partial"]


def test_the_nearest_flow_log_decides_where_rows_go() -> None:
    theirs = hand.flow_log("theirs", f"{VNET}/subnets/web")
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "db": "nsg-db"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-db"),
        theirs,
    )
    plan = make(estate, hand.settings(), EMPTY)
    assert hand.states(plan) == {"nsg-db": "recorded", "nsg-web": "elsewhere"}


def test_ours_stays_beside_a_farther_one_into_another_workspace_and_goes_for_a_nearer_one() -> None:
    finer = hand.settings(target_level="subnet")
    plan, estate = run(_app(), finer)
    farther = replace(estate, flow_logs=(*estate.flow_logs, hand.flow_log("theirs", VNET)))
    after = make(farther, finer, held(plan))
    assert _names(after) == ["web"]
    assert hand.states(after) == {"nsg-web": "recorded"}

    plan, estate = run(_app(), hand.settings())
    subnet = hand.flow_log("theirs", f"{VNET}/subnets/web")
    nearer = replace(estate, flow_logs=(*estate.flow_logs, subnet))
    assert _names(make(nearer, hand.settings(), held(plan))) == []


def test_an_nsg_flow_log_that_was_migrated_away_is_not_switched_on_again() -> None:
    away = hand.flow_log("away", NSG, enabled=False, analytics=OFF)
    network = hand.flow_log("network", VNET)
    plan = make(_app(away, network), hand.settings(**ADOPT), EMPTY)
    assert _names(plan) == ["vnet-app"]
    alone = make(_app(away), hand.settings(**ADOPT), EMPTY)
    assert _names(alone) == ["nsg-web"]


def test_an_adopted_flow_log_that_azure_left_failed_covers_nothing_until_it_is_written() -> None:
    wanted = hand.settings(**ADOPT)
    first, estate = run(_app(hand.flow_log("theirs", VNET)), wanted)
    (log,) = estate.flow_logs
    failed = replace(estate, flow_logs=(replace(log, provisioning_state="Failed"),))
    plan = make(failed, wanted, held(first))
    assert hand.states(plan) == {"nsg-web": "dark"}
    assert plan.coverage.security_groups[0].reason == "flow log theirs is Failed in Azure"


@pytest.mark.parametrize(
    ("changes", "log", "said"),
    [
        ({}, {}, "set flow-logs:nsgFlowLogs to disable"),
        (
            {**ADOPT, "nsg_flow_logs": "disable", "disable_for": Filter(names=("x",))},
            {},
            "let flow-logs:disableFor take it in",
        ),
        (
            {**ADOPT, "nsg_flow_logs": "disable"},
            {"tags": {"managed-by": "flow-logs/prod"}},
            "its owner (flow-logs/prod) has to switch it off",
        ),
        (
            {**ADOPT, "nsg_flow_logs": "disable"},
            {"record_types": "D"},
            "records only D (recordTypes)",
        ),
    ],
)
def test_the_next_step_of_the_migration_is_one_that_can_be_taken(
    changes: dict[str, Any], log: dict[str, Any], said: str
) -> None:
    plan = make(_app(hand.flow_log("theirs", NSG, **log)), hand.settings(**changes), EMPTY)
    (stage,) = plan.migration
    assert said in stage.next_step


def test_another_stacks_flow_log_is_never_said_to_be_adoptable() -> None:
    off = hand.flow_log("off", VNET, enabled=False, tags={"managed-by": "flow-logs/prod"})
    plan = make(_app(off), hand.settings(**ADOPT), EMPTY)
    assert (
        "belongs to flow-logs/prod, which has to switch it on"
        in plan.coverage.security_groups[0].reason
    )


def test_a_name_of_ours_on_another_target_stops_the_run_in_one_line() -> None:
    (ours,) = make(_app(), hand.settings(), EMPTY).flow_logs
    taken = hand.flow_log(ours.name, hand.network_id("vnet-other"), id=ours.id)
    with pytest.raises(PlanError, match=f"flow log {ours.name}, as this stack would name"):
        make(_app(taken), hand.settings(), EMPTY)


def test_nothing_is_written_below_a_watcher_in_a_managed_resource_group() -> None:
    group = ResourceGroup(
        id=hand.GROUP, name="rg-app", location="westeurope", managed_by=f"{hand.GROUP}/aks-shop"
    )
    watcher = hand.watcher(
        watcher_id=f"{hand.GROUP}/providers/Microsoft.Network/networkWatchers/theirs"
    )
    estate = replace(_app(watcher), resource_groups=(group,))
    with pytest.raises(PlanError, match="network watcher theirs is in a resource group that aks"):
        make(estate, hand.settings(), EMPTY)


def test_a_filter_that_leaves_nothing_is_told() -> None:
    plan = make(_app(), hand.settings(include=hand.tagged(environment="nothing")), EMPTY)
    assert any("leave none of 1 network security group" in line for line in plan.notes)

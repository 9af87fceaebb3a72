"""From flow logs on security groups to flow logs on networks, forward and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import Estate
from plan.model.plan import Plan
from plan.planner import make
from plan.views import run_lines
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
NSG_LOG = hand.flow_log("nsg-log", hand.group_id("nsg-web"))
ADOPT = hand.settings(existing_flow_logs="adopt")
DISABLE = hand.settings(existing_flow_logs="adopt", nsg_flow_logs="disable")


def _estate(*more: object) -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web", wave="one"),
        NSG_LOG,
        *more,
    )


def _on_group(plan: Plan) -> tuple[bool, int]:
    """Whether the flow log on the group is on, and its retention."""
    (log,) = (log for log in plan.flow_logs if log.level == "networkSecurityGroup")
    return log.enabled, log.retention_days


def _stage(plan: Plan) -> str:
    return plan.migration[0].stage


def test_kept_it_is_the_coverage_and_the_report_says_what_happens_in_2027() -> None:
    plan = make(_estate(), ADOPT, EMPTY)
    assert hand.targets(plan.flow_logs) == ["nsg-web"]
    assert _stage(plan) == "nsg only"
    assert any(
        "1 network security group would go dark" in line for line in run_lines.warnings(plan)
    )


def test_ignored_it_is_neither_counted_nor_touched() -> None:
    chosen = hand.settings(existing_flow_logs="adopt", nsg_flow_logs="ignore")
    plan = make(_estate(), chosen, EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-app"]
    assert _stage(plan) == "twice"
    assert not plan.migration[0].goes_dark


def test_disable_first_makes_the_networks_flow_log_and_switches_off_in_the_next_run() -> None:
    first = make(_estate(), DISABLE, EMPTY)
    assert hand.targets(first.flow_logs) == ["nsg-web", "vnet-app"]
    assert _on_group(first) == (True, 90)
    assert _stage(first) == "waiting"
    assert any("Prowler" in line for line in run_lines.messages(first))  # before the first switch
    assert not any("Prowler" in line for line in run_lines.messages(make(_estate(), ADOPT, EMPTY)))

    between = hand.applied(_estate(), first)
    second = make(between, DISABLE, EMPTY)
    assert _on_group(second) == (False, 0)
    assert _stage(second) == "switched off"
    assert hand.states(second) == {"nsg-web": "recorded"}
    assert any("1 NSG flow log switched off" in line for line in run_lines.migration(second))

    third = make(hand.applied(between, second), DISABLE, EMPTY)
    assert _on_group(third) == (False, 0)
    assert third.adoptions == ()


@pytest.mark.parametrize("change", [{"enabled": False}, {"provisioning_state": "Updating"}])
def test_it_is_not_switched_off_while_the_networks_flow_log_is_not_well(
    change: dict[str, object],
) -> None:
    first = make(_estate(), DISABLE, EMPTY)
    between = hand.applied(_estate(), first)
    sick = tuple(
        replace(log, **change) if log.target_id == hand.network_id("vnet-app") else log  # type: ignore[arg-type]
        for log in between.flow_logs
    )
    plan = make(replace(between, flow_logs=sick), DISABLE, EMPTY)
    assert _on_group(plan) == (True, 90)


def test_going_back_switches_it_on_again_with_retention() -> None:
    found = _estate()
    for chosen in (DISABLE, DISABLE):
        found = hand.applied(found, make(found, chosen, EMPTY))
    assert [log.enabled for log in found.flow_logs if log.name == "nsg-log"] == [False]
    back = make(found, ADOPT, EMPTY)
    assert _on_group(back) == (True, 90)


def test_outside_the_wave_it_is_kept_as_coverage() -> None:
    wave = replace(DISABLE, disable_for=hand.tagged(wave="two"))
    plan = make(_estate(), wave, EMPTY)
    assert hand.targets(plan.flow_logs) == ["nsg-web"]
    assert _stage(plan) == "nsg only"


def test_one_that_somebody_switched_off_is_left_off_once_its_wave_has_come() -> None:
    off = replace(NSG_LOG, enabled=False, retention_enabled=False, retention_days=0)
    found = replace(_estate(), flow_logs=(off,))
    plan = make(found, DISABLE, EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-app"]


def test_two_networks_must_both_be_recorded_before_it_goes() -> None:
    found = hand.estate(
        hand.network("vnet-one", {"a": "nsg-web"}),
        hand.network("vnet-two", {"a": "nsg-web"}),
        hand.security_group("nsg-web"),
        NSG_LOG,
        hand.flow_log("policy-made", hand.network_id("vnet-one")),
    )
    first = make(found, DISABLE, EMPTY)
    assert _on_group(first)[0] is True
    second = make(hand.applied(found, first), DISABLE, EMPTY)
    assert _on_group(second)[0] is False


def test_a_network_shared_with_another_group_is_recorded_twice_for_one_of_them() -> None:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "data": "nsg-data"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-data"),
        NSG_LOG,
    )
    plan = make(found, ADOPT, EMPTY)
    assert hand.targets(plan.flow_logs) == ["nsg-web", "vnet-app"]
    stages = {found.id: found.stage for found in plan.migration}
    assert stages == {hand.group_id("nsg-data"): "none", hand.group_id("nsg-web"): "twice"}


@pytest.mark.parametrize("where", ["subnet", "interface"])
def test_a_subnet_or_interface_flow_log_is_coverage_enough(where: str) -> None:
    subnet = f"{hand.network_id('vnet-app')}/subnets/web"
    target = subnet if where == "subnet" else hand.interface_id("nic-one")
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web" if where == "subnet" else None}),
        hand.security_group("nsg-web"),
        *([hand.interface("nic-one", "nsg-web", "vnet-app/web")] if where == "interface" else []),
        hand.flow_log("near", target),
    )
    plan = make(found, hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert plan.coverage.security_groups[0].targets == (target.casefold(),)


def test_stages_speak_in_sentences() -> None:
    plan = make(_estate(), ADOPT, EMPTY)
    assert "set flow-logs:nsgFlowLogs to disable" in plan.migration[0].next_step

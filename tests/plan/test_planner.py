"""From one configuration, or one estate, to the next: what is recorded stays recorded."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from estate.arm_id import key
from estate.model import Estate, ResourceGroup, Subnet, TrafficAnalytics, Workspace
from plan.attachments import attachments
from plan.flow_logs.still_needed import recorded_in_full
from plan.flow_logs.unseen import blind_subnets
from plan.model.plan import Plan, PlanError
from plan.ownership import Owner, owner_of
from plan.planner import make
from plan.scope import in_scope
from plan.views import messages
from stack.settings.model import Filter, Settings
from stack.state import State
from tests import estates_by_hand as hand
from tests.plan.test_any_estate import EMPTY, chosen, estates, held

NSG, VNET = hand.group_id("nsg-web"), hand.network_id("vnet-app")
ADOPT: dict[str, Any] = {"existing_flow_logs": "adopt"}
OFF = TrafficAnalytics(enabled=False)


def carried_out(before: Estate, plan: Plan, wanted: Settings) -> Estate:
    """The estate after a run, without the flow logs of ours that left."""
    planned = {key(log.id) for log in plan.flow_logs}
    kept = tuple(
        log
        for log in before.flow_logs
        if owner_of(log, wanted.owner) is not Owner.MADE or key(log.id) in planned
    )
    return hand.applied(replace(before, flow_logs=kept), plan)


def run(estate: Estate, wanted: Settings, state: State = EMPTY) -> tuple[Plan, Estate]:
    """A plan, and the estate once it is carried out."""
    plan = make(estate, wanted, state)
    return plan, carried_out(estate, plan, wanted)


def recorded(estate: Estate, plan: Plan, owner: str) -> Container[str]:
    """Targets that Azure records before a run and the run leaves switched on."""
    on = {key(log.target_id) for log in plan.flow_logs if log.enabled}
    theirs = {
        key(log.target_id)
        for log in estate.flow_logs
        if owner_of(log, owner) is not Owner.MADE
        and key(log.id) not in {key(planned.id) for planned in plan.flow_logs}
    }
    return recorded_in_full(estate.flow_logs, owner) & (on | theirs)


@settings(max_examples=400, deadline=None)
@given(estates(), chosen(), chosen())
def test_no_change_of_settings_leaves_a_place_unrecorded_that_was_recorded(
    found: Estate, first: Settings, then: Settings
) -> None:
    then = replace(then, include=first.include)
    plan, settled = run(found, first)
    second = make(settled, then, held(plan))
    before = recorded_in_full(settled.flow_logs, then.owner)
    after = recorded(settled, second, then.owner)
    blind = blind_subnets(settled.networks)
    places = attachments(settled)
    for group in settled.security_groups:
        if not in_scope(group, then.include, then.exclude):
            continue
        for place in places.get(key(group.id), ()):
            if key(place.subnet_id) not in blind and _any(place.recorders, before):
                assert _any(place.recorders, after), place


def _any(targets: tuple[str, ...], recorded: Container[str]) -> bool:
    return any(key(target) in recorded for target in targets)


@settings(max_examples=200, deadline=None)
@given(estates(), chosen(), chosen())
def test_a_change_of_settings_is_through_after_three_runs(
    found: Estate, first: Settings, then: Settings
) -> None:
    plan, estate = run(found, first)
    for _ in range(3):
        plan, estate = run(estate, then, held(plan))
    last = make(estate, then, held(plan))
    assert list(last.flow_logs) == [
        replace(log, import_id=None, exists=True) for log in plan.flow_logs
    ]


def _app(*others: object, **subnets: str | None) -> Estate:
    """vnet-app with nsg-web on its subnet web, and what else is named."""
    network = hand.network("vnet-app", {"web": "nsg-web", **subnets})
    return hand.estate(network, hand.security_group("nsg-web"), *others)


def _names(plan: Plan) -> list[str]:
    return hand.targets(log for log in plan.flow_logs if log.enabled)


def test_a_finer_level_makes_the_new_flow_log_before_the_old_one_leaves() -> None:
    plan, estate = run(_app(), hand.settings())
    finer = hand.settings(target_level="subnet")
    second, estate = run(estate, finer, held(plan))
    assert _names(second) == ["vnet-app", "web"]
    third, _ = run(estate, finer, held(second))
    assert _names(third) == ["web"]


def test_going_back_to_nsg_flow_logs_keeps_the_networks_until_azure_has_switched_them_on() -> None:
    estate = _app(hand.flow_log("theirs", NSG))
    disable = hand.settings(**ADOPT, nsg_flow_logs="disable")
    plan, estate = run(estate, disable)
    plan, estate = run(estate, disable, held(plan))
    assert _names(plan) == ["vnet-app"]

    keep = hand.settings(**ADOPT)
    back = make(estate, keep, held(plan))
    assert _names(back) == ["nsg-web", "vnet-app"]
    refused = make(estate, keep, held(back))  # Azure did not switch it on
    assert _names(refused) == ["nsg-web", "vnet-app"]
    switched_on = make(carried_out(estate, back, keep), keep, held(back))
    assert _names(switched_on) == ["nsg-web"]


def test_the_network_stays_recorded_while_a_group_that_left_the_filter_is_switched_off() -> None:
    estate = _app(hand.flow_log("theirs", NSG))
    disable = hand.settings(**ADOPT, nsg_flow_logs="disable")
    plan, estate = run(estate, disable)
    plan, estate = run(estate, disable, held(plan))
    narrowed = replace(disable, exclude=Filter(names=("nsg-web",)))
    after = make(estate, narrowed, held(plan))
    assert _names(after) == ["vnet-app"]
    assert any("nsg-web left the filter while its flow log" in line for line in after.notes)


@pytest.mark.parametrize("level", ["virtualNetwork", "subnet", "networkInterface"])
@pytest.mark.parametrize("own", [False, True])
def test_a_covered_hub_keeps_its_flow_log_when_a_group_comes(level: str, own: bool) -> None:
    cover = hand.settings(networks_without_nsg="cover", target_level=level)
    hub = hand.network("vnet-app", {"GatewaySubnet": None, "web": None})
    plan, estate = run(hand.estate(hub), cover)
    attached = replace(
        estate,
        networks=_app(GatewaySubnet=None).networks,
        security_groups=(hand.security_group("nsg-web"),),
        flow_logs=(*estate.flow_logs, *((hand.flow_log("theirs", NSG),) if own else ())),
    )
    after = make(attached, cover, held(plan))
    assert _names(after) == ["vnet-app"]
    assert hand.states(after) == {"nsg-web": "recorded"}


def _blind(estate: Estate, *names: str) -> Estate:
    """The same with subnets delegated to a service that flow logs do not see."""

    def delegated(subnet: Subnet) -> Subnet:
        hidden = ("Microsoft.Network/dnsResolvers",) if subnet.name in names else ()
        return replace(subnet, delegations=hidden)

    networks = [
        replace(network, subnets=tuple(map(delegated, network.subnets)))
        for network in estate.networks
    ]
    return replace(estate, networks=tuple(networks))


def test_a_hub_whose_only_group_sits_where_nothing_is_seen_is_covered() -> None:
    estate = _blind(_app(GatewaySubnet=None), "web")
    plan = make(estate, hand.settings(networks_without_nsg="cover"), EMPTY)
    assert _names(plan) == ["vnet-app"]
    told = make(estate, hand.settings(), EMPTY)
    assert [network.state for network in told.coverage.networks] == ["dark"]
    assert any("it has gateways, whose traffic is lost" in line for line in messages.warnings(told))


def test_a_network_of_which_nothing_is_seen_gets_no_flow_log() -> None:
    estate = _blind(_app(), "web")
    plan = make(estate, hand.settings(networks_without_nsg="cover"), EMPTY)
    assert plan.flow_logs == ()
    assert [network.state for network in plan.coverage.networks] == ["records nothing"]


def _fed(estate: Estate) -> Estate:
    """The same, where the workspace of others' flow logs is the one that the stack was given."""
    workspace = Workspace(
        id=hand.FOREIGN_WORKSPACE,
        name="soc",
        location="westeurope",
        customer_id="00000000-0000-4000-8000-00000000000c",
    )
    return replace(estate, workspace=workspace)


GIVEN: dict[str, Any] = {"workspace_id": hand.FOREIGN_WORKSPACE}


@pytest.mark.parametrize("part", [{"record_types": "D"}, {"filtering_criteria": "SrcPort=22"}])
def test_a_flow_log_that_leaves_something_out_is_partial_and_replaces_nothing(
    part: dict[str, Any],
) -> None:
    half = hand.flow_log("half", VNET, **part)
    left = make(_fed(_app(half)), hand.settings(**GIVEN), EMPTY)
    assert hand.states(left) == {"nsg-web": "partial"}
    assert left.known_flow_logs[0].shortfall

    both = _fed(_app(half, hand.flow_log("theirs", NSG)))
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
    told = "\n".join(messages.warnings(plan))
    assert "virtual network vnet-b is dark: flow log off" in told
    assert "network security group nsg-web is recorded in part: flow log off" in told


def test_a_network_with_one_of_two_groups_recorded_is_partial() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "db": "nsg-db"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-db"),
        hand.flow_log("theirs", NSG),
    )
    plan = make(_fed(estate), hand.settings(**GIVEN, target_level="networkSecurityGroup"), EMPTY)
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

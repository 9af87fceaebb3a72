"""From one configuration, or one estate, to the next: what is recorded stays recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from estate.arm_id import key
from estate.model import Estate
from plan.attachments import attachments
from plan.flow_logs.still_needed import recorded_in_full
from plan.flow_logs.unseen import blind_subnets
from plan.planner import make
from plan.scope import in_scope
from plan.views import run_lines
from stack.settings.model import Filter, Settings
from tests import estates_by_hand as hand
from tests.plan.planning import (
    ADOPT,
    NSG,
    _any,
    _app,
    _blind,
    _names,
    carried_out,
    recorded,
    run,
)
from tests.plan.test_any_estate import EMPTY, chosen, estates, held


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


def test_a_hub_whose_only_group_sits_where_nothing_is_seen_is_covered() -> None:
    estate = _blind(_app(GatewaySubnet=None), "web")
    plan = make(estate, hand.settings(networks_without_nsg="cover"), EMPTY)
    assert _names(plan) == ["vnet-app"]
    told = make(estate, hand.settings(), EMPTY)
    assert [network.state for network in told.coverage.networks] == ["dark"]
    assert any(
        "to record it and the traffic of its gateways, set" in line
        for line in run_lines.warnings(told)
    )


def test_a_network_of_which_nothing_is_seen_gets_no_flow_log() -> None:
    estate = _blind(_app(), "web")
    plan = make(estate, hand.settings(networks_without_nsg="cover"), EMPTY)
    assert plan.flow_logs == ()
    assert [network.state for network in plan.coverage.networks] == ["records nothing"]

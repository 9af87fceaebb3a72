"""What holds for every estate, tried on thousands of random ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estate.arm_id import key
from estate.model import Estate, Kind, NetworkInterface, TrafficAnalytics, VirtualNetwork
from plan.attachments import attachments
from plan.flow_logs.unseen import blind_subnets
from plan.model.plan import Plan
from plan.naming import FLOW_LOG_NAME
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from stack.settings.model import Filter, Settings
from stack.state import State
from tests import estates_by_hand as hand
from tests.plan.letter_case import upper

pytestmark = pytest.mark.slow

EMPTY = State()
REGIONS = ("westeurope", "northeurope", "swedencentral")
GROUPS = [f"nsg-{number}" for number in range(6)]
STATES = {
    "recorded",
    "partial",
    "elsewhere",
    "not analysed",
    "records nothing",
    "dark",
    "unattached",
}


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Estates of up to 5 networks, 6 security groups, interfaces, and flow logs of all kinds."""
    networks = [draw(networks_with_subnets(number)) for number in range(draw(st.integers(0, 5)))]
    subnets = [f"{net.name}/{sub.name}" for net in networks for sub in net.subnets]
    regions = {net.name: net.location for net in networks}
    interfaces = [
        draw(interfaces_in(number, draw(st.sampled_from(subnets)), regions))
        for number in range(draw(st.integers(0, 3)) if subnets else 0)
    ]
    groups = [hand.security_group(name, tier=draw(st.sampled_from("ab"))) for name in GROUPS]
    candidates = [net.id for net in networks] + [group.id for group in groups]
    candidates += [sub.id for net in networks for sub in net.subnets]
    candidates += [nic.id for nic in interfaces if nic.kind == "networkInterface"]
    logged = draw(st.lists(st.sampled_from(candidates), unique=True, max_size=5))
    flow_logs = [draw(flow_logs_on(number, target)) for number, target in enumerate(logged)]
    return hand.estate(*networks, *interfaces, *groups, *flow_logs, *draw(watcher_sets()))


@st.composite
def networks_with_subnets(draw: st.DrawFn, number: int) -> VirtualNetwork:
    """A network of up to 3 subnets, of which some are delegated to what flow logs do not see."""
    subnets = {
        draw(st.sampled_from([f"s{subnet}", f"s{subnet}", "GatewaySubnet"])): draw(
            st.sampled_from([None, *GROUPS])
        )
        for subnet in range(draw(st.integers(0, 3)))
    }
    network = hand.network(f"vnet-{number}", subnets, location=draw(st.sampled_from(REGIONS)))
    services = st.sampled_from([(), (), (), ("Microsoft.Network/dnsResolvers",)])
    return replace(
        network,
        subnets=tuple(replace(subnet, delegations=draw(services)) for subnet in network.subnets),
    )


@st.composite
def interfaces_in(
    draw: st.DrawFn, number: int, subnet: str, regions: Mapping[str, str]
) -> NetworkInterface:
    """A machine's interface, or a scale set's, in ``network/subnet``."""
    interface = hand.interface(f"nic-{number}", draw(st.sampled_from(GROUPS)), subnet)
    kinds: list[Kind] = ["networkInterface", "networkInterface", "scaleSet"]
    kind = draw(st.sampled_from(kinds))
    return replace(interface, kind=kind, location=regions[subnet.split("/")[0]])


def watcher_sets() -> st.SearchStrategy[list[Any]]:
    """Some regions have a watcher, some have not."""
    return st.lists(st.sampled_from(REGIONS), unique=True).map(
        lambda regions: [hand.watcher(region) for region in regions]
    )


@st.composite
def flow_logs_on(draw: st.DrawFn, number: int, target: str) -> Any:
    """Somebody's flow log on a target, good or poor."""
    own = {"managed-by": draw(st.sampled_from(["", "flow-logs/dev", "flow-logs/prod"]))}
    return hand.flow_log(
        f"theirs-{number}",
        target,
        enabled=draw(st.booleans()),
        version=draw(st.sampled_from([1, 2, None])),
        retention_enabled=draw(st.booleans()),
        retention_days=draw(st.sampled_from([0, 7, 90, 365])),
        record_types=draw(st.sampled_from([None, None, "B,E"])),
        filtering_criteria=draw(st.sampled_from([None, None, "SrcPort=22"])),
        provisioning_state=draw(st.sampled_from(["Succeeded", "Failed"])),
        analytics=TrafficAnalytics(
            enabled=draw(st.booleans()),
            interval=draw(st.sampled_from([None, 10, 60])),
            workspace_id=draw(st.sampled_from([None, hand.FOREIGN_WORKSPACE])),
        ),
        tags=own,
    )


def chosen() -> st.SearchStrategy[Settings]:
    """Settings that matter to the plan."""
    leave = st.fixed_dictionaries(
        {
            "existing_flow_logs": st.just("leave"),
            "nsg_flow_logs": st.sampled_from(["keep", "ignore"]),
        }
    )
    adopt = st.fixed_dictionaries(
        {
            "existing_flow_logs": st.just("adopt"),
            "nsg_flow_logs": st.sampled_from(["keep", "ignore", "disable"]),
            "disable_for": st.sampled_from([Filter(), hand.tagged(tier="b")]),
        }
    )
    return st.one_of(leave, adopt).flatmap(lambda existing: _others(existing))


def _others(existing: dict[str, Any]) -> st.SearchStrategy[Settings]:
    return st.builds(
        hand.settings,
        **{name: st.just(value) for name, value in existing.items()},
        networks_without_nsg=st.sampled_from(["report", "cover"]),
        existing_workspaces=st.sampled_from(["keep", "move"]),
        target_level=st.sampled_from(
            ["virtualNetwork", "subnet", "networkInterface", "networkSecurityGroup"]
        ),
        include=st.sampled_from([Filter(), hand.tagged(tier="a")]),
        storage_accounts_per_region=st.integers(1, 3),
    )


def held(plan: Plan) -> State:
    """The state after the plan was carried out."""
    return State(frozenset((FLOW_LOG_TYPE, log.logical_name) for log in plan.flow_logs))


@settings(max_examples=400, deadline=None)
@given(estates(), chosen())
def test_every_security_group_has_a_state_and_every_count_adds_up(
    found: Estate, wanted: Settings
) -> None:
    plan = make(found, wanted, EMPTY)
    assert len(plan.coverage.security_groups) + plan.coverage.excluded == len(found.security_groups)
    assert {group.state for group in plan.coverage.security_groups} <= STATES
    assert all(group.reason for group in plan.coverage.skipped)
    known = {key(log.target_id) for log in plan.known_flow_logs}
    assert {target for group in plan.coverage.security_groups for target in group.targets} <= known


@settings(max_examples=400, deadline=None)
@given(estates(), chosen())
def test_no_target_gets_two_flow_logs_and_names_are_valid_and_unique(
    found: Estate, wanted: Settings
) -> None:
    plan = make(found, wanted, EMPTY)
    planned = {key(log.id) for log in plan.flow_logs}
    others = [key(log.target_id) for log in found.flow_logs if key(log.id) not in planned]
    everything = [key(log.target_id) for log in plan.flow_logs] + others
    assert len(everything) == len(set(everything))
    assert len({log.logical_name for log in plan.flow_logs}) == len(plan.flow_logs)
    assert all(FLOW_LOG_NAME.fullmatch(log.name) for log in plan.flow_logs)


@settings(max_examples=400, deadline=None)
@given(estates(), chosen())
def test_no_new_flow_log_is_on_a_security_group_and_no_retention_is_shortened(
    found: Estate, wanted: Settings
) -> None:
    plan = make(found, wanted, EMPTY)
    existing = {key(log.id): log for log in found.flow_logs}
    for log in plan.flow_logs:
        before = existing.get(key(log.id))
        if before is None:
            assert log.level != "networkSecurityGroup"
        elif before.retention_enabled and log.enabled:
            assert log.retention_days >= before.retention_days


@settings(max_examples=400, deadline=None)
@given(estates(), chosen())
def test_no_flow_log_is_switched_off_before_its_places_are_recorded_otherwise(
    found: Estate, wanted: Settings
) -> None:
    alive = {
        key(log.target_id)
        for log in found.flow_logs
        if log.enabled and log.provisioning_state == "Succeeded"
    }
    existing = {key(log.id): log for log in found.flow_logs}
    attached, blind = attachments(found), blind_subnets(found.networks)
    for log in make(found, wanted, EMPTY).flow_logs:
        before = existing.get(key(log.id))
        if log.enabled or before is None or not before.enabled:
            continue
        assert log.level == "networkSecurityGroup"
        for place in attached.get(key(log.target_id), ()):
            if key(place.subnet_id) in blind:
                continue
            others = {key(target) for target in place.recorders} - {key(log.target_id)}
            assert others & alive


@settings(max_examples=300, deadline=None)
@given(estates(), chosen(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found: Estate, wanted: Settings, dice: Any) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(rows, len(rows)))

    other = replace(
        found,
        security_groups=shuffled(found.security_groups),
        networks=shuffled(found.networks),
        interfaces=shuffled(found.interfaces),
        flow_logs=shuffled(found.flow_logs),
        watchers=shuffled(found.watchers),
    )
    assert make(other, wanted, EMPTY) == make(found, wanted, EMPTY)


@settings(max_examples=400, deadline=None)
@given(estates(), chosen())
def test_planning_again_after_applying_asks_for_the_same_and_imports_nothing(
    found: Estate, wanted: Settings
) -> None:
    first = make(found, wanted, EMPTY)
    settled = hand.applied(found, first)
    if wanted.nsg_flow_logs == "disable":  # what waits for its network goes in the second run
        first = make(settled, wanted, held(first))
        settled = hand.applied(settled, first)
    second = make(settled, wanted, held(first))
    asked = [replace(log, import_id=None, exists=True) for log in first.flow_logs]
    assert asked == list(second.flow_logs)
    assert second.adoptions == ()
    assert [group.state for group in first.coverage.security_groups] == [
        group.state for group in second.coverage.security_groups
    ]


@settings(max_examples=300, deadline=None)
@given(estates(), chosen())
def test_the_estate_in_another_letter_case_changes_nothing(found: Estate, wanted: Settings) -> None:
    first = make(found, wanted, EMPTY)
    spelled = {key(log.id): log.id for log in first.flow_logs}
    spelled |= {key(found): found for ids in first.watcher_ids.values() for found in ids.values()}
    state = replace(held(first), spellings=spelled)
    second = make(upper(hand.applied(found, first)), wanted, state)
    assert [(log.id, log.logical_name, log.name) for log in first.flow_logs] == [
        (log.id, log.logical_name, log.name) for log in second.flow_logs
    ]
    assert all(log.import_id is None for log in second.flow_logs)


@settings(max_examples=300, deadline=None)
@given(estates(), chosen())
def test_a_new_network_and_region_move_no_other_flow_log(found: Estate, wanted: Settings) -> None:
    first = make(found, wanted, EMPTY)
    grown = replace(
        found,
        networks=(*found.networks, hand.network("vnet-new", {"x": "nsg-new"}, "uksouth")),
        security_groups=(*found.security_groups, hand.security_group("nsg-new", tier="a")),
    )
    second = {log.id: log for log in make(grown, wanted, EMPTY).flow_logs}
    assert all(second[log.id] == log for log in first.flow_logs)

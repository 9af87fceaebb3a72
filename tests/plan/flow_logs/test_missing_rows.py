"""Whatever rows Azure leaves out, no flow log of ours leaves that stays with all rows there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import decide
from estate import by_id, redundancies, regions
from estate.arm_id import key, parent_of, segment
from estate.by_id import Found
from estate.discover import Others
from estate.model import Estate, Kind, Resource
from estate.revised import KINDS
from plan.flow_logs import missing_rows, removal
from plan.model.plan import Plan, PlanError
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from plan.views import stack_outputs
from stack.settings.model import Filter, Settings
from stack.state import STACK, State, parse_state
from tests import estates_by_hand as hand
from tests.plan.planning import carried_out
from tests.plan.test_any_estate import EMPTY, chosen, estates

VNET = hand.network_id("vnet-app")


def left(plan: Plan) -> State:
    """The state that a run leaves behind."""
    urn = "urn:pulumi:dev::flow-logs::"
    resources: dict[str, Any] = {
        f"{urn}{FLOW_LOG_TYPE}::{log.logical_name}": {
            "outputs": {"name": log.name, "targetResourceId": log.target_id}
        }
        for log in plan.flow_logs
    }
    outputs = stack_outputs.stack_outputs(plan)
    return parse_state({**resources, f"{urn}{STACK}::flow-logs-dev": {"outputs": outputs}})


class Azure:
    """What ARM has, and what it and Resource Graph list."""

    def __init__(self, held: Estate, listed: Estate) -> None:
        self._held = replace(held, security_groups=tuple(self._referring(held)))
        self._listed = listed

    def decide(self, wanted: Settings, state: State) -> Plan:
        """What the program decides on this Azure."""
        with self._stands_in():
            return decide.decide(wanted, state, lambda line: None)

    @contextmanager
    def _stands_in(self) -> Iterator[None]:
        listed = self._listed
        with (
            mock.patch.object(decide, "connect", lambda *_: None),
            mock.patch.object(decide, "read_estate", lambda *_: listed),
            mock.patch.object(decide, "missing", lambda _, ids: frozenset(self._gone(ids))),
            mock.patch.object(decide, "others", lambda *_: Others()),
            mock.patch.object(by_id, "read", lambda _, ids: self._read(ids)),
            mock.patch.object(redundancies, "read_if_allowed", lambda *_: {}),
            mock.patch.object(regions, "read_if_allowed", lambda *_: frozenset()),
        ):
            yield

    def _read(self, ids: Iterable[str]) -> Found:
        wanted = list(ids)
        asked = {key(parent_of(one)) if segment(one, "subnets") else key(one) for one in wanted}
        records = [each for each in _records(self._held) if key(each.id) in asked]
        below = [log for log in self._held.flow_logs if key(parent_of(log.id)) in asked]
        gone = frozenset(key(one) for one in self._gone([*wanted, *asked]))
        return Found(tuple(asked), (*records, *below), gone)

    def _gone(self, ids: Iterable[str]) -> list[str]:
        there = {key(each.id) for each in _records(self._held)}
        there |= {key(sub.id) for network in self._held.networks for sub in network.subnets}
        return [each for each in ids if key(each) not in there and "/providers/" in each]

    def _referring(self, held: Estate) -> Iterator[Any]:
        """The security groups with their back references, as ARM gives them."""
        for group in held.security_groups:
            own = key(group.id)
            subnets = [sub for network in held.networks for sub in network.subnets]
            sits = [sub.id for sub in subnets if key(sub.security_group_id or "") == own]
            used = [each.id for each in held.interfaces if key(each.security_group_id) == own]
            yield replace(group, subnet_ids=tuple(sits), network_interface_ids=tuple(used))


def _records(estate: Estate) -> list[Resource]:
    return [record for field in KINDS.values() for record in getattr(estate, field)]


def thinned(estate: Estate, dice: Any, share: float) -> Estate:
    """The estate less some of its rows, subnets within a row among them."""

    def some(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row for row in rows if dice.random() > share)

    hit = dice.sample(sorted(KINDS.values()), dice.randint(1, len(KINDS)))
    networks = estate.networks
    if "networks" in hit:
        networks = tuple(replace(net, subnets=some(net.subnets)) for net in some(networks))
    fields = {field: some(getattr(estate, field)) for field in hit}
    lists: dict[str, Any] = {**fields, "networks": networks}
    left_over = replace(estate, **lists)
    watchers = {key(watcher.id) for watcher in left_over.watchers}
    listed = (log for log in left_over.flow_logs if key(parent_of(log.id)) in watchers)
    return replace(left_over, flow_logs=tuple(listed))


@settings(max_examples=150, deadline=None)
@given(estates(), chosen(), st.randoms(use_true_random=False), st.sampled_from([0.1, 0.4, 1.0]))
def test_no_flow_log_of_ours_leaves_because_rows_are_missing(
    found: Estate, wanted: Settings, dice: Any, share: float
) -> None:
    plan = make(found, wanted, EMPTY)
    settled, state = carried_out(found, plan, wanted), left(plan)
    whole = make(settled, wanted, state)
    try:
        again = Azure(settled, thinned(settled, dice, share)).decide(wanted, state)
    except PlanError as stopped:
        assert "out of what it listed" in str(stopped)
        return
    stays = removal.leaving(whole, state)
    assert removal.leaving(again, state).keys() <= stays.keys()
    ours = {log.id: log for log in whole.flow_logs if log.state == "created"}
    assert {log.id: log for log in again.flow_logs if log.id in ours} == ours


@settings(max_examples=150, deadline=None)
@given(estates(), chosen(), chosen())
def test_a_change_of_settings_deletes_nothing_without_a_reason(
    found: Estate, first: Settings, then: Settings
) -> None:
    plan = make(found, first, EMPTY)
    settled, state = carried_out(found, plan, first), left(plan)
    changed = Azure(settled, settled).decide(replace(then, remove_at_most=100), state)
    leaves = removal.leaving(changed, state)
    assert len(changed.removals) == len(leaves)
    assert all(any(name in line for line in changed.removals) for name in leaves)


def _app(*others: object) -> Estate:
    network = hand.network("vnet-app", {"web": "nsg-web"})
    return hand.estate(network, hand.security_group("nsg-web"), *others)


def _run(estate: Estate, wanted: Settings) -> tuple[Estate, State]:
    plan = make(estate, wanted, EMPTY)
    return carried_out(estate, plan, wanted), left(plan)


def test_the_flow_log_of_a_network_that_is_left_out_is_named() -> None:
    wanted = hand.settings()
    settled, state = _run(_app(), wanted)
    plan = Azure(settled, replace(settled, networks=())).decide(wanted, state)
    (log,) = plan.flow_logs
    assert plan.notes[0] == (
        "Azure left virtual network vnet-app (rg-app) out of what it listed, and has it: "
        f"flow log {log.name} stays as it is"
    )
    assert plan.removals == ()


def test_a_network_that_arm_has_not_is_gone_and_its_flow_log_is_let_go_in_two_runs() -> None:
    wanted = hand.settings()
    settled, state = _run(_app(), wanted)
    deleted = replace(settled, networks=(), security_groups=())
    first = Azure(deleted, deleted).decide(wanted, state)
    assert [log.state for log in first.flow_logs] == ["released"]
    assert first.flow_logs[0].untouched
    second = Azure(deleted, deleted).decide(wanted, left(first))
    assert second.flow_logs == ()
    assert "leaves the stack and stays in Azure" in second.removals[0]


def test_a_target_that_comes_back_keeps_its_flow_log() -> None:
    wanted = hand.settings()
    settled, state = _run(_app(), wanted)
    deleted = replace(settled, networks=(), security_groups=())
    first = Azure(deleted, deleted).decide(wanted, state)
    back = Azure(settled, settled).decide(wanted, left(first))
    assert [log.state for log in back.flow_logs] == ["created"]
    assert back.removals == ()


@pytest.mark.parametrize("rows", [missing_rows.FEW, missing_rows.FEW + 1])
def test_more_than_a_few_rows_that_are_left_out_stop_the_run(rows: int) -> None:
    wanted = hand.settings()
    groups = [hand.security_group(f"nsg-{number}") for number in range(rows)]
    settled, state = _run(hand.estate(*groups), wanted)
    azure = Azure(settled, replace(settled, security_groups=()))
    if rows <= missing_rows.FEW:
        assert len(azure.decide(wanted, state).coverage.security_groups) == rows
        return
    with pytest.raises(PlanError, match=f"Azure left {rows} resources out of what it listed"):
        azure.decide(wanted, state)


def test_a_sharp_fall_of_what_the_filter_left_out_is_told() -> None:
    wanted = hand.settings(include=Filter(names=("nsg-web",)))
    others = [hand.security_group(f"nsg-{number}") for number in range(20)]
    settled, state = _run(_app(*others), wanted)
    less = replace(settled, security_groups=_app().security_groups)
    plan = Azure(less, less).decide(wanted, state)
    assert plan.notes[0].startswith("Azure lists 1 network security group, the last run found 21")


def test_a_group_that_is_retagged_in_arm_alone_is_judged_by_arm() -> None:
    wanted = hand.settings(include=hand.tagged(tier="a"))
    tagged = replace(_app(), security_groups=(hand.security_group("nsg-web", tier="a"),))
    settled, state = _run(tagged, wanted)
    stale = replace(settled, security_groups=(hand.security_group("nsg-web"),))
    plan = Azure(settled, stale).decide(wanted, state)
    assert [log.target_id for log in plan.flow_logs] == [VNET]
    assert "what Azure lists of its place is out of date" in plan.notes[0]


def test_subscriptions_that_the_setting_drops_are_the_reason() -> None:
    settled, state = _run(_app(), hand.settings())
    elsewhere = hand.settings(subscriptions=(hand.HOME,))
    nothing = replace(hand.estate(watchers=()), subscriptions=(), watchers=())
    plan = Azure(settled, nothing).decide(elsewhere, state)
    (line,) = plan.removals
    assert line.endswith("is deleted: its subscription is not among flow-logs:subscriptions")


@pytest.mark.parametrize("kind", ["networkInterface", "scaleSet"])
def test_an_interface_that_is_left_out_keeps_its_networks_flow_log(kind: Kind) -> None:
    wanted = hand.settings()
    network = hand.network("vnet-app", {"web": None})
    interface = replace(hand.interface("nic-1", "nsg-web", "vnet-app/web"), kind=kind)
    group = hand.security_group("nsg-web")
    settled, state = _run(hand.estate(network, interface, group), wanted)
    plan = Azure(settled, replace(settled, interfaces=())).decide(wanted, state)
    (log,) = plan.flow_logs
    assert "Azure left network interface nic-1 (rg-app) out of what it listed" in plan.notes[0]
    assert f"flow log {log.name} stays as it is" in plan.notes[0]

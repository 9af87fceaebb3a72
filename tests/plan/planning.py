"""Estates, settings and states from which plans follow one another."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from estate.arm_id import key
from estate.model import Estate, Subnet, TrafficAnalytics, Workspace
from plan.flow_logs.still_needed import recorded_in_full
from plan.model.plan import Plan
from plan.ownership import Owner, owner_of
from plan.planner import make
from stack.settings.model import Settings
from stack.state import State
from tests import estates_by_hand as hand
from tests.plan.test_any_estate import EMPTY

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


def _any(targets: tuple[str, ...], recorded: Container[str]) -> bool:
    return any(key(target) in recorded for target in targets)


def _app(*others: object, **subnets: str | None) -> Estate:
    """vnet-app with nsg-web on its subnet web, and what else is named."""
    network = hand.network("vnet-app", {"web": "nsg-web", **subnets})
    return hand.estate(network, hand.security_group("nsg-web"), *others)


def _names(plan: Plan) -> list[str]:
    return hand.targets(log for log in plan.flow_logs if log.enabled)


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


def fed(estate: Estate) -> Estate:
    """The same, where the workspace of others' flow logs is the one that the stack was given."""
    workspace = Workspace(
        id=hand.FOREIGN_WORKSPACE,
        name="soc",
        location="westeurope",
        customer_id="00000000-0000-4000-8000-00000000000c",
    )
    return replace(estate, workspace=workspace)


GIVEN: dict[str, Any] = {"workspace_id": hand.FOREIGN_WORKSPACE}

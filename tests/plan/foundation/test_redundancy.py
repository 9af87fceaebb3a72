"""Regions that lack the redundancy asked for: what hangs on it is skipped, the rest is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from estate.arm_id import name_of
from estate.model import Estate, StorageAccount
from plan import naming
from plan.model.plan import Plan, PlanError
from plan.planner import make
from plan.views import run_lines
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
OFFERED = {
    "westeurope": frozenset({"Standard_LRS", "Standard_ZRS", "Standard_GRS"}),
    "westus": frozenset({"Standard_LRS", "Standard_GRS"}),
}


def _estate(**changes: Any) -> Estate:
    """A network with a security group in each of two regions."""
    return hand.estate(
        hand.network("vnet-eu", {"web": "nsg-eu"}),
        hand.network("vnet-us", {"web": "nsg-us"}, location="westus"),
        hand.security_group("nsg-eu"),
        hand.security_group("nsg-us", location="westus"),
        hand.watcher(),
        hand.watcher("westus"),
        **changes,
    )


def _plan(offered: Mapping[str, frozenset[str]] | None, **changes: Any) -> Plan:
    found = _estate(redundancies=offered)
    return make(found, hand.settings(storage_sku="Standard_ZRS", **changes), EMPTY)


def _account(region: str) -> StorageAccount:
    own = naming.storage_account_id(hand.HOME, "dev", region, 0)
    tags = {"managed-by": "flow-logs/dev"}
    kind, sku = "StorageV2", "Standard_LRS"
    return StorageAccount(id=own, name=name_of(own), location=region, tags=tags, kind=kind, sku=sku)


@pytest.mark.parametrize("without", ["report", "cover"])
def test_what_hangs_on_the_region_is_skipped_with_the_way_out(without: str) -> None:
    plan = _plan(OFFERED, networks_without_nsg=without)
    assert hand.targets(plan.flow_logs) == ["vnet-eu"]
    assert [account.location for account in plan.foundation.storage_accounts] == ["westeurope"]
    assert hand.states(plan) == {"nsg-eu": "recorded", "nsg-us": "dark"}
    (line,) = [line for line in run_lines.warnings(plan) if "nsg-us is skipped" in line]
    assert "westus has no Standard_ZRS storage, it has Standard_LRS, Standard_GRS" in line
    assert "list accounts of westus in flow-logs:storageAccounts" in line
    assert line.endswith("pulumi config set flow-logs:storageSku Standard_LRS")
    assert plan.notes == ()


def test_a_network_without_security_group_is_dark_for_the_same_reason() -> None:
    found = hand.estate(hand.network("vnet-us", {"web": None}, location="westus"))
    chosen = hand.settings(storage_sku="Standard_ZRS", networks_without_nsg="cover")
    (network,) = make(replace(found, redundancies=OFFERED), chosen, EMPTY).coverage.networks
    assert (network.state, network.targets) == ("dark", ())
    assert network.reason.startswith("westus has no Standard_ZRS storage")


@pytest.mark.parametrize(
    ("offered", "unknown"),
    [
        ({}, ["westeurope", "westus"]),
        ({"westeurope": OFFERED["westeurope"]}, ["westus"]),
        ({region: frozenset({"Standard_LRS"}) for region in OFFERED}, ["westeurope", "westus"]),
    ],
    ids=["refused to say", "region left out", "redundancy left out"],
)
def test_what_azure_does_not_tell_is_made_and_said(
    offered: Mapping[str, frozenset[str]], unknown: list[str]
) -> None:
    plan = _plan(offered)
    assert hand.targets(plan.flow_logs) == ["vnet-eu", "vnet-us"]
    told = [note.partition(" is not known")[0] for note in plan.notes]
    assert told == [f"whether {region} has Standard_ZRS storage" for region in unknown]


def test_nothing_is_said_before_azure_is_asked() -> None:
    plan = _plan(None)
    assert (len(plan.flow_logs), plan.notes) == (2, ())


def test_accounts_that_are_there_or_given_are_not_judged() -> None:
    chosen = hand.settings(storage_sku="Standard_ZRS")
    held = _estate(redundancies=OFFERED, storage_accounts=(_account("westus"),))
    plan = make(held, chosen, EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-eu", "vnet-us"]
    skus = {account.location: account.sku for account in plan.foundation.storage_accounts}
    assert skus == {"westus": "Standard_LRS", "westeurope": "Standard_ZRS"}

    given = replace(_account("westus"), id=f"{hand.GROUP}/providers/Microsoft.Storage/x/given")
    found = _estate(redundancies=OFFERED, given_accounts=(given,))
    plan = make(found, replace(chosen, storage_accounts={"westus": (given.id,)}), EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-eu", "vnet-us"]


def test_a_flow_log_of_the_stack_never_leaves_for_it() -> None:
    """Its account is gone and cannot be made again as asked: the run stops in one line."""
    chosen = hand.settings(storage_sku="Standard_ZRS")
    first = make(_estate(), chosen, EMPTY)
    again = replace(hand.applied(_estate(), first), redundancies=OFFERED)
    with pytest.raises(PlanError) as refused:
        make(again, chosen, EMPTY)
    line = str(refused.value)
    assert "\n" not in line
    assert "cannot be made: westus has no Standard_ZRS storage" in line
    assert line.endswith("pulumi config set flow-logs:storageSku Standard_LRS")

"""The outputs' contract: what a stack exports, another stack reads, typed."""

from __future__ import annotations

import json

import pytest

from outputs import OutputsError, parse_outputs
from plan import contract
from plan.make import make
from state import StackState
from tests import estates_by_hand as hand

KEYS_OF_VERSION_1 = {
    "contractVersion",
    "workspace",
    "storageAccounts",
    "watchers",
    "flowLogs",
    "networkSecurityGroups",
    "networks",
    "coverage",
    "savedQueries",
    "alerts",
    "workbookId",
}


def _exported() -> dict[str, object]:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-idle"),
        hand.security_group("nsg-out", skip="yes"),
    )
    plan = make(found, hand.settings(exclude=hand.tagged(skip="yes")), StackState())
    return contract.stack_outputs(plan)


def _as_the_engine_hands_it_over(outputs: dict[str, object]) -> dict[str, object]:
    """Plain JSON in which every number is a float, as protobuf structs make them."""
    found: dict[str, object] = json.loads(json.dumps(outputs), parse_int=float)
    return found


def test_version_1_has_exactly_these_keys() -> None:
    assert set(_exported()) == KEYS_OF_VERSION_1
    assert _exported()["contractVersion"] == 1


def test_what_is_exported_is_read_back_typed() -> None:
    read = parse_outputs(_as_the_engine_hands_it_over(_exported()))
    (target,) = read.flow_logs
    assert target == hand.network_id("vnet-app").casefold()
    assert read.flow_logs[target].covers == (hand.group_id("nsg-web"),)
    assert read.security_groups[hand.group_id("nsg-web").casefold()].targets == (target,)
    coverage = read.coverage
    assert (coverage.discovered, coverage.excluded, coverage.covered) == (3, 1, 1)
    assert isinstance(coverage.discovered, int)
    assert [skipped.id for skipped in coverage.skipped] == [hand.group_id("nsg-idle")]


def test_every_target_named_anywhere_is_among_the_flow_logs() -> None:
    read = parse_outputs(_exported())
    named = {target for group in read.security_groups.values() for target in group.targets}
    assert named <= set(read.flow_logs)


def test_a_key_that_the_contract_gains_later_is_no_trouble() -> None:
    assert parse_outputs({**_exported(), "colour": "blue"}).contract_version == 1


def test_a_newer_contract_is_refused_with_the_way_out() -> None:
    with pytest.raises(OutputsError, match=r"contract version 2.*take outputs\.py from"):
        parse_outputs({**_exported(), "contractVersion": 2})


def test_a_stack_of_something_else_is_refused_with_the_way_out() -> None:
    with pytest.raises(OutputsError, match="no output contractVersion"):
        parse_outputs({"url": "x"})

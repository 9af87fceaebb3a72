"""Names are stable, unique, and within Azure's rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan import naming
from plan.foundation.storage import shard_of
from tests import estates_by_hand as hand


def test_a_flow_log_name_is_readable_and_does_not_know_the_stack() -> None:
    assert naming.flow_log_name(hand.network_id("vnet-app")).startswith("vnet-app-")
    subnet = f"{hand.network_id('vnet-app')}/subnets/web"
    assert naming.flow_log_name(subnet).startswith("vnet-app-web-")


@given(st.text(min_size=1, max_size=120))
def test_every_target_name_gives_a_name_that_azure_accepts(name: str) -> None:
    target = hand.network_id(name.replace("/", "_"))
    assert naming.FLOW_LOG_NAME.fullmatch(naming.flow_log_name(target))


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    one, other = (naming.flow_log_name(hand.network_id("v" * 90 + end)) for end in "ab")
    assert one != other


@pytest.mark.parametrize(
    "name", [naming.flow_log_name, naming.logical_name], ids=["flow log", "logical"]
)
def test_letter_case_does_not_change_a_name(name: object) -> None:
    assert callable(name)
    assert name(hand.network_id("vnet-app").upper()) == name(hand.network_id("vnet-app"))


@given(st.text(alphabet="abc-_.ÄB1", min_size=1, max_size=100))
def test_storage_and_workspace_names_fit_azures_rules_for_any_stack(stack: str) -> None:
    account = naming.storage_account_id(hand.HOME, stack, "westeurope", 0).rsplit("/", 1)[-1]
    assert re.fullmatch(r"[a-z0-9]{3,24}", account)
    workspace = naming.workspace_id(hand.HOME, stack).rsplit("/", 1)[-1]
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", workspace)


def test_a_new_shard_takes_only_the_flow_logs_that_hash_to_it() -> None:
    targets = [hand.network_id(f"vnet-{number}") for number in range(300)]
    before = {target: shard_of(target, 3) for target in targets}
    after = {target: shard_of(target, 4) for target in targets}
    moved = [target for target in targets if before[target] != after[target]]
    assert {after[target] for target in moved} == {3}
    assert 45 <= len(moved) <= 105  # a quarter of 300, within chance

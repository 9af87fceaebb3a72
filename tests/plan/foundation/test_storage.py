"""Which storage accounts are in use, and how many flow logs one can hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.arm_id import name_of
from estate.model import Estate, StorageAccount
from plan import naming
from plan.foundation.left_as_found import unused
from plan.foundation.storage import shard_of
from plan.model.plan import Plan, PlanError
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from stack.settings.model import Settings
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
FULL = 1000  # retentions that an account takes
OURS = [naming.storage_account_id(hand.HOME, "dev", "westeurope", shard) for shard in (0, 1)]
HELD = tuple(
    StorageAccount(
        id=account,
        name=name_of(account),
        location="westeurope",
        tags={"managed-by": "flow-logs/dev"},
        kind="StorageV2",
        sku="Standard_LRS",
    )
    for account in OURS
)


def _logged(number: int, storage: str, **changes: object) -> Estate:
    """As many networks, each with a group and somebody's flow log that writes to the account."""
    names = [f"vnet-{index}" for index in range(number)]
    networks = [hand.network(name, {"a": f"nsg-{name}"}) for name in names]
    groups = [hand.security_group(f"nsg-{name}") for name in names]
    logs = [
        hand.flow_log(f"theirs-{name}", hand.network_id(name), storage_id=storage) for name in names
    ]
    return hand.estate(*networks, *groups, *logs, **changes)


def _in_use(plan: Plan) -> dict[str, bool]:
    return {account.id: account.used for account in plan.foundation.storage_accounts}


def test_an_account_that_flow_logs_of_others_write_to_is_in_use() -> None:
    plan = make(_logged(1, OURS[0].upper(), storage_accounts=HELD), hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert _in_use(plan) == {OURS[0]: True, OURS[1]: False}
    (line,) = unused(plan)
    assert name_of(OURS[1]) in line


def test_an_account_that_adopted_flow_logs_keep_is_in_use_whatever_their_shard() -> None:
    found = _logged(4, OURS[0], storage_accounts=HELD)
    assert {shard_of(log.target_id, 2) for log in found.flow_logs} == {0, 1}
    chosen = hand.settings(existing_flow_logs="adopt", storage_accounts_per_region=2)
    assert _in_use(make(found, chosen, EMPTY)) == {OURS[0]: True, OURS[1]: False}


@pytest.mark.parametrize("excluded", [False, True])
def test_an_account_that_ours_leave_is_in_use_no_more(excluded: bool) -> None:
    """Whether the flow log itself leaves, or moves to an account that is given."""
    given = replace(HELD[1], id=f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given")
    bare = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        storage_accounts=HELD[:1],
        given_accounts=(given,),
    )
    first = make(bare, hand.settings(), EMPTY)
    assert _in_use(first) == {OURS[0]: True}
    state = State(frozenset((FLOW_LOG_TYPE, log.logical_name) for log in first.flow_logs))
    changed = (
        hand.settings(exclude=hand.tagged(tier="a"))
        if excluded
        else hand.settings(storage_accounts={"westeurope": (given.id,)})
    )
    groups = (hand.security_group("nsg-web", tier="a"),)
    held = replace(hand.applied(bare, first), security_groups=groups)
    assert _in_use(make(held, changed, state)) == {OURS[0]: False}


def _refusal(found: Estate, chosen: Settings) -> str:
    with pytest.raises(PlanError) as raised:
        make(found, chosen, EMPTY)
    line = str(raised.value)
    assert "\n" not in line
    return line


def _with_new(found: Estate, number: int) -> Estate:
    """The same with as many more networks that nothing logs yet."""
    names = [f"young-{index}" for index in range(number)]
    return replace(
        found,
        networks=(*found.networks, *(hand.network(name, {"a": f"nsg-{name}"}) for name in names)),
        security_groups=(
            *found.security_groups,
            *(hand.security_group(f"nsg-{name}") for name in names),
        ),
    )


def test_flow_logs_of_others_count_and_the_number_advised_is_enough() -> None:
    found = _with_new(_logged(FULL - 100, OURS[0], storage_accounts=HELD), 150)
    line = _refusal(found, hand.settings())
    assert f"would keep {FULL + 50} flow logs with retention, {FULL - 100} of them others'" in line
    assert line.endswith("pulumi config set flow-logs:storageAccountsPerRegion 3")
    make(found, hand.settings(storage_accounts_per_region=3), EMPTY)


def test_others_that_keep_nothing_count_nothing() -> None:
    full = _logged(FULL, OURS[0], storage_accounts=HELD)
    logs = (replace(log, retention_enabled=False, retention_days=0) for log in full.flow_logs)
    make(_with_new(replace(full, flow_logs=tuple(logs)), 1), hand.settings(), EMPTY)


def test_an_account_that_was_full_before_stops_no_run_that_adds_nothing() -> None:
    found = _logged(FULL + 1, "/there")
    make(found, hand.settings(existing_flow_logs="adopt"), EMPTY)


def test_adopted_flow_logs_keep_their_account_so_the_way_out_is_fewer_of_them() -> None:
    found = _logged(FULL + 1, "/there")
    logs = (replace(log, retention_enabled=False, retention_days=0) for log in found.flow_logs)
    endless = replace(found, flow_logs=tuple(logs))
    line = _refusal(endless, hand.settings(existing_flow_logs="adopt"))
    assert "flow-logs:exclude" in line
    assert line.endswith("pulumi config set flow-logs:existingFlowLogs leave")
    make(endless, hand.settings(existing_flow_logs="leave"), EMPTY)


@pytest.mark.parametrize("others", [FULL, FULL - 1])
def test_no_more_accounts_are_advised_than_a_region_may_have(others: int) -> None:
    found = _with_new(_logged(others, OURS[0], storage_accounts=HELD), 17)
    line = _refusal(found, hand.settings())
    assert line.endswith("List other or more accounts of westeurope in flow-logs:storageAccounts")
    given = replace(HELD[1], id=f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given")
    chosen = hand.settings(storage_accounts={"westeurope": (given.id,)})
    make(replace(found, given_accounts=(given,)), chosen, EMPTY)

"""Which storage accounts are in use, and how many flow logs one can hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import Estate, StorageAccount, name_of
from plan import naming, report
from plan.make import make
from plan.model import FLOW_LOG_TYPE, Plan
from plan.storage import shard_of
from state import StackState
from tests import estates_by_hand as hand

EMPTY = StackState()
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
    return {account.id: account.used for account in plan.storage_accounts}


def test_an_account_that_flow_logs_of_others_write_to_is_in_use() -> None:
    plan = make(_logged(1, OURS[0].upper(), storage_accounts=HELD), hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert _in_use(plan) == {OURS[0]: True, OURS[1]: False}
    (line,) = report.unused(plan)
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
    state = StackState(frozenset((FLOW_LOG_TYPE, log.logical_name) for log in first.flow_logs))
    changed = (
        hand.settings(exclude=hand.tagged(tier="a"))
        if excluded
        else hand.settings(storage_accounts={"westeurope": (given.id,)})
    )
    groups = (hand.security_group("nsg-web", tier="a"),)
    held = replace(hand.applied(bare, first), security_groups=groups)
    assert _in_use(make(held, changed, state)) == {OURS[0]: False}

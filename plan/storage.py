"""Which storage account of a region a flow log writes to.

Rendezvous hashing: a flow log goes to the shard with the highest hash of shard and target, so that
a new shard takes only the flow logs that hash to it and moves no other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from estate.model import FlowLog, name_of
from plan.model import FLOW_LOG_TYPE, PlanError, PlannedFlowLog, State
from plan.naming import logical_name
from plan.ownership import Owner, owner_of

RETENTIONS_PER_ACCOUNT = 1000  # 100 lifecycle rules of 10 prefixes each (vnet-flow-logs-manage)


def shard_of(target_id: str, shards: int) -> int:
    """The shard, from 0 to ``shards`` - 1, of the flow log on a target."""
    return max(range(shards), key=lambda shard: _weight(target_id, str(shard)))


def account_of(target_id: str, accounts: Sequence[str]) -> str:
    """The one of the given accounts (ids) that the flow log on a target writes to."""
    return max(accounts, key=lambda account: _weight(target_id, account.casefold()))


def untouched(
    flow_logs: Iterable[FlowLog], planned: Iterable[PlannedFlowLog], owner: str, state: State
) -> Iterator[FlowLog]:
    """Flow logs in Azure that this run neither writes nor deletes."""
    written = {log.logical_name for log in planned}
    for log in flow_logs:
        held = logical_name(log.id)
        leaves = state.holds(FLOW_LOG_TYPE, held) and owner_of(log, owner) is Owner.MADE
        if held not in written and not leaves:
            yield log


def check_lifecycle_rules(flow_logs: Iterable[PlannedFlowLog]) -> None:
    """Raises PlanError for an account that would hold more retentions than Azure has rules for."""
    held = Counter(log.storage_id.casefold() for log in flow_logs if log.enabled)
    places = {log.storage_id.casefold(): log for log in flow_logs}
    for account, count in sorted(held.items()):
        if count > RETENTIONS_PER_ACCOUNT:
            region, enough = places[account].location, -(-count // RETENTIONS_PER_ACCOUNT) + 1
            raise PlanError(
                f"storage account {name_of(account)} ({region}) would keep {count} flow logs with "
                f"retention; Azure has lifecycle rules for {RETENTIONS_PER_ACCOUNT} an account. "
                f"Set flow-logs:storageAccountsPerRegion to {enough} or more, "
                "or list more accounts in flow-logs:storageAccounts"
            )


def _weight(target_id: str, shard: str) -> bytes:
    return hashlib.sha256(f"{shard}/{target_id.casefold()}".encode()).digest()

"""The storage account of a region that a flow log writes to.

Rendezvous hashing: a flow log goes to the shard with the highest hash of shard and target, so that
a new shard takes only the flow logs that hash to it and moves no other.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from estate.arm_id import key, name_of
from estate.model import Estate, FlowLog
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import PlannedBlobService, PlannedStorage
from plan.model.plan import PlanError
from plan.naming import logical_name
from plan.ownership import Owner, owner_of
from plan.resource_identity import identity
from plan.resource_types import BLOB_SERVICE_TYPE, FLOW_LOG_TYPE
from stack.settings.model import ACCOUNTS_PER_REGION, Settings
from stack.state import State
from wording import setting, to_set

RETENTIONS_PER_ACCOUNT = 1000  # 100 lifecycle rules of 10 prefixes each (vnet-flow-logs-manage)
SKUS = tuple(f"Standard_{name}" for name in ("LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"))
"""Redundancies that flow logs can be written to (vnet-flow-logs-manage; Microsoft.Storage/skus)."""
CONTAINER_DAYS = 7  # that a deleted container can be recovered; Azure takes 1 to 365
_ONE_ZONE = ("Standard_LRS", "Standard_GRS", "Standard_RAGRS")
_ZONES = ("Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS")


def redundancy(held: str, wanted: str) -> str:
    """The redundancy to ask for of an account that has ``held`` (empty: it is to be made).

    An update adds and removes a second region; one that adds or removes zones Azure refuses
    (StorageAccountTypeConversionNotAllowed, terraform-provider-azurerm #6526), as it may whatever
    is asked of a redundancy that is not known here: the account then keeps what it has.
    """
    in_place = wanted in _ZONES if held in _ZONES else held in _ONE_ZONE and wanted in _ONE_ZONE
    return wanted if in_place or not held else held


def converted(held: str) -> str:
    """What an account converts to when zones are added or removed; empty where it is not known."""
    pairs = dict(zip(_ONE_ZONE, _ZONES, strict=True))
    return {**pairs, **{zones: one for one, zones in pairs.items()}}.get(held, "")


def newer(sku: str) -> bool:
    """Whether a redundancy is none of those that are known, and may be fine or not."""
    return sku.startswith("Standard") and sku not in SKUS


def shard_of(target_id: str, shards: int) -> int:
    """The shard, from 0 to ``shards`` - 1, of the flow log on a target."""
    return max(range(shards), key=lambda shard: _weight(target_id, str(shard)))


def account_of(target_id: str, accounts: Sequence[str]) -> str:
    """The one of the given accounts (ids) that the flow log on a target writes to."""
    return max(accounts, key=lambda account: _weight(target_id, account.casefold()))


def blob_services(
    accounts: Iterable[PlannedStorage], estate: Estate, state: State
) -> Iterator[PlannedBlobService]:
    """The blob service of each account of the stack, which comes with the account."""
    standing = {key(found.id) for found in estate.storage_accounts}
    for account in accounts:
        service_id = f"{account.id}/blobServices/default"
        held = state.holds(BLOB_SERVICE_TYPE, logical_name(service_id))
        if held or not account.untouched:
            exists = key(account.id) in standing
            yield PlannedBlobService(
                **identity(BLOB_SERVICE_TYPE, service_id, state, exists=exists),
                location=account.location,
                protect=account.protect,
                untouched=account.untouched,
                container_days=CONTAINER_DAYS,
            )


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


def check_lifecycle_rules(
    planned: Sequence[PlannedFlowLog],
    existing: Sequence[FlowLog],
    settings: Settings,
    state: State,
) -> None:
    """Raises PlanError where this run would bring more retentions into an account than it takes.

    Flow logs of others count; an account that is over the limit already stops nothing.
    """
    held = {logical_name(log.id): key(log.storage_id) for log in existing if _retains(log)}
    standing = untouched(existing, planned, settings.owner, state)
    others = Counter(key(log.storage_id) for log in standing if _retains(log))
    writing: dict[str, list[PlannedFlowLog]] = defaultdict(list)
    for planned_log in planned:
        if planned_log.enabled and planned_log.retention_days:
            writing[key(planned_log.storage_id)].append(planned_log)
    for account, logs in sorted(writing.items()):
        brought = any(held.get(log.logical_name) != account for log in logs)
        number = len(logs) + others[account]
        if brought and number > RETENTIONS_PER_ACCOUNT:
            raise PlanError(
                f"storage account {name_of(logs[0].storage_id)} ({logs[0].location}) would keep "
                f"{number} flow logs with retention, {others[account]} of them others'; Azure has "
                f"lifecycle rules for {RETENTIONS_PER_ACCOUNT} an account. "
                f"{_way_out(logs, others[account], planned, settings)}"
            )


def _way_out(
    logs: Sequence[PlannedFlowLog],
    others: int,
    planned: Iterable[PlannedFlowLog],
    settings: Settings,
) -> str:
    """How the flow logs of a full account become fewer; adopted ones never change theirs."""
    adopted = sum(log.state == "adopted" for log in logs)
    room = RETENTIONS_PER_ACCOUNT - others - adopted
    if adopted and room < 0:
        return (
            f"Adopted flow logs keep their account: take in fewer of them by {setting('exclude')}, "
            f"or none: {to_set('existingFlowLogs', 'leave')}"
        )
    region = logs[0].location
    movable = sum(log.state == "created" and log.location == region for log in planned)
    enough = max(-(-movable // max(room, 1)), settings.storage_accounts_per_region) + 1
    if region in settings.storage_accounts or room <= 0 or enough > ACCOUNTS_PER_REGION:
        return f"List other or more accounts of {region} in {setting('storageAccounts')}"
    return (
        f"Let one rule of the account end them all ({to_set('lifecycle', 'account')}), or spread "
        f"them: {to_set('storageAccountsPerRegion', str(enough))}"
    )


def _retains(log: FlowLog) -> bool:
    return log.retention_enabled and log.retention_days > 0


def _weight(target_id: str, shard: str) -> bytes:
    return hashlib.sha256(f"{shard}/{target_id.casefold()}".encode()).digest()

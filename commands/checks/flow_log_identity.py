"""Storage accounts, and whether flow logs can be written to them by a managed identity.

Whoever gives an account assigns the role on it; the stack does so on its own accounts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from commands.checks.finding import Check, Finding, not_known
from commands.checks.reading import attempt
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.identities import role_assignments
from estate.model import FlowLog, RoleAssignment, StorageAccount
from plan.arm_identity import assigned, principal
from plan.foundation.identities import BLOB_DATA_CONTRIBUTOR
from plan.model.plan import Plan
from wording import to_set

BLOB_DATA_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
WRITING = (BLOB_DATA_CONTRIBUTOR, BLOB_DATA_OWNER)
"""Built-in roles that write blobs (Microsoft: "Azure built-in roles"); the first is documented."""

ROLE = Check(
    name="identity-role",
    severity="error",
    title="storage accounts on which the identity of flow logs has no role",
    why="Azure writes a flow log by its managed identity, which needs Storage Blob Data "
    "Contributor on the account; nothing documents an error without it, so records may be lost",
)
KEYLESS = Check(
    name="storage-keyless",
    severity="note",
    title="given accounts without shared key, and flow logs without an identity",
    why="Azure tries the account's key and then a token of its own (Network Watcher's FAQ); that "
    "it writes without any key is documented for flow logs with a managed identity alone",
)
CHECKS = (ROLE, KEYLESS)


def accounts_of_others(plan: Plan) -> tuple[str, ...]:
    """Accounts (ids) that our flow logs write to by an identity, and the stack did not make."""
    ours = {key(account.id) for account in plan.foundation.storage_accounts}
    written = {
        key(log.storage_id): log.storage_id
        for log in plan.flow_logs
        if log.state == "created" and assigned(log.identity)
    }
    return tuple(written[account] for account in sorted(written.keys() - ours))


def read(cloud: Cloud, account: str, principal: str) -> tuple[RoleAssignment, ...]:
    """The roles of a principal (object id) at an account and above. Raises AzureError."""
    return tuple(role_assignments(cloud, account, principal))


def judge(
    account: str, identity: str, principal_id: str, roles: Sequence[RoleAssignment]
) -> Iterator[Finding]:
    """A finding for an account on which an identity (name) has none of the roles that write."""
    held = sorted({each.role for each in roles})
    if any(role in WRITING for role in held):
        return
    if held:
        yield not_known(account, f"the role of identity {identity} on it", ", ".join(held))
        return
    yield ROLE.found(
        account,
        f"managed identity {identity} has no role on it",
        "az role assignment create --role 'Storage Blob Data Contributor' --scope "
        f"{account} --assignee-object-id {principal_id} "
        "--assignee-principal-type ServicePrincipal",
    )


def of_flow_logs(cloud: Cloud, flow_logs: Iterable[FlowLog]) -> Iterator[Finding]:
    """The same of each account and identity of flow logs in Azure, anybody's."""
    unread: list[Finding] = []
    pairs = {
        (key(log.storage_id), key(identity)): (log.storage_id, name_of(identity), principal_id)
        for log in flow_logs
        for identity in assigned(log.identity)
        if (principal_id := principal(log.identity or {}, identity))
    }
    for account, name, principal_id in pairs.values():
        asked = partial(read, cloud, account, principal_id)
        roles = attempt(account, f"the roles of identity {name} on it", asked, unread)
        if roles is not None:
            yield from judge(account, name, principal_id, roles)
    yield from unread


def judge_keyless(accounts: Iterable[StorageAccount], plan: Plan) -> Iterator[Finding]:
    """A note for a given account without shared key that flow logs write to without identity."""
    written = {
        key(log.storage_id)
        for log in plan.flow_logs
        if log.state == "created" and not assigned(log.identity)
    }
    for account in accounts:
        if not account.shared_key and key(account.id) in written:
            yield KEYLESS.found(
                account.id,
                "shared key access is off",
                "az identity create, give it Storage Blob Data Contributor on the account, then "
                f"{to_set('flowLogIdentity', 'ID')}",
            )

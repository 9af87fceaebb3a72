"""`flow-log-storage-region`: Azure writes a flow log to a storage account in the target's region.

Decided for storage accounts of the same stack; the region of others is not to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.properties import UNKNOWN, Absent
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, NotKnown, StackRule, Violation
from flowlog_guard.stack import Stack
from flowlog_guard.stack_resource import Declared


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared, Finding]]:
    """Storage account and target are in one region."""
    for flow_log in stack.of(Kind.FLOW_LOG):
        storage = stack.refer(flow_log, flow_log.spelling.storage, Kind.STORAGE_ACCOUNT)
        if storage.declared is not None:
            finding = _compare(stack, flow_log, storage.declared)
            if finding is not None:
                yield flow_log, finding
        elif storage.id is UNKNOWN:
            yield flow_log, NotKnown(flow_log.spelling.storage)


def _compare(stack: Stack, flow_log: Declared, account: Declared) -> Finding | None:
    there, here = stack.region(account), stack.region(flow_log)
    if here is UNKNOWN:
        return NotKnown("location")
    if there is UNKNOWN:
        return NotKnown(f"location of storage account '{account.name}'")
    if isinstance(here, Absent) or isinstance(there, Absent) or here == there:
        return None
    return Violation(
        f"{flow_log.spelling.storage} is '{account.name}' in {there}, while the target is in "
        f"{here}. Use a storage account in {here}"
    )


RULE = StackRule(
    name="flow-log-storage-region",
    title="A flow log must be written to a storage account in its target's region.",
    severity=Severity.HIGH,
    remediation=(
        "Set `storageId` (classic Azure provider: `storageAccountId`) to a Standard "
        "general-purpose v2 account in the region of the target; another subscription of the same "
        "tenant is fine."
    ),
    existing="Judged like a new one, where the storage account is part of the stack.",
    settings=EXEMPTIONS,
    check=check,
)

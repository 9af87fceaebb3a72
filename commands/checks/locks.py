"""Management locks: what a read-only one refuses, and what one against deletion keeps.

A read-only lock lets nothing below it be written, and no key of a storage account be listed
("Lock your resources to protect your infrastructure"). On a security group it keeps flow logs away
(nsg-flow-logs-overview); whether on a network too is not documented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commands.checks.finding import Check, Finding, in_words, not_known
from commands.checks.planned_writes import Write, covers
from estate.cloud import Cloud
from estate.response_shape import Needed, Shape, Text
from plan.text import listed

API_VERSION = "2020-05-01"
MARK = "/providers/microsoft.authorization/locks/"
LOCK_ID = Text(lambda text: MARK in text.casefold(), "the ARM id of a lock")
_LOCK: Shape = {
    "id": Needed(LOCK_ID),
    "name": Needed(str),
    "properties": {"level": str},
}

DELETION = ("cannotdelete", "notspecified")  # levels that refuse deletions at most

READ_ONLY = Check(
    name="read-only-lock",
    severity="error",
    title="read-only locks in the way",
    why="a read-only lock refuses every write to what it holds, so the run would stop half-way",
)
TARGET = Check(
    name="read-only-lock-on-target",
    severity="warning",
    title="read-only locks on what is to be recorded",
    why="Azure refuses flow logs on a locked security group, and may refuse them on a network",
)
KEPT = Check(
    name="lock-against-deletion",
    severity="warning",
    title="locks that keep flow logs from going",
    why="when a network leaves, its flow log goes with the next run, which such a lock refuses",
)
CHECKS = (READ_ONLY, TARGET, KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A management lock; ``scope`` is the id of what it is on, ``level`` as ARM's."""

    id: str
    name: str
    scope: str
    level: str


def read(cloud: Cloud, subscription: str) -> tuple[Lock, ...]:
    """Every lock in a subscription, on whatever in it. Raises AzureError."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/locks"
    return tuple(
        Lock(
            id=body["id"],
            name=body["name"],
            scope=body["id"][: body["id"].casefold().rindex(MARK)],
            level=(body.get("properties") or {}).get("level") or "",
        )
        for body in cloud.list(path, API_VERSION, _LOCK)
    )


def judge(locks: Sequence[Lock], writes: Sequence[Write]) -> Iterator[Finding]:
    """A finding for each lock that something of the plan runs into."""
    for lock in locks:
        if lock.level.casefold() == "readonly":
            yield from _read_only(lock, writes)
        elif lock.level.casefold() not in DELETION:
            if any(_on(lock, one) for write in writes for one in (write.id, write.target_id)):
                yield not_known(lock.scope, f"the level of lock {lock.name}", lock.level)
        elif held := [write.id for write in writes if write.target_id and _on(lock, write.id)]:
            yield KEPT.found(
                lock.scope,
                f"lock {lock.name} ({lock.level}) keeps {_first(held)}",
                f"remove it before a flow log is to go: {_removal(lock)}",
            )


def _read_only(lock: Lock, writes: Sequence[Write]) -> Iterator[Finding]:
    if held := [write.id for write in writes if _on(lock, write.id)]:
        yield READ_ONLY.found(
            lock.scope, f"read-only lock {lock.name} refuses {_first(held)}", _removal(lock)
        )
    elif held := [write.target_id for write in writes if _on(lock, write.target_id)]:
        yield TARGET.found(
            lock.scope, f"read-only lock {lock.name} holds {_first(held)}", _removal(lock)
        )


def _on(lock: Lock, resource_id: str) -> bool:
    return covers(lock.scope, resource_id)


def _first(ids: Sequence[str]) -> str:
    return listed([in_words(one) for one in dict.fromkeys(ids)])


def _removal(lock: Lock) -> str:
    return f"az lock delete --ids {lock.id}"

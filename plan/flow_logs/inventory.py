"""Flow logs as the outputs list them: those of the plan, and those that are left to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from estate.arm_id import key, parent_of, subscription_of
from estate.model import FlowLog
from plan.attachments import level_of
from plan.flow_logs.standard import Standard, shortfall
from plan.model.flow_logs import KnownFlowLog, PlannedFlowLog


def known_planned(
    log: PlannedFlowLog, covers: Mapping[str, list[str]], before: FlowLog | None
) -> KnownFlowLog:
    """A flow log of the plan, and as Azure holds it (None for a new one).

    ``covers`` is target (key) to ids of security groups.
    """
    return KnownFlowLog(
        id=log.id,
        name=log.name,
        level=log.level,
        state=log.state,
        location=log.location,
        target_id=log.target_id,
        storage_id=log.storage_id,
        before=before,
        covers=tuple(covers.get(key(log.target_id), ())),
    )


def known_left(log: FlowLog, covers: Mapping[str, list[str]], standard: Standard) -> KnownFlowLog:
    """A flow log of others, with what it lacks of the standard; ``covers`` as above."""
    return KnownFlowLog(
        id=log.id,
        name=log.name,
        level=level_of(log.target_id),
        state="external",
        location=log.location,
        target_id=log.target_id,
        storage_id=log.storage_id,
        before=log,
        shortfall=tuple(shortfall(log, standard)),
        covers=tuple(covers.get(key(log.target_id), ())),
    )


def watcher_ids(known: Iterable[KnownFlowLog]) -> Mapping[str, Mapping[str, str]]:
    """Subscription to region to the id of the watcher that flow logs are under."""
    found: dict[str, dict[str, str]] = {}
    for log in sorted(known, key=lambda log: (subscription_of(log.id), log.location)):
        watcher_id = parent_of(log.id)
        found.setdefault(subscription_of(log.id), {})[log.location] = watcher_id
    return found

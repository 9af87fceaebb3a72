"""Flow logs as the outputs list them: those of the plan, and those that are left to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from estate.arm_id import key, parent_of, subscription_of
from estate.model import Estate, FlowLog
from plan.attachments import level_of
from plan.flow_logs.standard import Standard, shortfall
from plan.model.flow_logs import KnownFlowLog, PlannedFlowLog
from plan.model.plan import EstateCoverage


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


def known(
    flow_logs: Iterable[PlannedFlowLog],
    external: Mapping[str, FlowLog],
    coverage: EstateCoverage,
    estate: Estate,
    standard: Standard,
) -> tuple[KnownFlowLog, ...]:
    """The flow logs of a plan, and those of others (by target) that record what is in scope."""
    covers: dict[str, list[str]] = {}
    for group in coverage.security_groups:
        for target in group.targets:
            covers.setdefault(target, []).append(group.id)
    networks = {target for network in coverage.networks for target in network.targets}
    existing = {key(log.id): log for log in estate.flow_logs}
    left = (log for target, log in external.items() if target in covers or target in networks)
    listed = [
        *(known_planned(log, covers, existing.get(key(log.id))) for log in flow_logs),
        *(known_left(log, covers, standard) for log in left),
    ]
    return tuple(sorted(listed, key=lambda log: key(log.target_id)))


def watcher_ids(flow_logs: Iterable[KnownFlowLog]) -> Mapping[str, Mapping[str, str]]:
    """Subscription to region to the id of the watcher that flow logs are under."""
    found: dict[str, dict[str, str]] = {}
    for log in sorted(flow_logs, key=lambda log: (subscription_of(log.id), log.location)):
        watcher_id = parent_of(log.id)
        found.setdefault(subscription_of(log.id), {})[log.location] = watcher_id
    return found

"""Flow logs as the outputs list them: those of the plan, and those that are left to others."""

from __future__ import annotations

from collections.abc import Mapping

from estate.model import FlowLog, key
from plan.model import KnownFlowLog, PlannedFlowLog
from plan.standard import Standard, shortfall
from plan.targets import level_of


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

"""Our flow logs that must stay until whatever replaces them is known to record."""

from __future__ import annotations

from collections.abc import Container, Iterable

from estate.arm_id import key
from estate.model import FlowLog
from plan.attachments import Attachment
from plan.flow_logs.selected import Selection
from plan.flow_logs.standard import Standard, narrowed
from plan.ownership import Owner, owner_of


def recorded_in_full(flow_logs: Iterable[FlowLog], owner: str) -> frozenset[str]:
    """Keys of the targets that a flow log records at this moment, and nothing of it left out.

    The filter of one that the stack made counts as nothing left out: it is asked for.
    """
    return frozenset(
        key(log.target_id)
        for log in flow_logs
        if log.enabled
        and log.provisioning_state == "Succeeded"
        and (not narrowed(log) or owner_of(log, owner) is Owner.MADE)
    )


def staying(
    flow_logs: Iterable[FlowLog],
    alive: Container[str],
    standard: Standard,
    chosen: Selection,
    places: Iterable[Attachment],
) -> dict[str, str]:
    """Targets of flow logs that the stack made and still needs, by key.

    ``alive`` is what ``recorded_in_full`` gives for them.

    What becomes superfluous goes only when Azure has proved what takes its place: a flow log that
    is not ``Succeeded`` yet, or could not be switched on again, records nothing, and one of others
    into another workspace replaces ours only where it is nearer, since Azure then prefers it.
    """
    made = {
        key(log.target_id): log.target_id
        for log in flow_logs
        if owner_of(log, standard.owner) is Owner.MADE and key(log.target_id) in alive
    }
    ours = {target for target, log in chosen.external.items() if standard.feeds_ours(log.analytics)}
    ours |= {*chosen.created, *chosen.adopted}
    found: dict[str, str] = {}
    for place in places:
        targets = [key(target) for target in place.recorders]
        held = next((target for target in targets if target in made), None)
        if held is None or key(place.subnet_id) in chosen.blind:
            continue
        remaining = [target for target in chosen.recorders(place) if target in alive]
        nearer = targets[: targets.index(held)]
        if not any(target in ours or target in nearer for target in remaining):
            found[held] = made[held]
    return found

"""Which flow logs exist, which are taken over, and which targets get a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from estate.model import Estate, FlowLog, NetworkSecurityGroup, key, name_of, network_of
from plan import adoption
from plan.model import Level
from plan.ownership import Owner, owner_of
from plan.standard import Standard, records
from plan.targets import Attachment

NO_NEW_NSG_FLOW_LOGS = (
    "Azure makes no new flow logs on network security groups since 30 June 2025; "
    "set flow-logs:targetLevel to virtualNetwork"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What becomes of the existing flow logs, and the targets of new ones.

    All maps are by the target's key. ``refused`` says why an attachment gets no flow log.
    """

    external: Mapping[str, FlowLog] = field(default_factory=dict)
    adopted: Mapping[str, FlowLog] = field(default_factory=dict)
    created: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[Attachment, str] = field(default_factory=dict)

    def recorders(self, attachment: Attachment) -> tuple[str, ...]:
        """Keys of the targets whose flow logs record an attachment, nearest first."""
        return tuple(
            target
            for target in map(key, attachment.recorders)
            if target in self.created
            or target in self.adopted
            or (target in self.external and records(self.external[target]))
        )


def choose(
    estate: Estate,
    wanted: Iterable[NetworkSecurityGroup],
    attached: Mapping[str, tuple[Attachment, ...]],
    *,
    standard: Standard,
    level: Level,
    adopt: bool,
) -> Choice:
    """Decides for every attachment of the wanted groups.

    ``attached`` is by the group's key. A target that another flow log already sits on never gets a
    second one (Azure: CannotCreateMoreThanOneFlowLogPerTargetResource).
    """
    places = [place for group in wanted for place in attached.get(key(group.id), ())]
    existing = _not_made_by_us(estate, standard.owner)
    taken = _taken_over(existing, places, standard.owner) if adopt else {}
    external = {target: log for target, log in existing.items() if target not in taken}
    found = Choice(external=external, adopted=taken)
    created, refused = _new_targets(found, places, level)
    return Choice(external=external, adopted=taken, created=created, refused=refused)


def _not_made_by_us(estate: Estate, owner: str) -> dict[str, FlowLog]:
    return {
        key(log.target_id): log
        for log in sorted(estate.flow_logs, key=lambda log: key(log.id))
        if owner_of(log, owner) is not Owner.MADE
    }


def _taken_over(
    existing: Mapping[str, FlowLog], places: Iterable[Attachment], owner: str
) -> dict[str, FlowLog]:
    """Existing flow logs on anything that records a wanted attachment, unless another stack's."""
    targets = dict.fromkeys(key(target) for place in places for target in place.recorders)
    return {
        target: existing[target]
        for target in targets
        if target in existing
        and owner_of(existing[target], owner) is not Owner.OTHER_STACK
        and not adoption.refusal(existing[target])
    }


def _new_targets(
    found: Choice, places: Iterable[Attachment], level: Level
) -> tuple[dict[str, str], dict[Attachment, str]]:
    created: dict[str, str] = {}
    refused: dict[Attachment, str] = {}
    for place in places:
        if found.recorders(place):
            continue
        target = place.target(level)
        reason = _refusal(found, place, target, level)
        if reason:
            refused[place] = reason
        else:
            created[key(target)] = target
    return created, refused


def _refusal(found: Choice, place: Attachment, target: str, level: Level) -> str:
    if level == "networkSecurityGroup":
        return NO_NEW_NSG_FLOW_LOGS
    if not target:
        unseen = name_of((place.subnet_id and network_of(place.subnet_id)) or place.interface_id)
        return f"{unseen}, where it sits, is not visible; run again once Azure lists it"
    occupant = found.external.get(key(target))
    if occupant is None:
        return ""
    what = "disabled" if not occupant.enabled else occupant.provisioning_state
    return (
        f"flow log {occupant.name} on {target} is {what} and belongs to somebody else; "
        "set flow-logs:existingFlowLogs to adopt, or have its owner switch it on"
    )

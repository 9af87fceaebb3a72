"""Selection of flow logs: which exist, which are adopted, which targets get a new one."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from estate.arm_id import key, name_of, parent_of
from estate.model import Estate, FlowLog, NetworkSecurityGroup
from plan.attachments import Attachment, level_of
from plan.flow_logs import adoption
from plan.flow_logs.selected import Selection
from plan.flow_logs.standard import Standard, records
from plan.flow_logs.still_needed import recorded_in_full, staying
from plan.flow_logs.unseen import all_blind, blind_subnets
from plan.ownership import PROGRAM, Owner, managed_groups, owner_of, tag_of
from plan.scope import in_scope
from stack.settings.model import Filter, Settings, TargetLevel
from wording import setting


def select(
    estate: Estate,
    settings: Settings,
    wanted: Iterable[NetworkSecurityGroup],
    attached: Mapping[str, tuple[Attachment, ...]],
    standard: Standard,
    unserved: Callable[[str], str],
) -> Selection:
    """Decides for every attachment of the wanted groups, and for networks without any.

    ``attached`` is by the group's key; ``unserved`` says why a target cannot get a new flow log,
    empty where it can. A target that another flow log already sits on never gets a
    second one (Azure: CannotCreateMoreThanOneFlowLogPerTargetResource).
    """
    groups = list(wanted)
    places = [place for group in groups for place in attached.get(key(group.id), ())]
    blind = blind_subnets(estate.networks)
    bare = _bare_networks(estate, settings, places, blind)
    existing = _not_made_by_us(estate, settings.owner)
    candidates = adoption.taken_over(existing, settings, places, bare, managed_groups(estate))
    alive = recorded_in_full(estate.flow_logs, settings.owner)
    taken = {
        target: log
        for target, log in candidates.items()
        if not _migrated_away(log, settings, attached.get(target, ()), blind, alive)
    }
    found = Selection(
        external={target: log for target, log in existing.items() if target not in taken},
        adopted=taken,
        uncounted=_uncounted(settings, groups),
        blind=blind,
    )
    chosen = _with_new(found, settings.target_level, places, bare, unserved)
    left_off = _left_switched_off(chosen, attached, settings.owner)
    stays = staying(estate.flow_logs, alive, standard, chosen, [*places, *left_off])
    return replace(chosen, created={**chosen.created, **stays})


def _left_switched_off(
    chosen: Selection, attached: Mapping[str, tuple[Attachment, ...]], owner: str
) -> list[Attachment]:
    """Attachments of groups that left the filter while their adopted flow log is off."""
    return [
        attachment
        for target, log in chosen.external.items()
        if owner_of(log, owner) is Owner.ADOPTED and not log.enabled
        for attachment in attached.get(target, ())
    ]


def _bare_networks(
    estate: Estate, settings: Settings, places: Iterable[Attachment], blind: Container[str]
) -> tuple[str, ...]:
    """Networks to cover although no wanted security group sits where flow logs see.

    One that our flow log records already keeps it when a security group comes, which may sit on a
    part of it alone.
    """
    if settings.networks_without_nsg == "report":
        return ()
    taken = {key(place.network_id) for place in places if key(place.subnet_id) not in blind}
    taken -= {
        key(log.target_id)
        for log in estate.flow_logs
        if owner_of(log, settings.owner) is Owner.MADE and records(log)
    }
    return tuple(
        network.id
        for network in sorted(estate.networks, key=lambda network: key(network.id))
        if key(network.id) not in taken
        and in_scope(network, settings.include, settings.exclude)
        and not all_blind(network, blind)
    )


def _uncounted(settings: Settings, groups: Iterable[NetworkSecurityGroup]) -> frozenset[str]:
    if settings.nsg_flow_logs == "keep":
        return frozenset()
    everything = settings.nsg_flow_logs == "ignore" or settings.disable_for.empty
    return frozenset(
        key(group.id)
        for group in groups
        if everything or in_scope(group, settings.disable_for, Filter())
    )


def _not_made_by_us(estate: Estate, owner: str) -> dict[str, FlowLog]:
    return {
        key(log.target_id): log
        for log in sorted(estate.flow_logs, key=lambda log: key(log.id))
        if owner_of(log, owner) is not Owner.MADE
    }


def _migrated_away(
    log: FlowLog,
    settings: Settings,
    places: Sequence[Attachment],
    blind: Container[str],
    alive: Container[str],
) -> bool:
    """Whether its owner switched an NSG flow log off because other flow logs record its places."""
    if log.enabled or level_of(log.target_id) != "networkSecurityGroup":
        return False
    if owner_of(log, settings.owner) is not Owner.THEIRS or not places:
        return False
    return all(
        key(place.subnet_id) in blind or any(key(target) in alive for target in place.recorders)
        for place in places
    )


def _with_new(
    found: Selection,
    level: TargetLevel,
    places: Iterable[Attachment],
    bare: Iterable[str],
    unserved: Callable[[str], str],
) -> Selection:
    unrecorded = [network_id for network_id in bare if not found.records(key(network_id))]
    dead = {key(each): _occupied(found, each) or unserved(each) for each in unrecorded}
    whole = {key(found): found for found in unrecorded if not dead[key(found)]}
    found = replace(found, created=whole, dead={own: why for own, why in dead.items() if why})
    created: dict[str, str] = {}
    refused: dict[Attachment, str] = {}
    for place in places:
        if found.recorders(place):
            continue
        target = place.target(level)
        if reason := _refusal(found, place, target, level) or unserved(target):
            refused[place] = reason
        else:
            created[key(target)] = target
    return replace(found, created={**whole, **created}, refused=refused)


def _refusal(found: Selection, place: Attachment, target: str, level: TargetLevel) -> str:
    if reason := found.blind.get(key(place.subnet_id)):
        return reason
    if level == "networkSecurityGroup":
        return (
            "Azure makes no new flow logs on network security groups since 30 June 2025; "
            f"set {setting('targetLevel')} to virtualNetwork"
        )
    if not target:
        unseen = name_of(parent_of(place.subnet_id) if place.subnet_id else place.interface_id)
        return f"{unseen}, where it sits, is not visible; run again once Azure lists it"
    return _occupied(found, target)


def _occupied(found: Selection, target: str) -> str:
    """Why a target that has somebody's flow log cannot get ours; empty where it has none."""
    occupant = found.external.get(key(target))
    if occupant is None:
        return ""
    what = "disabled" if not occupant.enabled else occupant.provisioning_state
    reason = f"flow log {occupant.name} on {target} is {what}"
    if refusal := adoption.refusal(occupant):
        return f"{reason}; {refusal}"
    tag = tag_of(occupant.tags)
    if tag.startswith(PROGRAM):
        return f"{reason} and belongs to {tag}, which has to switch it on"
    return (
        f"{reason} and belongs to {tag or 'somebody else'}; set {setting('existingFlowLogs')} to "
        "adopt, or have its owner switch it on"
    )

"""Notes for readers of a plan, a line each: what was left, managed, or not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from estate.arm_id import key, name_of
from estate.model import Estate, FlowLog, NetworkSecurityGroup
from plan import closed_subscriptions
from plan.attachments import Attachment, level_of
from plan.flow_logs import adoption
from plan.flow_logs.repair import to_repair
from plan.flow_logs.selected import Selection
from plan.flow_logs.unseen import gateways, unclear_subnets
from plan.model.flow_logs import KnownFlowLog, PlannedFlowLog
from plan.naming import group_id
from plan.ownership import Owner, made, managed_groups, owner_of, tag_of
from plan.scope import Scope
from plan.text import count, listed
from stack.settings.model import Settings
from wording import setting

NAMES = 5  # names in a line


def notes(
    estate: Estate,
    scope: Scope,
    flow_logs: Sequence[PlannedFlowLog],
    known: Iterable[KnownFlowLog],
    selection: Selection,
    settings: Settings,
) -> Iterator[str]:
    """Lines on what was left, logged beside what was asked for, managed, or not looked at.

    ``known`` are the flow logs that the outputs list.
    """
    wanted, attached, owner = scope.wanted, scope.attached, settings.owner
    listed_logs = tuple(known)
    written = [log for log in flow_logs if not log.untouched]
    yield from closed_subscriptions.notes(estate.subscriptions)
    if estate.security_groups and not wanted:
        yield (
            f"{setting('include')} and {setting('exclude')} leave none of "
            f"{count(len(estate.security_groups), 'network security group')}: nothing of them "
            "is recorded"
        )
    yield from _left(_left_to_others(selection, listed_logs), owner)
    yield from _left_switched_off(_unwanted(selection, wanted, owner))
    yield from _failed(estate, written)
    yield from _logged_beside(estate, wanted, attached, written)
    yield from _managed(estate, wanted)
    yield from _unclear(estate, wanted, attached)
    yield from _half_recorded(estate, listed_logs)
    if estate.unlisted:
        yield (
            f"{count(estate.unlisted, 'more subscription')} "
            f"{'is' if estate.unlisted == 1 else 'are'} visible to this identity and not in "
            f"{setting('subscriptions')}"
        )


def _left_to_others(selection: Selection, known: Iterable[KnownFlowLog]) -> list[FlowLog]:
    """Existing flow logs that matter here and are left to others."""
    matter = {key(log.target_id) for log in known}
    return [log for target, log in sorted(selection.external.items()) if target in matter]


def _unwanted(
    selection: Selection, wanted: Iterable[NetworkSecurityGroup], owner: str
) -> Iterator[FlowLog]:
    """NSG flow logs that this stack adopted before their security group left the filter."""
    groups = {key(group.id) for group in wanted}
    for target, log in sorted(selection.external.items()):
        on_group = level_of(log.target_id) == "networkSecurityGroup"
        if on_group and target not in groups and owner_of(log, owner) is Owner.ADOPTED:
            yield log


def _left(left: Iterable[FlowLog], owner: str) -> Iterator[str]:
    for log in left:
        if refusal := adoption.refusal(log):
            yield refusal
        if owner_of(log, owner) is Owner.OTHER_STACK:
            yield f"flow log {log.name} {_handing_over(log, owner)}"


def _handing_over(log: FlowLog, owner: str) -> str:
    """How another stack's flow log comes here; a run of that stack deletes one that it made."""
    if made(name_of(log.id), log.target_id):
        return (
            f"was made by {tag_of(log.tags)}; to take it over without a gap, set its tag "
            f"managed-by to {owner}, take it out of that stack's state (pulumi state delete), "
            "then run this stack"
        )
    return (
        f"belongs to {tag_of(log.tags)}; to take it over, let that stack exclude it and run, "
        "then remove its tag managed-by"
    )


def _left_switched_off(unwanted: Iterable[FlowLog]) -> Iterator[str]:
    for log in unwanted:
        if not log.enabled:
            yield (
                f"network security group {name_of(log.target_id)} left the filter while its flow "
                f"log {log.name} is switched off: what records its networks stays. Take it in once "
                f"more with {setting('nsgFlowLogs')} keep, or delete its flow log"
            )


def _failed(estate: Estate, flow_logs: Iterable[PlannedFlowLog]) -> Iterator[str]:
    """Flow logs of this stack that Azure does not say are set up, made or adopted."""
    planned = {key(log.id): log for log in flow_logs}
    for log in sorted(estate.flow_logs, key=lambda log: key(log.id)):
        if log.failed and key(log.id) in planned:
            made = planned[key(log.id)].state == "created"
            again = "it is written again" if made else "write it again, or ask its owner"
            unclear = "the doctor tells whether it records (python -m commands.doctor)"
            way_out = again if to_repair(log) else unclear
            yield f"flow log {log.name} is {log.provisioning_state} in Azure; {way_out}"


def _logged_beside(
    estate: Estate,
    wanted: Sequence[NetworkSecurityGroup],
    attached: Mapping[str, Sequence[Attachment]],
    flow_logs: Iterable[PlannedFlowLog],
) -> Iterator[str]:
    """Networks that are logged whole although some of their security groups are excluded."""
    asked = {key(group.id) for group in wanted}
    beside = Counter(
        network
        for group in estate.security_groups
        if key(group.id) not in asked
        for network in {key(place.network_id) for place in attached.get(key(group.id), ())}
    )
    for log in flow_logs:
        if excluded := beside[key(log.target_id)]:
            yield (
                f"virtual network {name_of(log.target_id)} is logged whole, "
                f"{count(excluded, 'excluded network security group')} in it too; "
                f"{setting('targetLevel')} subnet logs less"
            )


def _unclear(
    estate: Estate,
    wanted: Iterable[NetworkSecurityGroup],
    attached: Mapping[str, Sequence[Attachment]],
) -> Iterator[str]:
    """Subnets with a wanted group of which it is not known whether flow logs see them."""
    unclear = unclear_subnets(estate.networks)
    places = (place for group in wanted for place in attached.get(key(group.id), ()))
    found = {key(place.subnet_id) for place in places}
    yield from (unclear[subnet] for subnet in sorted(found & unclear.keys()))


def _half_recorded(estate: Estate, known: Iterable[KnownFlowLog]) -> Iterator[str]:
    """Networks that are logged whole and have gateways, of which an ExpressRoute one is not."""
    logged = {key(log.target_id) for log in known if log.level == "virtualNetwork"}
    names = [
        network.name
        for network in estate.networks
        if key(network.id) in logged and gateways(network)
    ]
    if names:
        yield (
            f"{count(len(names), 'virtual network')} with gateways ({listed(names, NAMES)}): of an "
            "ExpressRoute gateway the flow log records what comes from the circuit, not what "
            "machines send to it; see docs/recorded.md"
        )


def _managed(estate: Estate, wanted: Iterable[NetworkSecurityGroup]) -> Iterator[str]:
    managers = managed_groups(estate)
    found = Counter(
        managers[group]
        for group in (_group_key(resource) for resource in wanted)
        if group in managers
    )
    for manager, number in sorted(found.items()):
        yield (
            f"counted, and never written to: {count(number, 'network security group')} in a "
            f"resource group that {name_of(manager)} manages"
        )


def _group_key(resource: NetworkSecurityGroup) -> str:
    return key(group_id(resource.subscription_id, resource.resource_group))

"""Resources that Azure has and does not list: nothing is deleted because a row is missing.

Resource Graph has left rows out without an error, and people lost resources by it
(Azure/azure-powershell#12747, Azure/azure-sdk-for-net#14403). So whatever the stack knows and no
list shows is asked of ARM by its id, and before a flow log of ours is deleted so is everything that
it may be needed for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from estate.arm_id import key, name_of, parent_of, resource_group_of, segment
from estate.model import Estate, NetworkInterface, VirtualNetwork
from estate.revised import KINDS
from plan import naming
from plan.attachments import scale_set_of
from plan.model.plan import PlanError
from plan.naming import logical_name
from plan.scope import looked_at
from plan.text import count, listed
from stack.settings.model import Settings
from stack.state import State

FEW = 5  # resources that Azure may leave out before a run stops: as many as a message names
_KINDS = {
    "virtualnetworks": "virtual network",
    "subnets": "subnet",
    "networksecuritygroups": "network security group",
    "networkinterfaces": "network interface",
    "virtualmachinescalesets": "scale set",
    "networkwatchers": "network watcher",
    "flowlogs": "flow log",
    "storageaccounts": "storage account",
}


def unlisted(estate: Estate, settings: Settings, state: State) -> frozenset[str]:
    """Ids that the stack knows, in subscriptions that are asked for, and that no list shows.

    Flow logs below a watcher that no list shows are left to its own list.
    """
    shown = _shown(estate)
    ids = {*state.known, *(target for _, target in state.flow_logs.values())}
    ids |= {parent_of(known) for known in state.known if segment(known, "flowLogs")}
    ids |= set(_held_flow_logs(estate, state))
    hidden = {resource for resource in ids if key(resource) not in shown}
    home = key(naming.home(settings).group_id)
    return frozenset(
        state.spelling(resource)
        for resource in hidden
        if _asked_for(resource, estate, home)
        and not (segment(resource, "flowLogs") and key(parent_of(resource)) not in shown)
    )


def _held_flow_logs(estate: Estate, state: State) -> Iterator[str]:
    """Ids of the flow logs in the state, whose names there tell them apart by their id."""
    for watcher in estate.watchers:
        for held, (name, _) in state.flow_logs.items():
            resource = f"{watcher.id}/flowLogs/{name}"
            if logical_name(resource) == held:
                yield resource


def _asked_for(resource: str, estate: Estate, home: str) -> bool:
    if segment(resource, "storageAccounts"):
        return key(resource).startswith(f"{home}/")
    return looked_at(resource, estate)


def around(estate: Estate, state: State, targets: Iterable[str]) -> frozenset[str]:
    """Ids of what decides whether flow logs on these targets are needed.

    These are the targets themselves, the security groups that are or were recorded there, and the
    interfaces of these groups that no list shows.
    """
    wanted = {key(target): target for target in targets}
    groups = {known for known, by in state.known.items() if not wanted.keys().isdisjoint(by)}
    groups |= set(_groups_at(estate, wanted))
    groups = {group for group in map(key, groups) if segment(group, "networkSecurityGroups")}
    shown = {key(interface.id) for interface in estate.interfaces}
    hidden = {
        owner
        for group in estate.security_groups
        if key(group.id) in groups
        for owner in (scale_set_of(each) or each for each in group.network_interface_ids)
        if key(owner) not in shown
    }
    return frozenset((*wanted.values(), *map(state.spelling, groups), *hidden))


def _groups_at(estate: Estate, wanted: Collection[str]) -> Iterator[str]:
    """Ids of the groups on the targets (keys), and on what is in the same networks."""
    networks = [network for network in estate.networks if _holds(network, wanted)]
    subnets = {key(subnet.id) for network in networks for subnet in network.subnets}
    for network in networks:
        yield from (subnet.security_group_id or "" for subnet in network.subnets)
    for interface in estate.interfaces:
        if key(interface.id) in wanted or not subnets.isdisjoint(map(key, interface.subnet_ids)):
            yield interface.security_group_id


def _holds(network: VirtualNetwork, wanted: Collection[str]) -> bool:
    return key(network.id) in wanted or any(key(each.id) in wanted for each in network.subnets)


def left_out(before: Estate, after: Estate) -> list[str]:
    """Ids of what ``after`` has by asking for it and no list, which is ``before``, showed.

    Flow logs below a watcher that was left out go with it, and an interface without a group is in
    no list by right.
    """
    shown, found = _shown(before), dict[str, str]()
    for field in KINDS.values():
        for record in getattr(after, field):
            if not (isinstance(record, NetworkInterface) and not record.security_group_id):
                found[key(record.id)] = record.id
    watchers = {key(each.id) for each in after.watchers if key(each.id) not in shown}
    missing = {folded: found[folded] for folded in found.keys() - shown}
    subnets = {
        key(subnet.id): subnet.id
        for network in after.networks
        if key(network.id) in shown
        for subnet in network.subnets
        if key(subnet.id) not in shown
    }
    kept = {**missing, **subnets}
    return [kept[each] for each in sorted(kept) if parent_of(each) not in watchers]


def check(before: Estate, after: Estate) -> None:
    """Raises PlanError where more was left out than can be told one by one."""
    ids = left_out(before, after)
    if len(ids) > FEW:
        raise PlanError(
            f"Azure left {count(len(ids), 'resource')} out of what it listed, and has them all the "
            f"same: {listed([_in_words(each) for each in ids], FEW)}. With more than {FEW} nothing "
            "is changed; run again in a few minutes, and ask Azure support if it stays so"
        )


def notes(
    before: Estate, after: Estate, state: State, stays: Collection[str] = ()
) -> Iterator[str]:
    """A line for each resource that was left out, and one where the count of groups fell.

    ``stays`` are names of flow logs that would leave by what is listed, and not by what ARM has.
    """
    told: set[str] = set()
    for resource in left_out(before, after):
        logs = sorted(_flow_logs_of(resource, after, state))
        told |= set(logs)
        one, more = f"flow log {listed(logs)} stays as it is", f"flow logs {listed(logs, FEW)} stay"
        held = (one if len(logs) == 1 else more) if logs else "it counts as listed"
        yield f"Azure left {_in_words(resource)} out of what it listed, and has it: {held}"
    for name in sorted({*stays} - told):
        yield f"flow log {name} stays as it is: what Azure lists of its place is out of date"
    yield from _fall(after, state)


def _fall(estate: Estate, state: State) -> Iterator[str]:
    """Of security groups outside the filter only the count is known, and they need no flow log."""
    known = [each for each in state.known if segment(each, "networkSecurityGroups")]
    if not all(looked_at(each, estate) for each in known):
        return
    gone = sum(each in estate.gone for each in known)
    found = len(estate.security_groups)
    if state.discovered - gone - found > max(FEW, found):
        yield (
            f"Azure lists {count(found, 'network security group')}, the last run found "
            f"{state.discovered:,}, and {gone:,} are known to be deleted; if nobody deleted the "
            "others, which the filter left out, run again"
        )


def _flow_logs_of(resource: str, estate: Estate, state: State) -> Iterator[str]:
    """Names of the stack's flow logs that are on a resource or record it."""
    own = key(resource)
    recorded = {own, *map(key, state.known.get(own, ()))}
    if segment(resource, "subnets"):
        recorded.add(key(parent_of(resource)))
    for interface in estate.interfaces:
        if key(interface.id) == own:
            recorded |= {key(subnet) for subnet in interface.subnet_ids}
            recorded |= {key(parent_of(subnet)) for subnet in interface.subnet_ids}
    if segment(resource, "networkWatchers"):
        below = (by for known, by in state.known.items() if known.startswith(f"{own}/"))
        recorded |= {key(target) for by in below for target in by}
    for name, target in state.flow_logs.values():
        if key(target) in recorded or key(target).startswith(f"{own}/"):
            yield name


def _shown(estate: Estate) -> set[str]:
    """Keys of everything that an estate holds and that may be asked for by id."""
    shown = {key(record.id) for field in KINDS.values() for record in getattr(estate, field)}
    shown |= {key(account.id) for account in estate.given_accounts}
    return shown | {key(subnet.id) for network in estate.networks for subnet in network.subnets}


def _in_words(resource: str) -> str:
    kind = resource.rsplit("/", 2)[-2]
    return f"{_KINDS.get(key(kind), kind)} {name_of(resource)} ({resource_group_of(resource)})"

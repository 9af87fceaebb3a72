"""From flow logs on security groups to flow logs on networks: where each group stands.

NSG flow logs end on 30 September 2027, when Azure deletes them (Network Watcher retirement
notice). One is switched off only in a run that finds every place of its group recorded by another
flow log that already exists, is enabled and ``Succeeded``; what is made in this run follows in the
next.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date

from estate.arm_id import key
from estate.model import Estate, FlowLog, NetworkSecurityGroup
from plan.attachments import Attachment
from plan.flow_logs import adoption
from plan.flow_logs.selected import Selection
from plan.flow_logs.still_needed import recorded_in_full
from plan.model.flow_logs import Migration, Stage
from plan.ownership import tag_of
from plan.text import in_words
from stack.settings.model import Settings
from wording import setting

RETIREMENT_DAY = "2027-09-30"  # ISO 8601
RETIREMENT = in_words(date.fromisoformat(RETIREMENT_DAY))

WORDS: Mapping[Stage, str] = {
    "none": "nothing to do: no NSG flow log, and none needed",
    "nsg only": f"recorded by its NSG flow log alone, which Azure deletes on {RETIREMENT}",
    "twice": "recorded and billed twice, by its NSG flow log and on the network",
    "waiting": "its network's flow log is made in this run; the NSG flow log is switched off next",
    "switched off": "done: its NSG flow log is off; Azure deletes it at the end",
}
DARK = (
    "its NSG flow log is off, and some of its subnets or interfaces are recorded by no other flow "
    "log"
)


def switched_off(
    estate: Estate,
    choice: Selection,
    groups: Iterable[NetworkSecurityGroup],
    attached: Mapping[str, Sequence[Attachment]],
    owner: str,
) -> frozenset[str]:
    """Keys of the groups whose adopted flow log is, or stays, switched off in this run."""
    alive = recorded_in_full(estate.flow_logs, owner)
    return frozenset(
        group
        for group in (key(found.id) for found in groups)
        if group in choice.uncounted
        and group in choice.adopted
        and _may_go(choice.adopted[group], choice, attached.get(group, ()), alive)
    )


def migration(
    group: NetworkSecurityGroup,
    choice: Selection,
    places: Sequence[Attachment],
    off: frozenset[str],
    settings: Settings,
) -> Migration:
    """Where one group stands once the plan is carried out."""
    group_key = key(group.id)
    log = choice.adopted.get(group_key) or choice.external.get(group_key)
    elsewhere = [_elsewhere(choice, place) for place in places]
    seen = [place for place in places if key(place.subnet_id) not in choice.blind]
    live = log is not None and group_key not in off and (log.enabled or group_key in choice.adopted)
    leaving = group_key in choice.uncounted and group_key in choice.adopted
    whole = all(_elsewhere(choice, place) for place in seen)
    stage = _stage(log, live, group_key in off, leaving, elsewhere)
    return Migration(
        id=group.id,
        stage=stage,
        next_step=_next_step(stage, log, group_key, choice, settings, whole),
        goes_dark=live and not whole,
    )


def _stage(
    log: FlowLog | None, live: bool, off: bool, leaving: bool, elsewhere: Sequence[bool]
) -> Stage:
    if log is None:
        return "none"
    if off or not live:
        return "switched off"
    if not any(elsewhere):
        return "nsg only"
    return "waiting" if leaving and all(elsewhere) else "twice"


def _next_step(
    stage: Stage,
    log: FlowLog | None,
    group: str,
    choice: Selection,
    settings: Settings,
    whole: bool,
) -> str:
    if stage == "switched off" and not whole:
        return DARK
    if log is None or stage not in ("nsg only", "twice"):
        return WORDS[stage]
    return f"{WORDS[stage]}; {_way_out(log, group, choice, settings)}"


def _way_out(log: FlowLog, group: str, choice: Selection, settings: Settings) -> str:
    """How its NSG flow log comes to be switched off."""
    if settings.nsg_flow_logs != "disable":
        return f"set {setting('nsgFlowLogs')} to disable (with existingFlowLogs adopt)"
    if group not in choice.uncounted:
        return f"let {setting('disableFor')} take it in"
    if group in choice.adopted:
        return f"set {setting('targetLevel')} to virtualNetwork, so that its networks are recorded"
    if refusal := adoption.refusal(log):
        return refusal
    return f"its owner ({tag_of(log.tags) or 'somebody else'}) has to switch it off"


def _may_go(
    log: FlowLog, choice: Selection, places: Sequence[Attachment], alive: Container[str]
) -> bool:
    """One that is off already stays so while something is to record its places."""
    return all(
        key(place.subnet_id) in choice.blind
        or any(target in alive or not log.enabled for target in choice.recorders(place))
        for place in places
    )


def _elsewhere(choice: Selection, place: Attachment) -> bool:
    """Whether something other than the group's own flow log records a place."""
    own = key(place.security_group_id)
    return any(target != own for target in choice.recorders(place))

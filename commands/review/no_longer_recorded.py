"""Targets that a run stops recording, and the security groups that sit there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from commands.review.changes import Change
from commands.review.outcome import Outcome
from estate.arm_id import key
from plan.attachments import level_of
from plan.model.flow_logs import NOTHING_RECORDED
from plan.views.document_types import FlowLogEntry, PlanDocument

STACK = "pulumi:pulumi:Stack"


def lost_targets(outcome: Outcome) -> list[str]:
    """Ids of what a flow log records now and none does once the run has deleted that one."""
    deleted = (change for change in flow_log_changes(outcome.changes) if change.action == "delete")
    targets = {key(change.target_id): change.target_id for change in deleted if change.target_id}
    return [target for target in targets.values() if not _recorded(target, outcome.plan)]


def lost_groups(outcome: Outcome) -> list[str]:
    """Ids of security groups that something records now and nothing records then.

    Those of the plan, and those that the stack's outputs of the last run name by a lost target,
    since a plan does not hold what is excluded.
    """
    groups = outcome.plan["networkSecurityGroups"] if outcome.plan else []
    losing = [
        group["id"]
        for group in groups
        if group["state"] in NOTHING_RECORDED and group["stateBefore"] not in NOTHING_RECORDED
    ]
    kept = {key(group["id"]) for group in groups}
    lost = {key(target) for target in lost_targets(outcome)}
    for group, targets in _recorders_before(outcome.run.events).items():
        if targets <= lost and key(group) not in kept:
            losing.append(group)
    return losing


def _enabled(log: FlowLogEntry) -> bool:
    state = log["planned"] or log["before"]
    return state is not None and state["enabled"]


def flow_log_changes(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes to flow logs among others."""
    return (change for change in changes if change.kind == "flow log")


def _recorded(target: str, plan: PlanDocument | None) -> bool:
    """Whether a flow log of the plan records a target, or what it is in; none where there is none.

    An id does not tell the network of a network interface, so that any new flow log on a subnet or
    network counts for it.
    """
    if plan is None:
        return False
    recording = [log for log in plan["flowLogs"] if _enabled(log)]
    if any(f"{key(target)}/".startswith(f"{key(log['targetId'])}/") for log in recording):
        return True
    if level_of(target) == "networkInterface":
        return any(log["level"] in ("subnet", "virtualNetwork") for log in recording)
    states = {key(network["id"]): network["state"] for network in plan["networks"]}
    return states.get(key(target), "dark") not in NOTHING_RECORDED


def _recorders_before(events: Iterable[Mapping[str, Any]]) -> Mapping[str, set[str]]:
    """Keys of the targets that recorded each security group, from the outputs of the last run."""
    found: dict[str, set[str]] = defaultdict(set)
    for target, log in _outputs_before(events).get("flowLogs", {}).items():
        for group in log["covers"]:
            found[group].add(key(target))
    return found


def _outputs_before(events: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    steps = ((event.get("resourcePreEvent") or {}).get("metadata") or {} for event in events)
    stacks = (step["old"] for step in steps if step.get("type") == STACK and step.get("old"))
    return next((stack.get("outputs") or {} for stack in stacks), {})

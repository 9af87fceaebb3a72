"""Flow logs themselves: dead ones, those below the standard, those that drifted from a stack's."""

from __future__ import annotations

from collections.abc import Iterator

from commands.checks.finding import Check, Finding, not_known
from commands.checks.scope import Scope
from estate.arm_id import key, name_of
from estate.model import FlowLog
from plan.flow_logs import adoption_changes
from plan.flow_logs.standard import PROVISIONING
from plan.model.flow_logs import PlannedFlowLog
from plan.ownership import PROGRAM, Owner, owner_of, tag_of
from stack.settings.model import TAG
from wording import setting

FAILED = Check(
    name="flow-log-failed",
    severity="error",
    title="flow logs that Azure could not set up",
    why="Azure could not set it up, so it records nothing; it also keeps its target from getting "
    "another one, and Azure Policy counts it as present",
)
DISABLED = Check(
    name="flow-log-disabled",
    severity="error",
    title="flow logs that are switched off",
    why="a flow log that is switched off records nothing and keeps its target from getting another",
)
BELOW = Check(
    name="flow-log-below-standard",
    severity="warning",
    title="flow logs below the standard",
    why="auditors and scanners ask for version 2, retention and Traffic Analytics; what is missing "
    "now cannot be recovered later",
)
DRIFT = Check(
    name="flow-log-drift",
    severity="warning",
    title="flow logs that differ from what the stack declares",
    why="somebody changed a flow log beside the stack, so what you reviewed is not what records",
)
REWRITTEN = Check(
    name="flow-log-rewritten",
    severity="warning",
    title="flow logs of this program that somebody else writes to",
    why="two mechanisms on one flow log undo each other's settings for ever; Azure Policy reuses "
    "the flow log that a network has, writes its own settings, and sends no tags",
)
CHECKS = (FAILED, DISABLED, BELOW, DRIFT, REWRITTEN)

_TOLD_ELSEWHERE = ("disabled",)
_KNOWN = ("failed", "canceled", "deleting")
_OF_A_STACK = ("another workspace",)


def judge(scope: Scope) -> Iterator[Finding]:
    """Findings on every flow log in scope."""
    for log in scope.flow_logs:
        yield from _dead(log, scope)
    yield from _below(scope)
    yield from _drifted(scope)


def _dead(log: FlowLog, scope: Scope) -> Iterator[Finding]:
    target = name_of(log.target_id)
    state = log.provisioning_state
    if log.failed and state.casefold() not in _KNOWN:
        yield not_known(log.id, f"on {target}, its provisioning state", state)
    elif log.failed:
        yield FAILED.found(
            log.id,
            f"on {target}, it is {state}",
            "fix the cause (rights, policies, storage; the Activity Log names it), then write the "
            "flow log again: pulumi up where the stack made it, else az network watcher flow-log "
            f"update --location {log.location} --name {log.name}",
        )
    elif not log.enabled and not scope.replaced(log):
        yield DISABLED.found(
            log.id,
            f"on {target}, it is switched off",
            f"az network watcher flow-log update --location {log.location} --name {log.name} "
            f"--enabled true, or set {setting('existingFlowLogs')} to adopt",
        )


def _below(scope: Scope) -> Iterator[Finding]:
    """What is left to others; another stack of this program feeds its own workspace by right."""
    for log in scope.plan.known_flow_logs:
        stack = tag_of(log.before.tags) if log.before else ""
        others = stack.startswith(PROGRAM) and stack != scope.settings.owner
        hidden = (*_TOLD_ELSEWHERE, *(() if scope.named and not others else _OF_A_STACK))
        lacks = [
            f"{phrase} than the stack's" if phrase in _OF_A_STACK else phrase
            for phrase in log.shortfall
            if phrase not in hidden and not phrase.startswith(PROVISIONING)
        ]
        if lacks:
            yield BELOW.found(
                log.id,
                f"on {name_of(log.target_id)}, it falls short by {', '.join(lacks)}",
                f"raise it in the settings of {stack}, whose flow log it is"
                if others
                else f"set {setting('existingFlowLogs')} to adopt, or have its owner raise it",
            )


def _drifted(scope: Scope) -> Iterator[Finding]:
    planned = {key(log.id): log for log in scope.plan.flow_logs}
    for log in scope.flow_logs:
        owner = owner_of(log, scope.settings.owner)
        if owner is Owner.MADE and not tag_of(log.tags):
            yield REWRITTEN.found(
                log.id,
                f"on {name_of(log.target_id)}, it has our name and not our tag {TAG}",
                "see the Activity Log for who wrote it, leave the network out of that policy "
                "assignment, then pulumi up, which writes ours back; or leave it out of the stack "
                f"({setting('exclude')})",
            )
        elif key(log.id) in planned:
            check = BELOW if owner is Owner.THEIRS else DRIFT
            yield from _difference(check, log, planned[key(log.id)], scope)


def _difference(
    check: Check, log: FlowLog, planned: PlannedFlowLog, scope: Scope
) -> Iterator[Finding]:
    changes = adoption_changes.difference(log, planned, scope.own_workspace).changes
    told = [f"{each.property}: {each.before} → {each.after}" for each in changes]
    if check is BELOW:  # it is not taken over yet, so that our tag is no fault
        told = [line for line in told if not line.startswith(f"tag {TAG}")]
    if told:
        yield check.found(log.id, f"pulumi up would change {', '.join(told)}", "pulumi up")

"""Traffic that is recorded twice, and flow logs on security groups, which Azure will delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from commands.checks.finding import Check, Finding
from commands.checks.scope import Scope
from estate.arm_id import key, name_of, resource_group_of
from estate.model import FlowLog
from plan.attachments import Attachment, level_of
from plan.flow_logs.migration import RETIREMENT
from plan.ownership import Owner, owner_of, tag_of
from wording import setting

TARGET = Check(
    name="target-recorded-twice",
    severity="error",
    title="targets with two flow logs",
    why="Azure allows one flow log per target; with two, a change to either can be refused",
)
TWICE = Check(
    name="traffic-recorded-twice",
    severity="warning",
    title="traffic recorded on the security group and on its network",
    why="both flow logs are billed, and queries over both count each flow twice",
)
MECHANISMS = Check(
    name="two-mechanisms",
    severity="warning",
    title="networks whose flow logs two mechanisms make",
    why="when Azure Policy (or the portal) and this program both make flow logs in one network, "
    "each repairs what the other one changes, and nobody knows whose settings hold",
)
ENDS = Check(
    name="nsg-flow-log-ends",
    severity="warning",
    title="security groups that an NSG flow log alone records",
    why=f"Azure deletes every NSG flow log on {RETIREMENT} and makes no new ones; what only they "
    "record goes dark that day",
)
CHECKS = (TARGET, TWICE, MECHANISMS, ENDS)

_POLICY_NAME = 72  # letters of name and group in Azure Policy's flow log names (cd6f7aff)


def judge(scope: Scope) -> Iterator[Finding]:
    """Findings on targets, security groups and networks in scope."""
    yield from _targets(scope)
    recording = scope.recording
    for group in scope.plan.coverage.security_groups:
        if own := recording.get(key(group.id)):
            yield from _group(own[0], scope.attached.get(key(group.id), ()), recording)
    yield from _mechanisms(scope)


def _targets(scope: Scope) -> Iterator[Finding]:
    found: dict[str, list[FlowLog]] = {}
    for log in scope.flow_logs:
        found.setdefault(key(log.target_id), []).append(log)
    for logs in found.values():
        if len(logs) > 1:
            names = " and ".join(log.name for log in logs)
            yield TARGET.found(
                logs[0].target_id,
                f"flow logs {names} are both on it",
                "delete the one that is below the standard, never one on a security group: "
                f"az network watcher flow-log delete --location {logs[0].location} --name NAME",
            )


def _group(
    own: FlowLog, places: Sequence[Attachment], recording: Mapping[str, list[FlowLog]]
) -> Iterator[Finding]:
    """A security group with a flow log of its own: also recorded elsewhere, or by it alone."""
    target = key(own.target_id)
    others = [
        [one for one in map(key, place.recorders) if one != target and one in recording]
        for place in places
    ]
    if any(others):
        by = name_of(recording[next(one for found in others for one in found)][0].target_id)
        yield TWICE.found(
            own.target_id,
            f"flow log {own.name} records it, and so does the flow log on {by}",
            f"set {setting('nsgFlowLogs')} to disable (with existingFlowLogs adopt), which "
            "switches it off once its network is recorded",
        )
    if not all(others):
        yield ENDS.found(
            own.target_id,
            f"nothing but flow log {own.name} records {'a part of it' if any(others) else 'it'}",
            f"set {setting('nsgFlowLogs')} to ignore, or to disable with existingFlowLogs adopt, "
            "so that pulumi up puts a flow log on its virtual network (docs/migration.md)",
        )


def _mechanisms(scope: Scope) -> Iterator[Finding]:
    networks = _networks(scope)
    found: dict[str, dict[str, FlowLog]] = {}
    for logs in scope.recording.values():
        for log in logs:
            for holder in networks.get(key(log.target_id), ()):
                found.setdefault(holder, {}).setdefault(_mechanism(log, scope), log)
    for network in scope.networks:
        made = found.get(key(network.id), {})
        if {"policy", "ours"} <= made.keys():
            yield MECHANISMS.found(
                network.id,
                f"flow log {made['ours'].name} is this program's, {made['policy'].name} is named "
                "as Azure Policy and the portal name theirs",
                f"set {setting('existingFlowLogs')} to adopt, and leave the network out of the "
                "policy assignment",
            )


def _networks(scope: Scope) -> dict[str, set[str]]:
    """Keys of the networks that a target is, or is in, by the target's key."""
    found = {key(network.id): {key(network.id)} for network in scope.networks}
    for places in scope.attached.values():
        for place in places:
            for target in place.recorders:
                found.setdefault(key(target), set()).add(key(place.network_id))
    return found


def _mechanism(log: FlowLog, scope: Scope) -> str:
    """Who makes it: ``ours`` (any stack), ``policy`` (by its name), else ``other``.

    Azure Policy: take(name-group, 72)-flowlog (definitions cd6f7aff, 3e9965dc); the portal names
    them alike.
    """
    owner = owner_of(log, scope.settings.owner)
    if tag_of(log.tags).startswith("flow-logs/") or owner is Owner.MADE:
        return "ours"
    target = log.target_id
    name = f"{name_of(target)}-{resource_group_of(target)}"[:_POLICY_NAME]
    named = key(log.name) == key(f"{name}-flowlog")
    return "policy" if named and level_of(target) != "subnet" else "other"

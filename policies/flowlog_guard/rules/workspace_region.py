"""`flow-log-workspace-region`: `workspaceRegion` is where the workspace is, not where the log is.

Azure refuses another region (`InvalidTAWorkspaceRegion`). Decided for workspaces of the same stack.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.properties import UNKNOWN, Absent
from flowlog_guard.property_paths import Expression
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, NotKnown, StackRule, Violation
from flowlog_guard.stack import Stack, normalise
from flowlog_guard.stack_resource import Declared


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared, Finding]]:
    """A region that is given is the workspace's own."""
    for flow_log in stack.of(Kind.FLOW_LOG):
        if flow_log.value(flow_log.spelling.analytics_enabled) is False:
            continue
        workspace = stack.refer(flow_log, flow_log.spelling.workspace, Kind.WORKSPACE).declared
        finding = _compare(stack, flow_log, workspace) if workspace else None
        if finding is not None:
            yield flow_log, finding


def _compare(stack: Stack, flow_log: Declared, workspace: Declared) -> Finding | None:
    path = flow_log.spelling.workspace_region
    region, there = flow_log.text(path), stack.region(workspace)
    if region is UNKNOWN:
        # Unknown and from nothing but the workspace, it is the workspace's own location.
        only_source = set(flow_log.sources_of(path)) == {workspace.urn}
        return None if only_source else NotKnown(path)
    if isinstance(region, Absent) or normalise(region) == there:
        return None
    if there is UNKNOWN:
        return NotKnown(f"location of workspace '{workspace.name}'")
    if isinstance(there, Absent):
        return None
    text = f"{path} is {region}, while the workspace '{workspace.name}' is in {there}"
    return Violation(text, {path: Expression("workspace.location")})


RULE = StackRule(
    name="flow-log-workspace-region",
    title="The region given for a workspace must be the workspace's own.",
    severity=Severity.MEDIUM,
    remediation="Set `workspaceRegion` to the `location` of the workspace, wherever the target is.",
    existing="Judged like a new one, where the workspace is part of the stack.",
    settings=EXEMPTIONS,
    check=check,
)

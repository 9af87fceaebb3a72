"""`flow-log-traffic-analytics`: the log is analysed, at a known interval, into a workspace.

A workspace that is made in the same run has an id that a preview does not know; it counts as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pulumi_policy import Severity

from flowlog_guard.arm_id import is_kind
from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.properties import (
    MISSING,
    UNKNOWN,
    Reading,
    describe,
    is_absent,
    whole_number,
    wrong_type,
)
from flowlog_guard.property_paths import Expression, Fix, Spelling
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Violation

DEFAULT_INTERVAL = 60
"""Minutes; what Azure takes when the interval is left out (Traffic Analytics documentation)."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check(flow_log: FlowLog, config: Config) -> Iterator[Finding]:
    """Traffic Analytics is on, names a workspace by its ARM id, and runs at an allowed interval."""
    spelling = flow_log.spelling
    fix = _whole_fix(spelling, config)
    analytics = flow_log.read(spelling.analytics)
    enabled = flow_log.read(spelling.analytics_enabled)
    if analytics.value is UNKNOWN:
        yield NotKnown(analytics.path)
    elif analytics.value is MISSING:
        yield Violation(f"{analytics.path} is not set, so Traffic Analytics is off", fix)
    elif not isinstance(analytics.value, Mapping):
        yield Violation(wrong_type(analytics, "an object"), fix)
    elif enabled.value is MISSING or enabled.value is False:
        state = "is not set" if enabled.value is MISSING else "is false"
        yield Violation(f"{enabled.path} {state}, so Traffic Analytics is off", fix)
    else:
        yield from _check_enabled(enabled)
        yield from _check_workspace(flow_log.read(spelling.workspace))
        yield from _check_guid(flow_log.read(spelling.workspace_guid))
        yield from _check_interval(flow_log.read(spelling.interval), config)


def _check_enabled(enabled: Reading) -> Iterator[Finding]:
    if enabled.value is UNKNOWN:
        yield NotKnown(enabled.path)
    elif enabled.value is not True:
        yield Violation(wrong_type(enabled, "true or false"), {enabled.path: True})


def _check_workspace(workspace: Reading) -> Iterator[Finding]:
    fix = {workspace.path: Expression("workspace.id")}
    if workspace.value is UNKNOWN:
        return
    if workspace.value is MISSING:
        yield Violation(f"{workspace.path} is not set, so Traffic Analytics has no workspace", fix)
    elif not isinstance(workspace.value, str):
        yield Violation(wrong_type(workspace, "the ARM id of a Log Analytics workspace"), fix)
    elif not is_kind(workspace.value, Kind.WORKSPACE):
        text = f"{workspace.path} is {describe(workspace.value)}"
        yield Violation(f"{text}, not the ARM id of a Log Analytics workspace", fix)


def _check_guid(guid: Reading) -> Iterator[Finding]:
    """A workspace name in the place of the GUID yields no rows and no error, so it is refused."""
    if is_absent(guid.value):
        return
    if not isinstance(guid.value, str) or not _GUID.fullmatch(guid.value):
        text = f"{guid.path} must be the GUID of the workspace (its customerId)"
        yield Violation(f"{text}; got {describe(guid.value)}")


def _check_interval(interval: Reading, config: Config) -> Iterator[Finding]:
    allowed = " or ".join(str(minutes) for minutes in config.allowed_intervals)
    fix = {interval.path: config.allowed_intervals[-1]}
    number = DEFAULT_INTERVAL if interval.value is MISSING else whole_number(interval.value)
    if interval.value is UNKNOWN:
        yield NotKnown(interval.path)
    elif number is None:
        yield Violation(wrong_type(interval, f"the number {allowed}"), fix)
    elif number not in config.allowed_intervals:
        given = f"is {number:.12g}"
        if interval.value is MISSING:
            given = f"is not set, which Azure reads as {DEFAULT_INTERVAL}"
        yield Violation(f"{interval.path} {given}; {allowed} minutes are allowed", fix)


def _whole_fix(spelling: Spelling, config: Config) -> Fix:
    """With the longest interval: every 10 minutes costs half as much again."""
    return {
        spelling.analytics_enabled: True,
        spelling.interval: config.allowed_intervals[-1],
        spelling.workspace: Expression("workspace.id"),
        spelling.workspace_region: Expression("workspace.location"),
        spelling.workspace_guid: spelling.customer_id,
    }


RULE = FlowLogRule(
    name="flow-log-traffic-analytics",
    title="A flow log must feed Traffic Analytics, every 10 or 60 minutes, into a workspace.",
    severity=Severity.MEDIUM,
    remediation=(
        "azure-native: set `enabled: true`, `trafficAnalyticsInterval` 10 or 60 and "
        "`workspaceResourceId` inside "
        "`flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration`. "
        "Classic Azure provider: set `enabled`, `intervalInMinutes`, `workspaceId`, "
        "`workspaceRegion` and `workspaceResourceId` inside `trafficAnalytics`."
    ),
    existing="Judged like a new one; a workspace of somebody else counts.",
    settings=("allowedIntervals", *EXEMPTIONS),
    check=check,
)

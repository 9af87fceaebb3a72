"""The standard of this stack's flow logs, and what an existing one lacks of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.model import FlowLog, TrafficAnalytics, key

OFF = TrafficAnalytics(enabled=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What every flow log of the stack has; days in storage, minutes between analyses, a tag.

    ``unanalysed`` holds the regions without Traffic Analytics.
    """

    owner: str
    retention_days: int
    interval: int
    workspace_id: str
    keep_workspaces: bool
    unanalysed: frozenset[str] = frozenset()

    def analytics(self, region: str) -> TrafficAnalytics:
        """Traffic Analytics of a new flow log in a region; into the stack's own workspace."""
        if region in self.unanalysed:
            return OFF
        return TrafficAnalytics(enabled=True, interval=self.interval)


def shortfall(flow_log: FlowLog, standard: Standard) -> Iterator[str]:
    """What a flow log that is left as it is lacks, one phrase each."""
    if not flow_log.enabled:
        yield "disabled"
    if flow_log.provisioning_state == "Failed":
        yield "provisioning failed"
    if flow_log.version != 2:
        yield f"version {flow_log.version}"
    if not flow_log.retention_enabled or not flow_log.retention_days:
        yield "no retention"
    elif flow_log.retention_days < standard.retention_days:
        yield f"retention {flow_log.retention_days} days"
    yield from _analytics_shortfall(flow_log, standard)
    if flow_log.filtering_criteria:
        yield "a filter hides traffic"


def records(flow_log: FlowLog) -> bool:
    """Whether a flow log writes anything."""
    return flow_log.enabled and flow_log.provisioning_state != "Failed"


def _analytics_shortfall(flow_log: FlowLog, standard: Standard) -> Iterator[str]:
    analytics = flow_log.analytics
    if not analytics.enabled:
        yield "Traffic Analytics off"
    elif key(analytics.workspace_id or "") != key(standard.workspace_id):
        yield "another workspace"

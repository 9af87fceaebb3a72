"""The same flow logs as bare resources of the same type, in batches: the floor for Python."""

from __future__ import annotations

import asyncio

import pulumi

from bench.synthetic import planned, report_memory
from plan.model.flow_logs import PlannedFlowLog
from plan.resource_types import FLOW_LOG_TYPE

BATCH = 50


def bare(log: PlannedFlowLog, workspace_id: str) -> pulumi.CustomResource:
    """A resource without the SDK's class: inputs by their names on the wire."""
    inputs = {
        "flowLogName": log.name,
        "networkWatcherName": log.watcher_name,
        "resourceGroupName": log.resource_group,
        "location": log.location,
        "targetResourceId": log.target_id,
        "storageId": log.storage_id,
        "enabled": True,
        "format": {"type": "JSON", "version": 2},
        "retentionPolicy": {"days": log.retention_days, "enabled": True},
        "flowAnalyticsConfiguration": {
            "networkWatcherFlowAnalyticsConfiguration": {
                "enabled": True,
                "trafficAnalyticsInterval": log.analytics.interval,
                "workspaceResourceId": workspace_id,
            }
        },
        "tags": dict(log.tags),
    }
    return pulumi.CustomResource(FLOW_LOG_TYPE, log.logical_name, inputs)


async def build() -> int:
    """All of them, a batch at a time."""
    plan = planned()
    for start in range(0, len(plan.flow_logs), BATCH):
        logs = plan.flow_logs[start : start + BATCH]
        made = [bare(log, plan.foundation.workspace.id) for log in logs]
        await asyncio.gather(*(resource.urn.future() for resource in made))
    return len(plan.flow_logs)


pulumi.export("made", pulumi.Output.from_input(asyncio.ensure_future(build())))
report_memory()

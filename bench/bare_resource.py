"""A flow log of a plan as nothing but a registered resource."""

from __future__ import annotations

import pulumi

from plan.model.flow_logs import PlannedFlowLog
from plan.resource_types import FLOW_LOG_TYPE


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

"""The same flow logs as a plain loop over the SDK's class, as a first program would make them."""

from __future__ import annotations

from pulumi_azure_native import network

from bench.synthetic import planned, report_memory

plan = planned()
for log in plan.flow_logs:
    network.FlowLog(
        log.logical_name,
        flow_log_name=log.name,
        network_watcher_name=log.watcher_name,
        resource_group_name=log.resource_group,
        location=log.location,
        target_resource_id=log.target_id,
        storage_id=log.storage_id,
        enabled=True,
        format={"type": "JSON", "version": 2},
        retention_policy={"days": log.retention_days, "enabled": True},
        flow_analytics_configuration={
            "network_watcher_flow_analytics_configuration": {
                "enabled": True,
                "traffic_analytics_interval": log.analytics.interval,
                "workspace_resource_id": plan.foundation.workspace.id,
                "workspace_region": plan.foundation.workspace.location,
            }
        },
        tags=dict(log.tags),
    )
report_memory()

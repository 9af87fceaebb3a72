"""The workspace transformation of the ingestion filter."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from plan.model.monitoring import PlannedFilter

DESTINATION = "workspace"  # a name of the rule's own


def ingestion_filter(
    planned: PlannedFilter, opts: pulumi.ResourceOptions
) -> monitor.DataCollectionRule:
    """A data collection rule that collects nothing and transforms one table."""
    return monitor.DataCollectionRule(
        planned.logical_name,
        data_collection_rule_name=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        kind="WorkspaceTransforms",
        destinations={
            "log_analytics": [{"name": DESTINATION, "workspace_resource_id": planned.workspace_id}]
        },
        data_flows=[
            {
                "streams": [planned.stream],
                "destinations": [DESTINATION],
                "transform_kql": planned.transformation,
            }
        ],
        tags=planned.tags,
        opts=opts,
    )

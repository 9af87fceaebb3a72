"""The workspace transformation of the ingestion filter."""

from __future__ import annotations

import pulumi

from components.resource import AzureResource
from plan.model.monitoring import PlannedFilter
from plan.resource_types import FILTER_TYPE

DESTINATION = "workspace"  # a name of the rule's own


def ingestion_filter(planned: PlannedFilter, opts: pulumi.ResourceOptions) -> AzureResource:
    """A data collection rule that collects nothing and transforms one table."""
    flow = {
        "streams": [planned.stream],
        "destinations": [DESTINATION],
        "transformKql": planned.transformation,
    }
    destination = {"name": DESTINATION, "workspaceResourceId": planned.workspace_id}
    inputs = {
        "dataCollectionRuleName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "kind": "WorkspaceTransforms",
        "destinations": {"logAnalytics": [destination]},
        "dataFlows": [flow],
        "tags": planned.tags,
    }
    return AzureResource(FILTER_TYPE, planned.logical_name, inputs, opts)

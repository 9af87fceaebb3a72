"""Somebody else's program: keeps the shop's networks logged, then adds a query of its own."""

from __future__ import annotations

import pulumi
import pulumi_flow_logs as flow_logs
from pulumi_azure_native import operationalinsights

config = pulumi.Config()
logging = flow_logs.FlowLogging(
    "network",
    location="westeurope",
    subscriptions=config.require_object("subscriptions"),
    include=flow_logs.FilterArgs(tags={"criticality": ["high"]}),
    existing_flow_logs=flow_logs.ExistingFlowLogs.ADOPT,
    traffic_analytics_interval=10,
    tags={"team": "shop"},
)
# After the flow logs: the query would fail while the workspace has none of their tables.
query = operationalinsights.SavedSearch(
    "denied-to-the-shop",
    saved_search_id="denied-to-the-shop",
    resource_group_name=logging.workspace.resource_group,
    workspace_name=logging.workspace.name,
    category="Shop",
    display_name="Denied to the shop",
    query="NTANetAnalytics | where DeniedInFlows > 0 | summarize sum(DeniedInFlows) by DestSubnet",
    opts=pulumi.ResourceOptions(depends_on=[logging]),
)


def skipped(coverage: flow_logs.outputs.Coverage) -> list[str]:
    """Names of the network security groups that nothing records."""
    return [group.id.rsplit("/", 1)[-1] for group in coverage.skipped]


pulumi.export("flowLogs", logging.finished)
pulumi.export("workspaceId", logging.workspace.id)
pulumi.export("covered", logging.coverage.covered)
pulumi.export("skipped", logging.coverage.apply(skipped))

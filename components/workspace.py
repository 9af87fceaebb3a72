"""The Log Analytics workspace that Traffic Analytics writes to."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import operationalinsights

from plan.model.foundation import PlannedWorkspace

BESIDE = ["features", "forceCmkForQuery", "identity"]
"""Properties that an owner may add: who may look at what, and with which keys."""
NO_CAP = -1  # GB a day; what Azure holds for a workspace without a cap


def workspace(
    planned: PlannedWorkspace,
    group: pulumi.Input[str],
    rule_id: str | None,
    opts: pulumi.ResourceOptions,
) -> operationalinsights.Workspace:
    """The workspace of a plan, in the resource group of that name.

    ``rule_id`` is the data collection rule of its transformations, where it has one.
    """
    return operationalinsights.Workspace(
        planned.logical_name,
        workspace_name=planned.name,
        resource_group_name=group,
        location=planned.location,
        sku={"name": operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
        retention_in_days=planned.retention_days,
        workspace_capping={"daily_quota_gb": planned.daily_quota_gb or NO_CAP},
        default_data_collection_rule_resource_id=rule_id,
        public_network_access_for_ingestion="Enabled",
        public_network_access_for_query="Enabled",
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=BESIDE)),
    )

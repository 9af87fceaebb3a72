"""The Log Analytics workspace that Traffic Analytics writes to."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import operationalinsights

from plan import arm_properties
from plan.model.foundation import PlannedWorkspace

BESIDE = ["features", "forceCmkForQuery", "identity"]
"""Properties that an owner may add: who may look at what, and with which keys."""


def workspace(
    planned: PlannedWorkspace,
    group: pulumi.Input[str],
    rule_id: str | None,
    opts: pulumi.ResourceOptions,
) -> operationalinsights.Workspace:
    """The workspace of a plan, in the resource group of that name.

    ``rule_id`` is the data collection rule of its transformations, where it has one.
    """
    properties = arm_properties.workspace(planned)["properties"]
    return operationalinsights.Workspace(
        planned.logical_name,
        workspace_name=planned.name,
        resource_group_name=group,
        location=planned.location,
        sku=properties["sku"],
        retention_in_days=properties["retentionInDays"],
        workspace_capping={"daily_quota_gb": properties["workspaceCapping"]["dailyQuotaGb"]},
        default_data_collection_rule_resource_id=rule_id,
        public_network_access_for_ingestion=properties["publicNetworkAccessForIngestion"],
        public_network_access_for_query=properties["publicNetworkAccessForQuery"],
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=BESIDE)),
    )

"""The workbook."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import applicationinsights

from plan.model.monitoring import PlannedWorkbook


def workbook(
    planned: PlannedWorkbook, opts: pulumi.ResourceOptions
) -> applicationinsights.Workbook:
    """A workbook that everybody with rights on its resource group sees."""
    return applicationinsights.Workbook(
        planned.logical_name,
        resource_name_=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        kind="shared",
        category="workbook",
        display_name=planned.title,
        serialized_data=planned.content,
        source_id=planned.source_id,
        version="Notebook/1.0",
        tags=planned.tags,
        opts=opts,
    )

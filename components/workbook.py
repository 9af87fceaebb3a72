"""The workbook."""

from __future__ import annotations

import pulumi

from components.resource import AzureResource
from plan.model.monitoring import PlannedWorkbook
from plan.resource_types import WORKBOOK_TYPE


def workbook(planned: PlannedWorkbook, opts: pulumi.ResourceOptions) -> AzureResource:
    """A workbook that everybody with rights on its resource group sees."""
    inputs = {
        "resourceName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "kind": "shared",
        "category": "workbook",
        "displayName": planned.title,
        "serializedData": planned.content,
        "sourceId": planned.source_id,
        "version": "Notebook/1.0",
        "tags": planned.tags,
    }
    return AzureResource(WORKBOOK_TYPE, planned.logical_name, inputs, opts)

"""The saved searches and functions of the workspace."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import operationalinsights

from plan.model.monitoring import PlannedQuery

LANGUAGE_VERSION = 2  # KQL; sent, since Azure would default it


def saved_search(
    planned: PlannedQuery, opts: pulumi.ResourceOptions
) -> operationalinsights.SavedSearch:
    """A saved search.

    Replaced on any change, the old one deleted first: Azure refuses to overwrite one without its
    etag (409, azure-docs issue 49275), and the provider has no way to send that.
    """
    return operationalinsights.SavedSearch(
        planned.logical_name,
        saved_search_id=planned.name,
        workspace_name=planned.workspace_name,
        resource_group_name=planned.resource_group,
        category=planned.category,
        display_name=planned.title,
        query=planned.text,
        function_alias=planned.alias,
        tags=[{"name": name, "value": value} for name, value in planned.tags.items()],
        version=LANGUAGE_VERSION,
        opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(delete_before_replace=True, replace_on_changes=["*"])
        ),
    )

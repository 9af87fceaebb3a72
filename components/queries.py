"""The saved searches and functions of the workspace."""

from __future__ import annotations

import pulumi

from components.resource import AzureResource
from plan.model.monitoring import PlannedQuery
from plan.resource_types import QUERY_TYPE

LANGUAGE_VERSION = 2  # KQL; sent, since Azure would default it


def saved_search(planned: PlannedQuery, opts: pulumi.ResourceOptions) -> AzureResource:
    """A saved search.

    Replaced on any change, the old one deleted first: Azure refuses to overwrite one without its
    etag (409, azure-docs issue 49275), and the provider has no way to send that.
    """
    inputs = {
        "savedSearchId": planned.name,
        "workspaceName": planned.workspace_name,
        "resourceGroupName": planned.resource_group,
        "category": planned.category,
        "displayName": planned.title,
        "query": planned.text,
        "functionAlias": planned.alias,
        "functionParameters": planned.parameters,
        "tags": [{"name": name, "value": value} for name, value in planned.tags.items()],
        "version": LANGUAGE_VERSION,
    }
    replaced = pulumi.ResourceOptions(delete_before_replace=True, replace_on_changes=["*"])
    own = pulumi.ResourceOptions.merge(opts, replaced)
    return AzureResource(QUERY_TYPE, planned.logical_name, inputs, own)

"""One Log Analytics workspace, as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate.body import common
from estate.cloud import Cloud
from estate.model import Workspace
from estate.response_shape import RESOURCE, Shape

VERSION = "2023-09-01"
WORKSPACE: Shape = {
    **RESOURCE,
    "properties": {
        "customerId": str,
        "defaultDataCollectionRuleResourceId": str,
        "retentionInDays": int,
        "workspaceCapping": {"dailyQuotaGb": float},
    },
}


def workspace(cloud: Cloud, workspace_id: str) -> Workspace | None:
    """The workspace with an id, as it is; None where it is not there. Raises AzureError."""
    if not workspace_id:
        return None
    body = cloud.find(workspace_id, VERSION, WORKSPACE)
    return None if body is None else workspace_of(body)


def workspace_of(body: Mapping[str, Any]) -> Workspace:
    """A workspace out of its body (ARM)."""
    properties = body.get("properties") or {}
    return Workspace(
        **common(body),
        customer_id=properties.get("customerId") or "",
        default_rule_id=properties.get("defaultDataCollectionRuleResourceId") or "",
        retention_days=properties.get("retentionInDays") or 30,
        daily_quota_gb=max(0, (properties.get("workspaceCapping") or {}).get("dailyQuotaGb") or 0),
    )

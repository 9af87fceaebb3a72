"""What the resources that can lose evidence are, as ARM spells it, beside name, place and tags.

The components build from it, and the checks before a run ask Azure Policy about it.
"""

from __future__ import annotations

from typing import Any

from estate.model import TrafficAnalytics
from plan.flow_logs.standard import workspace_of
from plan.foundation.lifecycle import CONTAINER, RULE
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import (
    PlannedBlobService,
    PlannedLifecycle,
    PlannedStorage,
    PlannedWorkspace,
    WorkspaceReference,
)

NO_CAP = -1  # GB a day; what Azure holds for a workspace without a cap


def storage_account(account: PlannedStorage) -> dict[str, Any]:
    """A storage account that Azure alone writes to.

    Standard general purpose v2, as retention needs (nsg-flow-logs-overview); closed but for trusted
    Microsoft services, which flow logs are (Network Watcher FAQ); no shared key, as Microsoft's own
    built-in policy 1c46fa74 makes its accounts.
    """
    return {
        "kind": "StorageV2",
        "sku": {"name": account.sku},
        "properties": {
            "accessTier": "Hot",
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "allowSharedKeyAccess": False,
            "defaultToOAuthAuthentication": True,
            "allowBlobPublicAccess": False,
            "allowCrossTenantReplication": False,
            "publicNetworkAccess": "Enabled",
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny"},
        },
    }


def blob_service(service: PlannedBlobService) -> dict[str, Any]:
    """The blob service of a storage account: a deleted container can be recovered for days.

    No versions and no soft delete of blobs: flow logs rewrite the blob of an hour each minute, and
    each time the old one would be kept.
    """
    return {
        "properties": {
            "containerDeleteRetentionPolicy": {"enabled": True, "days": service.container_days},
            "deleteRetentionPolicy": {"enabled": False},
            "isVersioningEnabled": False,
        }
    }


def lifecycle_policy(planned: PlannedLifecycle) -> dict[str, Any]:
    """The lifecycle rules of a storage account: one, for the container of flow logs."""
    deletion = {"delete": {"daysAfterModificationGreaterThan": planned.days}}
    definition = {
        "actions": {"baseBlob": deletion},
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": [f"{CONTAINER}/"]},
    }
    rule = {"enabled": True, "name": RULE, "type": "Lifecycle", "definition": definition}
    return {"properties": {"policy": {"rules": [rule]}}}


def workspace(planned: PlannedWorkspace) -> dict[str, Any]:
    """A workspace that takes rows from anywhere and is read from anywhere, by who has the right."""
    return {
        "properties": {
            "sku": {"name": "PerGB2018"},
            "retentionInDays": planned.retention_days,
            "workspaceCapping": {"dailyQuotaGb": planned.daily_quota_gb or NO_CAP},
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        }
    }


def flow_log(log: PlannedFlowLog, own: WorkspaceReference) -> dict[str, Any]:
    """A flow log; ``own`` is the plan's workspace, which it feeds where it names no other."""
    identity = {"identity": dict(log.identity)} if log.identity else {}
    return {
        **identity,
        "properties": {
            "targetResourceId": log.target_id,
            "storageId": log.storage_id,
            "enabled": log.enabled,
            "format": {"type": log.format_type, "version": log.version},
            "retentionPolicy": {"days": log.retention_days, "enabled": log.retention_days > 0},
            "flowAnalyticsConfiguration": {
                "networkWatcherFlowAnalyticsConfiguration": _analytics(log.analytics, own)
            },
        },
    }


def _analytics(wanted: TrafficAnalytics, own: WorkspaceReference) -> dict[str, Any]:
    """All three workspace fields: tools and Azure versions differ in which one they need."""
    if not wanted.enabled:
        return {"enabled": False}
    mine = not workspace_of(wanted)
    named = {
        "trafficAnalyticsInterval": wanted.interval,
        "workspaceId": own.customer_id if mine else wanted.workspace_guid,
        "workspaceResourceId": own.id if mine else wanted.workspace_id,
        "workspaceRegion": own.location if mine else wanted.workspace_region,
    }
    return {"enabled": True, **{name: value for name, value in named.items() if value}}

"""Network watchers and their flow logs, from ARM itself: no lag, and the tags of this moment.

Read with API 2025-05-01, not the SDK's newest, which sovereign clouds get late; it shows properties
that the deployment API 2024-05-01 cannot send back, such as ``recordTypes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate.body import common
from estate.cloud import Cloud
from estate.model import FlowLog, NetworkWatcher, TrafficAnalytics
from estate.response_shape import RESOURCE, Shape

_VERSION = "2025-05-01"
_ANALYTICS = "networkWatcherFlowAnalyticsConfiguration"
FLOW_LOG: Shape = {
    **RESOURCE,
    "identity": {},
    "systemData": {},
    "properties": {
        "targetResourceId": str,
        "storageId": str,
        "enabled": bool,
        "enabledFilteringCriteria": str,
        "provisioningState": str,
        "format": {"type": str, "version": int},
        "retentionPolicy": {"enabled": bool, "days": int},
        "flowAnalyticsConfiguration": {
            _ANALYTICS: {
                "enabled": bool,
                "trafficAnalyticsInterval": int,
                "workspaceId": str,
                "workspaceResourceId": str,
                "workspaceRegion": str,
            }
        },
    },
}


class Watchers:
    """The network watchers of one subscription."""

    def __init__(self, cloud: Cloud, subscription_id: str) -> None:
        """Takes the subscription's GUID."""
        self._cloud = cloud
        self._subscription = f"/subscriptions/{subscription_id}"

    def watchers(self) -> tuple[NetworkWatcher, ...]:
        """Every network watcher, in whatever group and under whatever name."""
        path = f"{self._subscription}/providers/Microsoft.Network/networkWatchers"
        listed = self._cloud.list(path, _VERSION, RESOURCE)
        return tuple(NetworkWatcher(**common(watcher)) for watcher in listed)

    def flow_logs(self, watcher: NetworkWatcher) -> tuple[FlowLog, ...]:
        """Every flow log under a watcher."""
        return tuple(map(flow_log, self._cloud.list(f"{watcher.id}/flowLogs", _VERSION, FLOW_LOG)))


def flow_log(body: Mapping[str, Any]) -> FlowLog:
    """A flow log from ARM's body; what ARM leaves out reads as off (recorded: 0 days, false)."""
    properties = body.get("properties") or {}
    form = properties.get("format") or {}
    retention = properties.get("retentionPolicy") or {}
    return FlowLog(
        **common(body),
        target_id=properties.get("targetResourceId") or "",
        storage_id=properties.get("storageId") or "",
        enabled=bool(properties.get("enabled")),
        version=form.get("version"),
        format_type=form.get("type"),
        retention_enabled=bool(retention.get("enabled")),
        retention_days=retention.get("days") or 0,
        analytics=_analytics(properties.get("flowAnalyticsConfiguration") or {}),
        filtering_criteria=properties.get("enabledFilteringCriteria") or None,
        record_types=properties.get("recordTypes") or None,
        identity=body.get("identity"),
        provisioning_state=properties.get("provisioningState") or "Succeeded",
        written_by=_writer(body.get("systemData") or {}),
    )


def _analytics(configuration: Mapping[str, Any]) -> TrafficAnalytics:
    analytics = configuration.get(_ANALYTICS) or {}
    return TrafficAnalytics(
        enabled=bool(analytics.get("enabled")),
        interval=analytics.get("trafficAnalyticsInterval"),
        workspace_guid=analytics.get("workspaceId") or None,
        workspace_id=analytics.get("workspaceResourceId") or None,
        workspace_region=analytics.get("workspaceRegion") or None,
    )


def _writer(system: Mapping[str, Any]) -> str:
    """Last writer of a resource and the time (ARM common types, systemData); empty if not given."""
    parts = (system.get("lastModifiedBy"), system.get("lastModifiedAt"))
    return " at ".join(str(part) for part in parts if part)

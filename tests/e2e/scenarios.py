"""What somebody else, or time, does to an estate between two runs, on any Azure."""

from __future__ import annotations

from typing import Any

from tests.e2e.stage import API_VERSIONS, Stage

FLOW_LOG_VERSION = API_VERSIONS["flowlogs"]


def policy_makes_flow_logs(
    there: Stage, networks: list[str], watchers: dict[str, str], storage: dict[str, str]
) -> None:
    """Azure Policy's remediation: a flow log on each network, by the built-in definition's rules.

    Named ``take(name-group, 72)-flowlog``, version 2, 30 days, no Traffic Analytics (definition
    cd6f7aff). ``watchers`` and ``storage`` are region to id.
    """
    for network_id in networks:
        network = there.get(network_id, "2024-05-01")
        assert network is not None
        region = network["location"]
        group = network_id.split("/")[4]
        name = f"{network['name']}-{group}"[:72] + "-flowlog"
        body = {
            "location": region,
            "properties": {
                "targetResourceId": network_id,
                "storageId": storage[region],
                "enabled": True,
                "retentionPolicy": {"days": 30, "enabled": True},
                "format": {"type": "JSON", "version": 2},
            },
        }
        there.send("PUT", f"{watchers[region]}/flowLogs/{name}", FLOW_LOG_VERSION, body)


def facts(log: dict[str, Any]) -> dict[str, Any]:
    """What a flow log does, in a few plain facts."""
    properties = log["properties"]
    outer = properties.get("flowAnalyticsConfiguration") or {}
    analytics = outer.get("networkWatcherFlowAnalyticsConfiguration") or {}
    return {
        "id": log["id"].casefold(),
        "enabled": properties["enabled"],
        "version": properties["format"]["version"],
        "days": properties["retentionPolicy"]["days"],
        "analytics": bool(analytics.get("enabled")),
        "workspace": (analytics.get("workspaceResourceId") or "").casefold(),
        "storage": properties["storageId"].casefold(),
        "tag": (log.get("tags") or {}).get("managed-by"),
    }


def networks_without(estate: list[dict[str, Any]], targets: set[str]) -> list[str]:
    """Ids of the networks of an estate that no flow log is on; ``targets`` are keys."""
    return [
        found["id"]
        for found in estate
        if "/virtualnetworks/" in found["id"].casefold() and found["id"].casefold() not in targets
    ]

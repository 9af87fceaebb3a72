"""A small shop for the commands on rules: two subnets with a group each, recorded for a month.

The flow log is on the network. Rows are of every hour, written as Traffic Analytics writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.queries.traffic import Flow, Row, vnet_rows

SUBSCRIPTION = "00000000-0000-4000-8000-000000000021"
ROOT = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{ROOT}/resourceGroups/rg-shop"
NETWORK_TYPES = f"{GROUP}/providers/Microsoft.Network"
NETWORK = f"{NETWORK_TYPES}/virtualNetworks/vnet-shop"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-shop"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stshop"
WATCHER = f"{ROOT}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/nw"
LOG = f"{SUBSCRIPTION}/networkwatcherrg/nw/fl-shop"
WEB, APP = "10.1.0.4", "10.1.1.4"
HOUR = timedelta(hours=1)
DAYS = 8

Body = dict[str, Any]


def nsg_id(name: str) -> str:
    """The id of a security group."""
    return f"{NETWORK_TYPES}/networkSecurityGroups/{name}"


def rule(name: str, priority: int, access: str, **properties: Any) -> Body:
    """A rule on the way in; what is not given is any."""
    given: Body = {
        "priority": priority,
        "access": access,
        "direction": "Inbound",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    return {"name": name, "properties": {**given, **properties}}


def nsg(name: str, *rules: Body) -> Body:
    """A security group."""
    return {
        "id": nsg_id(name),
        "location": "westeurope",
        "properties": {"securityRules": list(rules)},
    }


WEB_RULES = (
    rule("AllowHttps", 100, "Allow", protocol="Tcp", destinationPortRange="443"),
    rule("AllowOldPort", 110, "Allow", protocol="Tcp", destinationPortRange="8443"),
    rule("DenyAll", 4000, "Deny"),
)
APP_RULES = (
    rule("AllowWeb", 100, "Allow", sourceAddressPrefix="10.1.0.0/24"),
    rule("DenyAll", 4000, "Deny"),
)


def estate(rows: Iterable[Row] = (), **changes: Body) -> list[Body]:
    """The shop; ``changes`` replace bodies by the name of the resource, ``None`` removes one."""
    subnets = [
        _subnet("web", "10.1.0.0/24", "nsg-web"),
        _subnet("app", "10.1.1.0/24", "nsg-app"),
    ]
    network = {
        "id": NETWORK,
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets},
    }
    listed: list[Body] = [
        {"id": ROOT, "displayName": "contoso-shop"},
        {"id": GROUP, "location": "westeurope"},
        {"id": f"{ROOT}/resourceGroups/NetworkWatcherRG", "location": "westeurope"},
        nsg("nsg-web", *WEB_RULES),
        nsg("nsg-app", *APP_RULES),
        network,
        _interface("nic-web", "web", WEB),
        _interface("nic-app", "app", APP),
        {"id": WATCHER, "location": "westeurope"},
        {"id": ACCOUNT, "location": "westeurope", "kind": "StorageV2"},
        {"id": WORKSPACE, "location": "westeurope"},
        flow_log(),
        {"id": f"{WORKSPACE}/tables/NTANetAnalytics", "rows": [_plain(row) for row in rows]},
    ]
    return [changes.get(body["id"].rpartition("/")[2].replace("-", "_"), body) for body in listed]


def written(folder: Path, bodies: Iterable[Body]) -> Path:
    """The estate as a file."""
    path = folder / "estate.json"
    path.write_text(json.dumps(list(bodies)), encoding="utf-8")
    return path


def month(
    now: datetime, flows: Iterable[Flow], *, dark: Iterable[int] = (), days: int = DAYS
) -> list[Row]:
    """Rows of flows in every hour of the last days, without those of some days ago."""
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    skipped = set(dark)
    rows: list[Row] = []
    listed = list(flows)
    for hour in range(days * 24, 0, -1):
        if (hour - 1) // 24 not in skipped:
            start = end - hour * HOUR
            rows += vnet_rows(_at(flow, start) for flow in listed)
    return rows


def into(destination: str, subnet: str, source: str = WEB, from_: str = "web", **more: Any) -> Flow:
    """A flow between two machines of the shop, reported where it arrives."""
    group = f"nsg-{subnet}"
    given: dict[str, Any] = {
        "type": "IntraVNet",
        "direction": "I",
        "rule": "AllowWeb" if subnet == "app" else "AllowHttps",
        "group": f"{SUBSCRIPTION}/rg-shop/{group}",
        "flow_log": LOG,
        "source_subnet": f"rg-shop/vnet-shop/{from_}" if from_ else "",
        "destination_subnet": f"rg-shop/vnet-shop/{subnet}",
        "sent": 100,
        "returned": 900,
        **more,
    }
    return Flow(source=source, destination=destination, **given)


def from_internet(address: str = "203.0.113.9", **more: Any) -> Flow:
    """A flow from the Internet to the web machine."""
    return into(WEB, "web", address, "", **{"type": "ExternalPublic", **more})


def _at(flow: Flow, start: datetime) -> Flow:
    return replace(flow, start=start)


def _plain(row: Mapping[str, Any]) -> Body:
    """A row as JSON holds it."""
    return {
        name: f"{value.isoformat()}Z" if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _subnet(name: str, prefix: str, group: str) -> Body:
    return {
        "name": name,
        "properties": {"addressPrefix": prefix, "networkSecurityGroup": {"id": nsg_id(group)}},
    }


def _interface(name: str, subnet: str, address: str) -> Body:
    properties = {"privateIPAddress": address, "subnet": {"id": f"{NETWORK}/subnets/{subnet}"}}
    return {
        "id": f"{NETWORK_TYPES}/networkInterfaces/{name}",
        "location": "westeurope",
        "properties": {"ipConfigurations": [{"name": "ip", "properties": properties}]},
    }


def flow_log(name: str = "fl-shop", target: str = NETWORK, **properties: Any) -> Body:
    """A flow log of the shop's watcher, with Traffic Analytics."""
    analytics = {
        "enabled": True,
        "trafficAnalyticsInterval": 60,
        "workspaceResourceId": WORKSPACE,
        "workspaceRegion": "westeurope",
    }
    return {
        "id": f"{WATCHER}/flowLogs/{name}",
        "location": "westeurope",
        "properties": {
            "targetResourceId": target,
            "storageId": ACCOUNT,
            "enabled": True,
            "format": {"type": "JSON", "version": 2},
            "retentionPolicy": {"enabled": True, "days": 90},
            "flowAnalyticsConfiguration": {"networkWatcherFlowAnalyticsConfiguration": analytics},
            **properties,
        },
    }

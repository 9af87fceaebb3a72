"""Ids in the sample estate, and bodies that its tests send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ESTATE = Path(__file__).resolve().parents[2] / "localazure" / "estates" / "contoso.json"

HUB, PROD, DEV = (f"/subscriptions/00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
NETWORK = "2025-05-01"
STORAGE = "2024-01-01"
WORKSPACES = "2023-09-01"
RESOURCES = "2024-03-01"
IDENTITIES = "2023-01-31"
GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"


def resource(subscription: str, group: str, type_: str, name: str) -> str:
    """Id of a resource; `type_` without `Microsoft.Network/` unless it names a provider."""
    provider = type_ if "." in type_ else f"Microsoft.Network/{type_}"
    return f"{subscription}/resourceGroups/{group}/providers/{provider}/{name}"


WATCHER = resource(PROD, "NetworkWatcherRG", "networkWatchers", "NetworkWatcher_westeurope")
NORTH_WATCHER = resource(PROD, "rg-prod-monitoring", "networkWatchers", "watcher-contoso-neu")
SHOP = resource(PROD, "rg-prod-shop", "virtualNetworks", "vnet-shop-weu")
PAYMENTS = resource(PROD, "rg-prod-payments", "virtualNetworks", "vnet-payments-weu")
ERP = resource(PROD, "rg-prod-erp", "virtualNetworks", "vnet-erp-neu")
WEB = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-shop-web")
APP = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-shop-app")
LEGACY = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-shop-legacy")
VAULT_NIC = resource(PROD, "rg-prod-payments", "networkInterfaces", "nic-vault-01")
ACCOUNT = resource(
    PROD, "rg-prod-monitoring", "Microsoft.Storage/storageAccounts", "stcontosoprodweu"
)
NORTH_ACCOUNT = resource(
    PROD, "rg-prod-monitoring", "Microsoft.Storage/storageAccounts", "stcontosoprodneu"
)
WORKSPACE = resource(
    HUB, "rg-hub-monitoring", "Microsoft.OperationalInsights/workspaces", "log-contoso-soc"
)
IDENTITY = resource(
    PROD, "rg-prod-shop", "Microsoft.ManagedIdentity/userAssignedIdentities", "id-writer"
)
WEB_LOG = f"{WATCHER}/flowLogs/nsg-shop-web-rg-prod-shop-flowlog"


def flow_log(target: str, **properties: Any) -> dict[str, Any]:
    """Body of a flow log in West Europe; keywords are further properties, or take their place."""
    given = {"targetResourceId": target, "storageId": ACCOUNT, "enabled": True, **properties}
    return {"location": "westeurope", "properties": given}


def analytics(**settings: Any) -> dict[str, Any]:
    """Traffic Analytics, on, into the company's workspace."""
    given = {
        "enabled": True,
        "workspaceResourceId": WORKSPACE,
        "workspaceRegion": "westeurope",
        "trafficAnalyticsInterval": 10,
        **settings,
    }
    return {"networkWatcherFlowAnalyticsConfiguration": given}


def identity(*ids: str) -> dict[str, Any]:
    """Identity of a resource that has these user-assigned ones."""
    return {"type": "UserAssigned", "userAssignedIdentities": {each: {} for each in ids}}

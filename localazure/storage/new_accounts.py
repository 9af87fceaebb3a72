"""Azure's additions to a new storage account: defaults, redundancy, endpoints."""

from __future__ import annotations

from typing import Any

from localazure.errors.storage import RedundancyConfigurationNotAvailableInRegion
from localazure.resources.regions import EVERY_REDUNDANCY, REGIONS, redundancies
from localazure.server.request import Request
from localazure.state.arm_id import region
from localazure.state.store import Resource
from localazure.state.times import stamp
from localazure.types.base import written_id

ACCOUNTS = "Microsoft.Storage/storageAccounts"
_TODAY = "2021-04-01"
"""API version from which on accounts get `_later_defaults`; unconfirmed."""
_SERVICES = ("blob", "queue", "table", "file")


def new_account(request: Request, location: str) -> Resource:
    body = request.content()
    properties = body.get("properties") or {}
    now = stamp()
    account: Resource = {
        "sku": sku(body),
        "kind": body.get("kind", "StorageV2"),
        "id": written_id(request, ACCOUNTS),
        "name": request.id.name,
        "type": ACCOUNTS,
        "location": location,
        "tags": dict(body.get("tags") or {}),
        "properties": merged(_defaults(now) | _later_defaults(request, now), properties),
    }
    if account["kind"] != "Storage":
        account["properties"].setdefault("accessTier", "Hot")
    account["properties"] |= {
        "provisioningState": "Creating",
        "creationTime": now,
        "primaryEndpoints": _endpoints(request.id.name, account["kind"]),
        "primaryLocation": location,
        "statusOfPrimary": "available",
        **copies(account),
    }
    return account


def copy(account: Resource) -> None:
    """Properties that change at once with the redundancy (recorded: canCRUDStorageAccount)."""
    for name in ("secondaryLocation", "statusOfSecondary"):
        account["properties"].pop(name, None)
    account["properties"] |= copies(account)


def copies(account: Resource) -> dict[str, Any]:
    """Secondary region of a geo-redundant account, if it is known."""
    paired = REGIONS.get(region(str(account["location"])))
    if paired is None or not paired.pair or "G" not in account["sku"]["name"].partition("_")[2]:
        return {}
    return {"secondaryLocation": paired.pair, "statusOfSecondary": "available"}


def _defaults(now: str) -> dict[str, Any]:
    service = {"keyType": "Account", "enabled": True, "lastEnabledTime": now}
    return {
        "privateEndpointConnections": [],
        "networkAcls": {
            "bypass": "AzureServices",
            "virtualNetworkRules": [],
            "ipRules": [],
            "defaultAction": "Allow",
        },
        "supportsHttpsTrafficOnly": True,
        "encryption": {
            "services": {"file": dict(service), "blob": dict(service)},
            "keySource": "Microsoft.Storage",
        },
    }


def _later_defaults(request: Request, now: str) -> dict[str, Any]:
    """Members that old API versions do not have.

    That nothing is copied to other tenants is the default since December 2023 (Microsoft: "Prevent
    object replication across Microsoft Entra tenants").
    """
    if request.api_version < _TODAY:
        return {}
    return {
        "keyCreationTime": {"key1": now, "key2": now},
        "minimumTlsVersion": "TLS1_0",
        "allowCrossTenantReplication": False,
    }


def merged(defaults: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """The request merged over the defaults, member by member at every depth."""
    both = dict(defaults)
    for name, value in properties.items():
        inner = both.get(name)
        if isinstance(inner, dict) and isinstance(value, dict):
            value = merged(inner, value)
        both[name] = value
    return both


def sku(body: dict[str, Any]) -> dict[str, str]:
    name = (body.get("sku") or {}).get("name", "Standard_LRS")
    return {"name": name, "tier": name.partition("_")[0]}


def _endpoints(name: str, kind: str) -> dict[str, str]:
    services = _SERVICES if kind == "Storage" else ("dfs", "web", *_SERVICES)
    return {service: f"https://{name}.{service}.core.windows.net/" for service in services}


def check_redundancy(body: dict[str, Any], location: str) -> None:
    """Raises for a redundancy that the region does not have; others than these are taken."""
    sku = str((body.get("sku") or {}).get("name", ""))
    if sku in EVERY_REDUNDANCY and sku not in redundancies(region(location)):
        kind = str(body.get("kind", "StorageV2"))
        raise RedundancyConfigurationNotAvailableInRegion(sku, kind, region(location))

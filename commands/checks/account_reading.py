"""Storage accounts as far as flow logs depend on them, read from Azure Resource Manager.

Four reads each: the account, its blob service, its lifecycle rules, its containers (REST pages of
Microsoft.Storage, 2024-01-01). The data itself is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from estate.arm_id import region_name
from estate.cloud import Cloud
from estate.response_shape import RESOURCE, Needed, Shape

API_VERSION = "2024-01-01"
CONTAINERS = ("insights-logs-flowlogflowevent", "insights-logs-networksecuritygroupflowevent")
"""Where Azure writes flow logs of networks and of security groups (vnet-flow-logs-overview)."""

_ACCOUNT: Shape = {
    **RESOURCE,
    "location": Needed(str),
    "kind": str,
    "sku": {"name": str},
    "properties": {
        "publicNetworkAccess": str,
        "networkAcls": {"defaultAction": str, "bypass": str},
        "allowSharedKeyAccess": bool,
        "allowBlobPublicAccess": bool,
        "immutableStorageWithVersioning": {"enabled": bool},
        "encryption": {"keySource": str},
    },
}
_SERVICE: Shape = {
    "properties": {
        "isVersioningEnabled": bool,
        "deleteRetentionPolicy": {"enabled": bool, "days": int},
    }
}
_CONTAINER: Shape = {
    "name": Needed(str),
    "properties": {"hasImmutabilityPolicy": bool, "hasLegalHold": bool},
}
_RULE: Shape = {
    "name": Needed(str),
    "enabled": bool,
    "definition": {
        "actions": {"baseBlob": {"*": {"daysAfterModificationGreaterThan": float}}},
        "filters": {"prefixMatch": [str]},
    },
}
_POLICY: Shape = {"properties": {"policy": {"rules": [_RULE]}}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An enabled lifecycle rule; ``deletes_after`` in days since the last write, None for never.

    Without prefixes it is for every blob. ``tier`` is the first tier that it moves blobs to.
    """

    name: str
    prefixes: tuple[str, ...] = ()
    deletes_after: float | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A storage account; ``immutable`` says what may keep blobs from being written, in words.

    ``key_source`` is as ARM's, ``Microsoft.Storage`` where the encryption key is Microsoft's.
    ``soft_delete_days`` is 0 where deleted and overwritten blobs are not kept.
    """

    id: str
    name: str
    location: str
    kind: str = "StorageV2"
    sku: str = "Standard_LRS"
    public_network_access: str = "Enabled"
    default_action: str = "Allow"
    bypass: str = "AzureServices"
    key_source: str = "Microsoft.Storage"
    shared_key: bool = True
    public_blobs: bool = False
    versioning: bool = False
    soft_delete_days: int = 0
    immutable: str = ""
    rules: tuple[Rule, ...] = ()

    @property
    def trusts_azure(self) -> bool:
        """Whether its firewall has the exception for trusted Microsoft services."""
        return "azureservices" in (part.strip().casefold() for part in self.bypass.split(","))


def read(cloud: Cloud, account_id: str) -> Account | None:
    """An account, or None where there is none. Raises AzureError."""
    body = cloud.find(account_id, API_VERSION, _ACCOUNT)
    if body is None:
        return None
    blobs = f"{account_id}/blobServices/default"
    service = cloud.get(blobs, API_VERSION, _SERVICE)
    policy = cloud.find(f"{account_id}/managementPolicies/default", API_VERSION, _POLICY) or {}
    listed = list(cloud.list(f"{blobs}/containers", API_VERSION, _CONTAINER))
    return account(body, service, policy, listed)


def account(
    body: Mapping[str, Any],
    service: Mapping[str, Any],
    policy: Mapping[str, Any],
    containers: Sequence[Mapping[str, Any]],
) -> Account:
    """An account from ARM's bodies; what ARM leaves out is as Azure has it by default."""
    properties = body.get("properties") or {}
    blobs = service.get("properties") or {}
    firewall = properties.get("networkAcls") or {}
    kept = blobs.get("deleteRetentionPolicy") or {}
    return Account(
        id=body["id"],
        name=body["name"],
        location=region_name(body["location"]),
        kind=body.get("kind") or "",
        sku=(body.get("sku") or {}).get("name") or "",
        public_network_access=properties.get("publicNetworkAccess") or "Enabled",
        default_action=firewall.get("defaultAction") or "Allow",
        bypass=firewall.get("bypass") or "AzureServices",
        key_source=(properties.get("encryption") or {}).get("keySource") or "Microsoft.Storage",
        shared_key=properties.get("allowSharedKeyAccess") is not False,
        public_blobs=properties.get("allowBlobPublicAccess") is True,
        versioning=bool(blobs.get("isVersioningEnabled")),
        soft_delete_days=int(kept.get("days") or 0) if kept.get("enabled") else 0,
        immutable=_immutable(properties, containers),
        rules=tuple(map(_rule, _enabled(policy))),
    )


def _immutable(properties: Mapping[str, Any], containers: Sequence[Mapping[str, Any]]) -> str:
    if (properties.get("immutableStorageWithVersioning") or {}).get("enabled"):
        return "the account keeps every version of a blob unchangeable"
    for container in containers:
        held = container.get("properties") or {}
        if container["name"] not in CONTAINERS:
            continue
        if held.get("hasImmutabilityPolicy"):
            return f"container {container['name']} has an immutability policy"
        if held.get("hasLegalHold"):
            return f"container {container['name']} has a legal hold"
    return ""


def _enabled(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = ((policy.get("properties") or {}).get("policy") or {}).get("rules") or ()
    return [rule for rule in rules if rule.get("enabled", True)]


def _rule(rule: Mapping[str, Any]) -> Rule:
    definition = rule.get("definition") or {}
    actions = (definition.get("actions") or {}).get("baseBlob") or {}
    after = (actions.get("delete") or {}).get("daysAfterModificationGreaterThan")
    tiers = [name for name in actions if name.startswith("tierTo")]
    return Rule(
        name=rule["name"],
        prefixes=tuple((definition.get("filters") or {}).get("prefixMatch") or ()),
        deletes_after=None if after is None else float(after),
        tier=tiers[0].removeprefix("tierTo") if tiers else "",
    )

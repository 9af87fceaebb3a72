"""Redundancies of storage accounts in each region, for a subscription.

Microsoft.Storage/skus, REST page "Skus - List": entries of names and locations, apart for each kind
of account; a location in an entry's restrictions is one where this subscription cannot use it
(``QuotaId``, ``NotAvailableForSubscription``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from estate.arm_id import key, region_name
from estate.cloud import Cloud
from estate.discover import told_or
from estate.response_shape import Needed, Shape

_VERSION = "2024-01-01"
_KIND = "storagev2"
_SKU: Shape = {
    "name": Needed(str),
    "kind": str,
    "locations": [str],
    "restrictions": [{"values": [str]}],
}


def read(cloud: Cloud, subscription: str) -> Mapping[str, frozenset[str]]:
    """Names of redundancies by region, for general-purpose v2 accounts. Raises AzureError."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Storage/skus"
    redundancies: dict[str, set[str]] = defaultdict(set)
    for sku in cloud.list(path, _VERSION, _SKU):
        if key(sku.get("kind") or "") == _KIND:
            for region in _names(sku.get("locations")) - _closed(sku):
                redundancies[region].add(sku["name"])
    return {region: frozenset(names) for region, names in redundancies.items()}


def read_if_allowed(cloud: Cloud, subscription: str) -> Mapping[str, frozenset[str]]:
    """The same; nothing where Azure refuses to say it. Raises EstateError where it fails."""
    return told_or({}, lambda: read(cloud, subscription))


def _closed(sku: Mapping[str, Any]) -> set[str]:
    return {name for each in sku.get("restrictions") or () for name in _names(each.get("values"))}


def _names(locations: Iterable[str] | None) -> set[str]:
    return {region_name(location) for location in locations or ()}

"""GET /subscriptions/{id}/providers/Microsoft.Storage/skus: which redundancy there is, where.

REST page "Skus - List": an entry for each name and region. Of the kinds of accounts only the
general-purpose one (StorageV2) is told, of the tiers only Standard, and no capabilities.
"""

from __future__ import annotations

from localazure.answer import Answer, Call
from localazure.api_versions import STORAGE, check_version
from localazure.regions import REGIONS, redundancies
from localazure.store import Resource
from localazure.types.base import check_scope


class StorageSkus:
    """The redundancies of every known region."""

    def action(self, call: Call) -> str:
        return "Microsoft.Storage/skus/read"

    def answer(self, call: Call) -> Answer:
        check_version(call, STORAGE, "skus")
        check_scope(call)
        listed = [_sku(name, location) for location in REGIONS for name in redundancies(location)]
        return Answer(200, {"value": listed})


def _sku(name: str, location: str) -> Resource:
    return {
        "resourceType": "storageAccounts",
        "name": name,
        "tier": "Standard",
        "kind": "StorageV2",
        "locations": [location],
        "capabilities": [],
        "restrictions": [],
    }

"""GET /subscriptions/{id}/providers/Microsoft.Storage/skus: which redundancy there is, where.

REST page "Skus - List": an entry for each name and region. Of the kinds of accounts only the
general-purpose one (StorageV2) is told, of the tiers only Standard, and no capabilities.
"""

from __future__ import annotations

from localazure.resources.regions import REGIONS, redundancies
from localazure.server.api_versions import STORAGE, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.types.base import check_scope


class StorageSkus:
    """The redundancies of every known region."""

    def action(self, request: Request) -> str:
        return "Microsoft.Storage/skus/read"

    def answer(self, request: Request) -> Response:
        check_version(request, STORAGE, "skus")
        check_scope(request)
        listed = [_sku(name, location) for location in REGIONS for name in redundancies(location)]
        return Response(200, {"value": listed})


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

"""Tenants, subscriptions, their regions and the caller's permissions: read only.

Shapes: REST pages "Subscriptions - List", "- List Locations", "Tenants - List", "Permissions - List
For Resource Group". Everybody may read what he is granted. A subscription is visible to a role that
is held anywhere in it; its permissions are none where the role is held further down only.
"""

from __future__ import annotations

from typing import Any

from localazure.resources.regions import Region, public_regions
from localazure.server.api_versions import AUTHORIZATION, RESOURCES, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import SUBSCRIPTION_TYPE, TENANT
from localazure.state.store import Resource
from localazure.types.base import check_scope


class Tenants:
    """GET /tenants."""

    def action(self, request: Request) -> None:
        return None

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        tenant = request.azure.tenant()
        return Response(200, {"value": [{"id": f"/tenants/{tenant}", "tenantId": tenant}]})


class Subscriptions:
    """GET /subscriptions: those of the estate, in its order."""

    def action(self, request: Request) -> None:
        return None

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        sees = request.azure.rights.sees
        everything = request.azure.store.of_type(SUBSCRIPTION_TYPE, TENANT)
        visible = [each for each in everything if sees(each["id"])]
        count = {"type": "Total", "value": len(visible)}
        return Response(200, {"value": [_shown(each) for each in visible], "count": count})


class Subscription:
    """GET /subscriptions/{id}."""

    def action(self, request: Request) -> str:
        return "Microsoft.Resources/subscriptions/read"

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        check_scope(request)
        return Response(200, _shown(request.azure.store.find(request.id) or {}))


class Locations:
    """GET /subscriptions/{id}/locations: the public regions, without where on Earth they are."""

    def action(self, request: Request) -> str:
        return "Microsoft.Resources/subscriptions/locations/read"

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        check_scope(request)
        start = f"/subscriptions/{request.id.subscription}/locations"
        return Response(200, {"value": [_location(each, start) for each in public_regions()]})


class Permissions:
    """GET …/providers/Microsoft.Authorization/permissions, of a subscription, group or resource."""

    def action(self, request: Request) -> None:
        return None

    def answer(self, request: Request) -> Response:
        check_version(request, AUTHORIZATION, "permissions")
        check_scope(request)
        rights = request.azure.rights
        granted: dict[str, Any] = {
            "actions": list(rights.actions),
            "notActions": list(rights.not_actions),
            "dataActions": [],
            "notDataActions": [],
        }
        return Response(200, {"value": [granted] if rights.reach(request.id.group_id) else []})


def _location(region: Region, start: str) -> Resource:
    pair = [{"name": region.pair, "id": f"{start}/{region.pair}"}] if region.pair else []
    return {
        "id": f"{start}/{region.name}",
        "name": region.name,
        "type": "Region",
        "displayName": region.display,
        "regionalDisplayName": region.display,
        "metadata": {"regionType": "Physical", "pairedRegion": pair},
    }


def _shown(subscription: Resource) -> Resource:
    """A subscription as ARM shows it: without the type that its entry in an estate may have."""
    return {name: value for name, value in subscription.items() if name != "type"}

"""Route tables and their routes.

Specification (routeTable.json, examples RouteTableCreateWithRoute, RouteTableRouteCreate): no
recording has one. Polling and etags are those of the other network types; which next hops are valid
is not checked. The back reference `subnets` is in the specification.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.errors.network import InUseRouteTableCannotBeDeleted
from localazure.network.network_type import NetworkType, new_guid
from localazure.network.parts import Parts
from localazure.server.request import Request
from localazure.state.store import Resource, Store
from localazure.state.subresources import complete_part
from localazure.types.body_shape import check_parts, check_shape

ROUTE_TABLES = "Microsoft.Network/routeTables"
ROUTES = f"{ROUTE_TABLES}/routes"
_SHAPE = {"addressPrefix": str, "nextHopType": str, "nextHopIpAddress": str}


class RouteTables(NetworkType):
    """Microsoft.Network/routeTables."""

    type = ROUTE_TABLES

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        properties = request.content().get("properties") or {}
        check_shape(properties, {"disableBgpRoutePropagation": bool}, "properties")
        check_parts(properties.get("routes"), "properties.routes")
        for route in properties.get("routes") or []:
            check_shape(route.get("properties") or {}, _SHAPE, "properties.routes")

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        content = request.content().get("properties") or {}
        properties = {
            "resourceGuid": new_guid(before),
            "disableBgpRoutePropagation": bool(content.get("disableBgpRoutePropagation")),
            "routes": [
                _route(resource, each["name"], each.get("properties") or {})
                for each in content.get("routes") or []
            ],
        }
        if before is not None and "subnets" in before["properties"]:
            properties["subnets"] = before["properties"]["subnets"]
        return properties

    def check_removable(self, request: Request, resource: Resource) -> None:
        if resource["properties"].get("subnets"):
            raise InUseRouteTableCannotBeDeleted(resource["name"])

    def settled(self, store: Store, resource: Resource) -> None:
        for route in resource["properties"]["routes"]:
            route["etag"] = resource["etag"]
            route["properties"]["provisioningState"] = "Succeeded"

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        properties = resource["properties"]
        properties.setdefault("resourceGuid", new_guid(None))
        properties.setdefault("disableBgpRoutePropagation", False)
        for route in properties.setdefault("routes", []):
            complete_part(resource, "routes", route, ROUTES)


class Routes(Parts):
    """Microsoft.Network/routeTables/routes."""

    type = ROUTES
    collection: ClassVar[str] = "routes"

    def check(self, request: Request, holder: Resource) -> None:
        check_shape(request.content().get("properties") or {}, _SHAPE, "properties")

    def build(self, request: Request, holder: Resource) -> Resource:
        return _route(holder, request.id.name, request.content().get("properties") or {})


def _route(table: Resource, name: str, properties: dict[str, Any]) -> Resource:
    return {
        "name": name,
        "id": f"{table['id']}/routes/{name}",
        "etag": table["etag"],
        "type": ROUTES,
        "properties": {**properties, "provisioningState": "Updating"},
    }

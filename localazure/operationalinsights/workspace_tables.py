"""Tables of a workspace, to be listed and read; their rows can be queried, not read here.

They come with the estate, or with the flow logs that bring rows (traffic_analytics.py). A table's
columns are not reported. `_LogOperation` is a function, and no table.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.gateway import ResourceNotFound
from localazure.operationalinsights.conversations import SHAPE as TRAFFIC
from localazure.operationalinsights.conversations import TABLES
from localazure.operationalinsights.traffic_analytics import OPERATIONS, rows, utc_now
from localazure.operationalinsights.traffic_rows import repeated
from localazure.server.api_versions import WORKSPACES, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.types.base import ResourceType, check_scope, nested_name


class WorkspaceTables(ResourceType):
    """Microsoft.OperationalInsights/workspaces/tables."""

    type = TABLES
    versions: ClassVar[Versions] = WORKSPACES

    def list(self, request: Request) -> Response:
        check_scope(request)
        return Response(200, {"value": list(self._all(request).values())})

    def get(self, request: Request) -> Response:
        check_scope(request)
        tables = {name.casefold(): table for name, table in self._all(request).items()}
        if request.id.name.casefold() not in tables:
            raise ResourceNotFound(nested_name(request), str(request.id.group))
        return Response(200, tables[request.id.name.casefold()])

    def view(self, resource: Resource, request: Request) -> Resource:
        own = ("rows", *TRAFFIC)
        return {name: value for name, value in resource.items() if name not in own}

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {"plan": "Analytics", "provisioningState": "Succeeded"})

    def _all(self, request: Request) -> dict[str, Resource]:
        """Tables by name: those of the estate, and those that queries find rows in."""
        store = request.azure.store
        workspace = store.find(str(request.id.parent)) or {}
        tables = {each["name"]: each for each in store.of_type(TABLES, workspace["id"])}
        now = utc_now()
        for name in {**rows(store, workspace, now), **repeated(store, workspace, now)}:
            if name not in tables:
                tables[name] = {"id": f"{workspace['id']}/tables/{name}", "name": name}
                self.complete(tables[name])
        tables.pop(OPERATIONS, None)
        return {name: self.view(table, request) for name, table in tables.items()}

"""Tables of a workspace, which come with the estate: their rows can be queried, not read here."""

from __future__ import annotations

from typing import ClassVar

from localazure.answer import Call
from localazure.api_versions import WORKSPACES, Versions
from localazure.store import Resource
from localazure.traffic_analytics import TABLES
from localazure.types.base import ResourceType


class WorkspaceTables(ResourceType):
    """Microsoft.OperationalInsights/workspaces/tables."""

    type = TABLES
    versions: ClassVar[Versions] = WORKSPACES

    def view(self, resource: Resource, call: Call) -> Resource:
        return {name: value for name, value in resource.items() if name != "rows"}

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {"plan": "Analytics", "provisioningState": "Succeeded"})

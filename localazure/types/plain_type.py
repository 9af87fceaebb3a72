"""Resources that Azure keeps as they were sent, without anything to wait for."""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.errors.gateway import InvalidParameter
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    removed,
    written_id,
)
from localazure.types.body_shape import Shape, check_shape

_TOP = ("location", "tags", "kind", "identity")


class PlainType(ResourceType):
    """Made 201, changed 200 as a whole, deleted 200 and then 204 (REST pages of each type)."""

    required: ClassVar[tuple[str, ...]] = ()
    """Properties that Azure does not do without."""
    shape: ClassVar[Shape] = {"tags": {"*": str}, "properties": {}}

    def put(self, request: Request) -> Response:
        check_writable(request)
        before = request.azure.store.find(request.id)
        location = placed(request, before)
        body = request.content()
        check_shape(body, self.shape)
        properties = body.get("properties") or {}
        for name in self.required:
            if properties.get(name) in (None, "", []):
                raise InvalidParameter(f"properties.{name}", "", "a value")
        self.check(request, properties)
        resource: Resource = {
            "id": before["id"] if before else written_id(request, self.type),
            "name": before["name"] if before else request.id.name,
            "type": self.type,
            **{name: body[name] for name in _TOP if body.get(name) is not None},
            "location": location,
            "properties": {**properties, **self.added(properties)},
        }
        resource = self.made(request, resource)
        request.azure.store.put(resource)
        return Response(200 if before else 201, resource)

    def delete(self, request: Request) -> Response:
        check_scope(request)
        return Response(204) if removed(request) is None else Response(200)

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        """Raises ArmError for what Azure refuses of this type."""

    def made(self, request: Request, resource: Resource) -> Resource:
        """The resource as Azure keeps it."""
        return resource

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Azure's additions to the properties."""
        return {}

"""Resources that Azure keeps as they were sent, without anything to wait for."""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.errors.gateway import InvalidParameter
from localazure.shape import Shape, check_shape
from localazure.store import Resource
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    removed,
    written_id,
)

_TOP = ("location", "tags", "kind", "identity")


class KeptType(ResourceType):
    """Made 201, changed 200 as a whole, deleted 200 and then 204 (REST pages of each type)."""

    required: ClassVar[tuple[str, ...]] = ()
    """Properties that Azure does not do without."""
    shape: ClassVar[Shape] = {"tags": {"*": str}, "properties": {}}

    def put(self, call: Call) -> Answer:
        check_writable(call)
        before = call.azure.store.find(call.id)
        location = placed(call, before)
        body = call.content()
        check_shape(body, self.shape)
        properties = body.get("properties") or {}
        for name in self.required:
            if properties.get(name) in (None, "", []):
                raise InvalidParameter(f"properties.{name}", "", "a value")
        self.check(call, properties)
        resource: Resource = {
            "id": before["id"] if before else written_id(call, self.type),
            "name": before["name"] if before else call.id.name,
            "type": self.type,
            **{name: body[name] for name in _TOP if body.get(name) is not None},
            "location": location,
            "properties": {**properties, **self.added(properties)},
        }
        resource = self.made(call, resource)
        call.azure.store.put(resource)
        return Answer(200 if before else 201, resource)

    def delete(self, call: Call) -> Answer:
        check_scope(call)
        return Answer(204) if removed(call) is None else Answer(200)

    def check(self, call: Call, properties: dict[str, Any]) -> None:
        """Raises ArmError for what Azure refuses of this type."""

    def made(self, call: Call, resource: Resource) -> Resource:
        """The resource as Azure keeps it."""
        return resource

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        """What Azure adds to the properties."""
        return {}

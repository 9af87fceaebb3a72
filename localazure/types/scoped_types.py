"""Types that exist on any scope: a management group, a subscription, a group or one resource."""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.governance import ManagementGroupNotFound
from localazure.server.api_versions import MANAGEMENT, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import parse
from localazure.state.store import Resource
from localazure.types.base import ResourceType, check_scope, removed

MANAGEMENT_GROUPS = "Microsoft.Management/managementGroups"


class ScopedType(ResourceType):
    """A type whose resources sit on a scope; lists, which look up and down, are not modelled."""

    def missing(self, name: str) -> ArmError:
        """Azure's answer for a name that does not exist."""
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        raise NotModelled(f"lists of {self.type}")

    def delete(self, request: Request) -> Response:
        """200 with what was there, or 204 (specs: the Delete examples of these types)."""
        check_target(request)
        resource = removed(request)
        return Response(204) if resource is None else Response(200, resource)

    def existing(self, request: Request) -> Resource:
        check_target(request)
        resource = request.azure.store.find(request.id)
        if resource is None:
            raise self.missing(request.id.name)
        return resource

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)


def check_target(request: Request) -> None:
    """Raises if what the request's resource sits on is not there."""
    extended = request.id.extended
    if extended is None:
        check_scope(request)
        return
    if request.azure.store.find(extended) is not None:
        return
    target = parse(extended)
    if target.type.casefold() == MANAGEMENT_GROUPS.casefold():
        raise ManagementGroupNotFound(target.name)
    raise ResourceNotFound(f"{target.type}/{target.name}", str(target.group))


class ManagementGroups(ResourceType):
    """Microsoft.Management/managementGroups, to be read; they come with the estate."""

    type = MANAGEMENT_GROUPS
    versions: ClassVar[Versions] = MANAGEMENT

    def action(self, request: Request) -> str:
        return f"{self.type}/read"

    def existing(self, request: Request) -> Resource:
        resource = request.azure.store.find(request.id)
        if resource is None:
            raise ManagementGroupNotFound(request.id.name)
        return resource

    def list(self, request: Request) -> Response:
        raise NotModelled(f"lists of {self.type}")

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {}).setdefault("displayName", resource["name"])

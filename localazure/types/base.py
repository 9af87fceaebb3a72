"""Behaviour common to all resource types: rights, reading, listing, the target of a request."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar

from localazure.errors.base import NotModelled
from localazure.errors.gateway import (
    InvalidResourceLocation,
    LocationNotAvailable,
    LocationRequired,
    ParentResourceNotFound,
    ResourceNotFound,
)
from localazure.errors.scopes import (
    ResourceGroupBeingDeleted,
    ResourceGroupNotFound,
    SubscriptionNotFound,
)
from localazure.server.api_versions import Versions, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import region
from localazure.state.store import Resource
from localazure.types.body_shape import Shape, check_shape

_REGION = re.compile(r"[a-z]+[a-z0-9]*")
"""Form of a region's name; which ones exist is not modelled."""

VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
"""Last part of the action that a method needs; POST needs `<name of the action>/action`."""


COMMON: Shape = {
    "location": str,
    "kind": str,
    "tags": {"*": str},
    "sku": {"name": str},
    "identity": {"type": str, "userAssignedIdentities": {}},
    "properties": {},
}
"""Members of every written resource (specs: the ARM schemas agree on them)."""


class ResourceType:
    """One ARM type; by itself it can be read and nothing else."""

    type: str
    versions: ClassVar[Versions]
    options: ClassVar[frozenset[str]] = frozenset()
    """Query options that are modelled beside the API version."""

    def options_of(self, request: Request) -> Collection[str]:
        """The same for one request, where it depends on more than the type."""
        return self.options

    def action(self, request: Request) -> str | None:
        """The right that the request needs; none if everybody may."""
        if request.method == "POST":
            return f"{self.type}/{request.id.types[-1]}/action"
        return f"{self.type}/{VERBS[request.method]}"

    def answer(self, request: Request) -> Response:
        """Answers a request; raises ArmError for everything that Azure refuses."""
        check_version(request, self.versions, self.type.partition("/")[2])
        if request.id.unnamed and request.method not in ("GET", "POST"):
            raise NotModelled(f"{request.method} of a collection of {self.type}")
        if request.method in ("PUT", "PATCH"):
            check_shape(request.content(), COMMON)
        match request.method:
            case "GET":
                return self.list(request) if request.id.unnamed else self.get(request)
            case "PUT":
                return self.put(request)
            case "PATCH":
                return self.patch(request)
            case "DELETE":
                return self.delete(request)
            case "POST":
                return self.post(request)
        raise NotModelled(f"{request.method} of {self.type}")

    def get(self, request: Request) -> Response:
        return Response(200, self.view(self.existing(request), request))

    def list(self, request: Request) -> Response:
        """Every resource of the type in the subscription, group or parent: one page."""
        check_scope(request)
        scope = request.id.parent or request.id.group_id
        resources = request.azure.store.of_type(self.type, scope)
        listed = request.azure.unlisted.listed(
            [self.view(resource, request) for resource in resources]
        )
        return Response(200, {"value": listed})

    def put(self, request: Request) -> Response:
        raise NotModelled(f"writing {self.type}")

    def patch(self, request: Request) -> Response:
        raise NotModelled(f"changing {self.type} by PATCH")

    def delete(self, request: Request) -> Response:
        raise NotModelled(f"deleting {self.type}")

    def post(self, request: Request) -> Response:
        raise NotModelled(f"the action '{request.id.types[-1]}' of {self.type}")

    def view(self, resource: Resource, request: Request) -> Resource:
        """The resource as this API version shows it."""
        return resource

    def complete(self, resource: Resource) -> None:
        """Fills in what Azure has and an estate file may leave out."""
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {})

    def existing(self, request: Request) -> Resource:
        """The resource that the request names; raises what ARM answers if it is not there."""
        check_scope(request)
        resource = request.azure.store.find(request.id)
        if resource is None:
            raise ResourceNotFound(nested_name(request), str(request.id.group))
        return resource


def nested_name(request: Request) -> str:
    """The resource as ARM's errors name it: `Microsoft.Network/networkWatchers/nw/flowLogs/fl`."""
    id_ = request.id
    pairs = (part for pair in zip(id_.types, id_.names, strict=False) for part in pair)
    return "/".join((str(id_.namespace), *pairs))


def check_scope(request: Request) -> None:
    """Raises if the subscription, the group or the parent of the request is not there."""
    store, id_ = request.azure.store, request.id
    if store.find(f"/subscriptions/{id_.subscription}") is None:
        raise SubscriptionNotFound(id_.subscription)
    if id_.group is not None and store.find(id_.group_id) is None:
        raise ResourceGroupNotFound(id_.group)
    parent = id_.parent
    if parent is not None and store.find(parent) is None:
        raise ParentResourceNotFound(parent.name)


def removed(request: Request) -> Resource | None:
    """Takes away what the request names, and returns what was there."""
    resource = request.azure.store.find(request.id)
    if resource is not None:
        request.azure.store.remove(resource["id"])
    return resource


def check_writable(request: Request) -> None:
    """As `check_scope`, and raises if the group is on its way out."""
    check_scope(request)
    group = request.azure.store.find(request.id.group_id)
    if group is not None and group["properties"]["provisioningState"] == "Deleting":
        raise ResourceGroupBeingDeleted(group["name"])


def placed(request: Request, before: Resource | None) -> str:
    """Location of a written resource; raises if it is missing or differs from the existing one."""
    location = request.content().get("location")
    if before is not None:
        present = str(before["location"])
        if isinstance(location, str) and region(location) != region(present):
            raise InvalidResourceLocation(before["name"], present, str(request.id.group), location)
        return present
    if not isinstance(location, str) or not location:
        raise LocationRequired
    if not _REGION.fullmatch(region(location)):
        raise LocationNotAvailable(location, request.id.type)
    return region(location)


def written_id(request: Request, type_: str) -> str:
    """Id of a new resource: its container's and type's own letter case, the name as asked."""
    store, id_ = request.azure.store, request.id
    parent = store.find(id_.parent) if id_.parent is not None else None
    if parent is not None:
        return f"{parent['id']}/{id_.types[-1]}/{id_.name}"
    group = store.find(id_.group_id)
    start = id_.group_id if group is None else group["id"]
    return f"{start}/providers/{type_}/{id_.name}"

"""What all resource types have in common: rights, reading, listing, and where a request points."""

from __future__ import annotations

import re
from typing import ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import Versions, check_version
from localazure.arm_id import region
from localazure.errors.base import NotModelled
from localazure.errors.gateway import (
    InvalidResourceLocation,
    LocationNotAvailable,
    LocationRequired,
    ParentResourceNotFound,
    ResourceGroupBeingDeleted,
    ResourceGroupNotFound,
    ResourceNotFound,
    SubscriptionNotFound,
)
from localazure.shape import Shape, check_shape
from localazure.store import Resource

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

    def action(self, call: Call) -> str | None:
        """The right that the request needs; none if everybody may."""
        if call.method == "POST":
            return f"{self.type}/{call.id.types[-1]}/action"
        return f"{self.type}/{VERBS[call.method]}"

    def answer(self, call: Call) -> Answer:
        """Answers a request; raises ArmError for everything that Azure refuses."""
        check_version(call, self.versions, self.type.partition("/")[2])
        if call.id.unnamed and call.method not in ("GET", "POST"):
            raise NotModelled(f"{call.method} of a collection of {self.type}")
        if call.method in ("PUT", "PATCH"):
            check_shape(call.content(), COMMON)
        match call.method:
            case "GET":
                return self.list(call) if call.id.unnamed else self.get(call)
            case "PUT":
                return self.put(call)
            case "PATCH":
                return self.patch(call)
            case "DELETE":
                return self.delete(call)
            case "POST":
                return self.post(call)
        raise NotModelled(f"{call.method} of {self.type}")

    def get(self, call: Call) -> Answer:
        return Answer(200, self.view(self.existing(call), call))

    def list(self, call: Call) -> Answer:
        """Every resource of the type in the subscription, group or parent: one page."""
        check_scope(call)
        scope = call.id.parent or call.id.group_id
        found = call.azure.store.of_type(self.type, scope)
        listed = call.azure.unlisted.listed([self.view(resource, call) for resource in found])
        return Answer(200, {"value": listed})

    def put(self, call: Call) -> Answer:
        raise NotModelled(f"writing {self.type}")

    def patch(self, call: Call) -> Answer:
        raise NotModelled(f"changing {self.type} by PATCH")

    def delete(self, call: Call) -> Answer:
        raise NotModelled(f"deleting {self.type}")

    def post(self, call: Call) -> Answer:
        raise NotModelled(f"the action '{call.id.types[-1]}' of {self.type}")

    def view(self, resource: Resource, call: Call) -> Resource:
        """The resource as this API version shows it."""
        return resource

    def complete(self, resource: Resource) -> None:
        """Fills in what Azure has and an estate file may leave out."""
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {})

    def existing(self, call: Call) -> Resource:
        """The resource that the request names; raises what ARM answers if it is not there."""
        check_scope(call)
        resource = call.azure.store.find(call.id)
        if resource is None:
            raise ResourceNotFound(nested_name(call), str(call.id.group))
        return resource


def nested_name(call: Call) -> str:
    """The resource as ARM's errors name it: `Microsoft.Network/networkWatchers/nw/flowLogs/fl`."""
    id_ = call.id
    pairs = (part for pair in zip(id_.types, id_.names, strict=False) for part in pair)
    return "/".join((str(id_.namespace), *pairs))


def check_scope(call: Call) -> None:
    """Raises if the subscription, the group or the parent of the request is not there."""
    store, id_ = call.azure.store, call.id
    if store.find(f"/subscriptions/{id_.subscription}") is None:
        raise SubscriptionNotFound(id_.subscription)
    if id_.group is not None and store.find(id_.group_id) is None:
        raise ResourceGroupNotFound(id_.group)
    parent = id_.parent
    if parent is not None and store.find(parent) is None:
        raise ParentResourceNotFound(parent.name)


def removed(call: Call) -> Resource | None:
    """Takes away what the request names, and returns what was there."""
    found = call.azure.store.find(call.id)
    if found is not None:
        call.azure.store.remove(found["id"])
    return found


def check_writable(call: Call) -> None:
    """As `check_scope`, and raises if the group is on its way out."""
    check_scope(call)
    group = call.azure.store.find(call.id.group_id)
    if group is not None and group["properties"]["provisioningState"] == "Deleting":
        raise ResourceGroupBeingDeleted(group["name"])


def placed(call: Call, before: Resource | None) -> str:
    """Where a written resource is; raises if that is not said, or not where it already is."""
    asked = call.content().get("location")
    if before is not None:
        present = str(before["location"])
        if isinstance(asked, str) and region(asked) != region(present):
            raise InvalidResourceLocation(before["name"], present, str(call.id.group), asked)
        return present
    if not isinstance(asked, str) or not asked:
        raise LocationRequired
    if not _REGION.fullmatch(region(asked)):
        raise LocationNotAvailable(asked, call.id.type)
    return region(asked)


def written_id(call: Call, type_: str) -> str:
    """Id of a new resource: its container's and type's own letter case, the name as asked."""
    store, id_ = call.azure.store, call.id
    parent = store.find(id_.parent) if id_.parent is not None else None
    if parent is not None:
        return f"{parent['id']}/{id_.types[-1]}/{id_.name}"
    group = store.find(id_.group_id)
    start = id_.group_id if group is None else group["id"]
    return f"{start}/providers/{type_}/{id_.name}"

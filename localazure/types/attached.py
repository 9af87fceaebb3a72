"""What can sit on any scope: a management group, a subscription, a group or a single resource."""

from __future__ import annotations

from typing import ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import MANAGEMENT, Versions
from localazure.arm_id import parse
from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.governance import ManagementGroupNotFound
from localazure.store import Resource
from localazure.types.base import ResourceType, check_scope, removed

MANAGEMENT_GROUPS = "Microsoft.Management/managementGroups"


class Attached(ResourceType):
    """A type whose resources sit on a scope; lists, which look up and down, are not modelled."""

    def missing(self, name: str) -> ArmError:
        """What Azure answers where there is none of this name."""
        raise NotImplementedError

    def list(self, call: Call) -> Answer:
        raise NotModelled(f"lists of {self.type}")

    def delete(self, call: Call) -> Answer:
        """200 with what was there, or 204 (specs: the Delete examples of these types)."""
        check_target(call)
        found = removed(call)
        return Answer(204) if found is None else Answer(200, found)

    def existing(self, call: Call) -> Resource:
        check_target(call)
        found = call.azure.store.find(call.id)
        if found is None:
            raise self.missing(call.id.name)
        return found

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)


def check_target(call: Call) -> None:
    """Raises if what the request's resource sits on is not there."""
    extended = call.id.extended
    if extended is None:
        check_scope(call)
        return
    if call.azure.store.find(extended) is not None:
        return
    target = parse(extended)
    if target.type.casefold() == MANAGEMENT_GROUPS.casefold():
        raise ManagementGroupNotFound(target.name)
    raise ResourceNotFound(f"{target.type}/{target.name}", str(target.group))


class ManagementGroups(ResourceType):
    """Microsoft.Management/managementGroups, to be read; they come with the estate."""

    type = MANAGEMENT_GROUPS
    versions: ClassVar[Versions] = MANAGEMENT

    def action(self, call: Call) -> str:
        return f"{self.type}/read"

    def existing(self, call: Call) -> Resource:
        found = call.azure.store.find(call.id)
        if found is None:
            raise ManagementGroupNotFound(call.id.name)
        return found

    def list(self, call: Call) -> Answer:
        raise NotModelled(f"lists of {self.type}")

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("properties", {}).setdefault("displayName", resource["name"])

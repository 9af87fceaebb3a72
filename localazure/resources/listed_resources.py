"""Resources of a subscription or resource group.

REST pages "Resources - List" and "Resources - List By Resource Group". `$filter` is read as far as
it compares `resourceType`, `name`, `location`, `resourceGroup`, `tagName` and `tagValue`. The times
of `$expand` are those of this server, which has what is in an estate since it started.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.base import NotModelled
from localazure.errors.scopes import ResourceGroupNotFound
from localazure.server.api_versions import RESOURCES, check_version
from localazure.server.query_options import conditions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import ArmId, key, parse_resource, region, same
from localazure.state.store import Resource
from localazure.types.base import check_scope

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy")
_COMPARED = ("resourceType", "name", "location", "resourceGroup", "tagName", "tagValue")


class ListedResources:
    """The resources of a scope that have a location; others are parts of them."""

    options: ClassVar[frozenset[str]] = frozenset({"$filter", "$expand"})

    def action(self, request: Request) -> str:
        """The right to see what is there."""
        if "group" in request.words:
            return "Microsoft.Resources/subscriptions/resourceGroups/resources/read"
        return "Microsoft.Resources/subscriptions/resources/read"

    def answer(self, request: Request) -> Response:
        """One page of everything. Raises NotModelled for another filter."""
        check_version(request, RESOURCES, None)
        check_scope(request)
        filters, expanded = conditions(request, _COMPARED), _expanded(request)
        listed = [
            {name: resource[name] for name in _SHOWN if name in resource}
            | {name: value for name, value in _more(request, resource).items() if name in expanded}
            for resource in request.azure.store.inside(_scope(request))
            if "location" in resource and _is_resource(resource) and _fits(resource, filters)
        ]
        return Response(200, {"value": listed})


def _expanded(request: Request) -> set[str]:
    """The members that `$expand` asks for; raises NotModelled for any other."""
    names = {part.strip() for part in request.query.get("$expand", "").split(",")} - {""}
    if not names <= {"createdTime", "changedTime", "provisioningState"}:
        raise NotModelled(f"'{request.query['$expand']}' of listed resources")
    return names


def _more(request: Request, resource: Resource) -> Resource:
    created, changed = request.azure.store.times[key(resource["id"])]
    state = (resource.get("properties") or {}).get("provisioningState", "Succeeded")
    return {"createdTime": created, "changedTime": changed, "provisioningState": state}


def has_tag(resource: Resource, conditions: dict[str, str]) -> bool:
    """True if a resource has the tag that a filter names; names have no letter case."""
    if "tagName" not in conditions:
        if "tagValue" in conditions:
            raise NotModelled("a filter by the value of a tag without its name")
        return True
    tags = {name.casefold(): value for name, value in (resource.get("tags") or {}).items()}
    value = tags.get(conditions["tagName"].casefold())
    return value is not None and conditions.get("tagValue", value) == value


def _scope(request: Request) -> str:
    if "group" not in request.words:
        return f"/subscriptions/{request.id.subscription}"
    group = ArmId(request.id.subscription, request.words["group"])
    if request.azure.store.find(group) is None:
        raise ResourceGroupNotFound(group.name)
    return str(group)


def _is_resource(resource: Resource) -> bool:
    return parse_resource(resource["id"]).namespace is not None


def _fits(resource: Resource, wanted_values: dict[str, str]) -> bool:
    id_ = parse_resource(resource["id"])
    values = {
        "resourceType": id_.type,
        "name": id_.name,
        "location": region(str(resource["location"])),
        "resourceGroup": str(id_.group),
    }
    wanted = {name: value for name, value in wanted_values.items() if name in values}
    if "location" in wanted:
        wanted["location"] = region(wanted["location"])
    return has_tag(resource, wanted_values) and all(
        same(values[name], value) for name, value in wanted.items()
    )

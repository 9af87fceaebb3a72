"""Definitions of roles: those of the estate, and the built-in ones that can be assigned.

Lists: REST page "Role Definitions - List". Built-in roles: Microsoft, "Azure built-in roles"; there
are far more in Azure than the four that are here. What Contributor may not do is told as far as
Microsoft.Authorization goes.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from localazure.errors.base import NotModelled
from localazure.policy.policy_definitions import Definitions
from localazure.server.api_versions import AUTHORIZATION, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import TENANT, same
from localazure.state.store import Resource
from localazure.types.scoped_types import check_target

_TYPE = "Microsoft.Authorization/roleDefinitions"
_FILTER = re.compile(r"(roleName|type) eq '([^']*)'|atScopeAndBelow\(\)", re.IGNORECASE)
_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
_BUILT_IN: dict[str, tuple[str, dict[str, list[str]]]] = {
    "b24988ac-6180-42a0-ab88-20f7382dd24c": (
        "Contributor",
        {
            "actions": ["*"],
            "notActions": [
                "Microsoft.Authorization/*/Delete",
                "Microsoft.Authorization/*/Write",
                "Microsoft.Authorization/elevateAccess/Action",
            ],
        },
    ),
    "4d97b98b-1d4f-4787-a291-c67834d212e7": (
        "Network Contributor",
        {
            "actions": [
                "Microsoft.Authorization/*/read",
                "Microsoft.Insights/alertRules/*",
                "Microsoft.Network/*",
                "Microsoft.ResourceHealth/availabilityStatuses/read",
                "Microsoft.Resources/deployments/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                "Microsoft.Support/*",
            ]
        },
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": ("Reader", {"actions": ["*/read"]}),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": (
        "Storage Blob Data Contributor",
        {
            "actions": [
                *(f"{_CONTAINERS}/{verb}" for verb in ("delete", "read", "write")),
                "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
            ],
            "dataActions": [
                f"{_CONTAINERS}/blobs/{verb}"
                for verb in ("delete", "read", "write", "move/action", "add/action")
            ],
        },
    ),
}


class RoleDefinitions(Definitions):
    """Microsoft.Authorization/roleDefinitions, to be listed and read."""

    versions: ClassVar[Versions] = AUTHORIZATION
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})

    def __init__(self) -> None:
        super().__init__("roleDefinitions")

    def list(self, request: Request) -> Response:
        check_target(request)
        own = request.azure.store.of_type(_TYPE, TENANT)
        listed = [*own, *(_built_in(request, guid) for guid in _BUILT_IN)]
        filter_ = request.query.get("$filter", "").strip()
        match = _FILTER.fullmatch(filter_)
        if filter_ and match is None:
            raise NotModelled(f"the filter {filter_}")
        if match is not None and match[1]:
            member = "roleName" if same(match[1], "roleName") else "type"
            listed = [e for e in listed if same(str(e["properties"].get(member)), match[2])]
        return Response(200, {"value": listed})

    def existing(self, request: Request) -> Resource:
        if request.azure.store.find(request.id) is None and request.id.name.casefold() in _BUILT_IN:
            return _built_in(request, request.id.name.casefold())
        return super().existing(request)


def _built_in(request: Request, guid: str) -> Resource:
    name, granted = _BUILT_IN[guid]
    nothing: dict[str, Any] = {
        each: [] for each in ("actions", "notActions", "dataActions", "notDataActions")
    }
    start = "" if request.id.subscription == TENANT else f"/subscriptions/{request.id.subscription}"
    return {
        "properties": {
            "roleName": name,
            "type": "BuiltInRole",
            "assignableScopes": ["/"],
            "permissions": [nothing | granted],
        },
        "id": f"{start}/providers/{_TYPE}/{guid}",
        "type": _TYPE,
        "name": guid,
    }

"""Role assignments: kept, and not applied to callers (who hold the role that `--role` gives).

Spec: Azure/azure-rest-api-specs, Microsoft.Authorization/stable/2022-04-01 RoleAssignments examples
(create 201; delete 200 or 204). A role of a subscription is answered by its id in that
subscription, whatever was sent: terraform-provider-azurerm #19847; at a management group by its id
in the tenant: #4847. Who exists in the directory is not modelled: without `principalType` nobody
does, as Azure says of a principal that was made a moment ago.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import InvalidRequestContent
from localazure.errors.governance import (
    InvalidRoleAssignmentId,
    PrincipalNotFound,
    RoleAssignmentExists,
    RoleAssignmentNotFound,
    RoleAssignmentUpdateNotPermitted,
    RoleDefinitionDoesNotExist,
)
from localazure.policy.policy_definitions import ROLES
from localazure.server.api_versions import AUTHORIZATION, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import TENANT, inside, same
from localazure.state.store import Resource
from localazure.types.base import written_id
from localazure.types.body_shape import check_shape
from localazure.types.scoped_types import ScopedType, check_target

ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
_FIXED = ("principalId", "roleDefinitionId")
_PRINCIPAL = re.compile(r"assignedTo\('([^']+)'\)|principalId eq '([^']+)'")


class RoleAssignments(ScopedType):
    """Microsoft.Authorization/roleAssignments."""

    type = ASSIGNMENTS
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return RoleAssignmentNotFound(name)

    def list(self, request: Request) -> Response:
        """Those at or above a scope, and below it unless the filter says otherwise.

        REST page "Role Assignments - List For Scope"; groups of principals are not modelled.
        """
        check_target(request)
        at_scope, principal = _filter(request.query.get("$filter", "").strip())
        assignments = [
            each
            for each in request.azure.store.of_type(self.type, TENANT)
            if principal in (None, each["properties"]["principalId"].casefold())
            and _is_seen(request.id.group_id, each["properties"]["scope"], at_scope)
        ]
        return Response(200, {"value": assignments})

    def put(self, request: Request) -> Response:
        check_target(request)
        _check_guid(request.id.name)
        properties = _asked(request)
        before = request.azure.store.find(request.id)
        if before is not None:
            return self._again(before, properties)
        for other in request.azure.store.of_type(self.type, request.id.group_id):
            if _same_grant(other, properties):
                raise RoleAssignmentExists
        if not properties["principalType"]:
            raise PrincipalNotFound(properties["principalId"], request.azure.tenant())
        assignment = {
            "properties": properties,
            "id": written_id(request, ASSIGNMENTS),
            "type": ASSIGNMENTS,
            "name": request.id.name,
        }
        request.azure.store.put(assignment)
        return Response(201, assignment)

    def _again(self, before: Resource, properties: dict[str, Any]) -> Response:
        if any(not same(before["properties"][name], properties[name]) for name in _FIXED):
            raise RoleAssignmentUpdateNotPermitted
        return Response(200, before)


def _filter(text: str) -> tuple[bool, str | None]:
    """The two conditions of `$filter`: at or above the scope only, and the id of one principal."""
    parts = [part.strip() for part in re.split(r"\s+and\s+", text)] if text else []
    others = [part for part in parts if part != "atScope()"]
    matches = [_PRINCIPAL.fullmatch(part) for part in others]
    if len(others) > 1 or None in matches:
        raise NotModelled(f"the filter {text}")
    named = [match[1] or match[2] for match in matches if match is not None]
    # assignedTo, alone too, is of what applies at the scope.
    at_scope = len(others) < len(parts) or any(part.startswith("assigned") for part in others)
    return at_scope, named[0].casefold() if named else None


def _is_seen(scope: str, assigned: str, at_scope: bool) -> bool:
    return inside(scope, assigned) or (not at_scope and inside(assigned, scope))


def _check_guid(name: str) -> None:
    try:
        uuid.UUID(name)
    except ValueError:
        raise InvalidRoleAssignmentId(name) from None


def _asked(request: Request) -> dict[str, Any]:
    """Properties of the assignment that the request asks for."""
    given = request.content().get("properties") or {}
    check_shape(given, {"*": str}, "properties")
    for name in _FIXED:
        if not given.get(name):
            raise InvalidRequestContent(f"'{name}' is required")
    role = str(given["roleDefinitionId"])
    guid = role.rstrip("/").rpartition("/")[2].casefold()
    if guid not in ROLES and request.azure.store.find(role) is None:
        raise RoleDefinitionDoesNotExist(guid)
    subscription = request.id.subscription
    start = "" if subscription == TENANT else f"/subscriptions/{subscription}"
    kept = {name: given[name] for name in ("description", "condition") if given.get(name)}
    return {
        "roleDefinitionId": f"{start}/{_DEFINITIONS}/{guid}",
        "principalId": given["principalId"],
        "principalType": given.get("principalType") or "",
        "scope": request.id.group_id,
        **kept,
    }


def _same_grant(other: Resource, properties: dict[str, Any]) -> bool:
    names = (*_FIXED, "scope")
    return all(same(other["properties"][name], properties[name]) for name in names)

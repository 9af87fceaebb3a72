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

from localazure.answer import Answer, Call
from localazure.api_versions import AUTHORIZATION, Versions
from localazure.arm_id import TENANT, inside, same
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
from localazure.shape import check_shape
from localazure.store import Resource
from localazure.types.attached import Attached, check_target
from localazure.types.base import written_id
from localazure.types.policy_definitions import ROLES

ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
_FIXED = ("principalId", "roleDefinitionId")
_FILTER = re.compile(r"atScope\(\) and assignedTo\('([^']+)'\)")


class RoleAssignments(Attached):
    """Microsoft.Authorization/roleAssignments."""

    type = ASSIGNMENTS
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return RoleAssignmentNotFound(name)

    def list(self, call: Call) -> Answer:
        """Those of a principal at or above a scope, the one filter that is modelled."""
        check_target(call)
        match = _FILTER.fullmatch(call.query.get("$filter", ""))
        if match is None:
            raise NotModelled("lists of role assignments but by atScope() and assignedTo()")
        found = [
            each
            for each in call.azure.store.of_type(self.type, TENANT)
            if same(each["properties"]["principalId"], match[1])
            and inside(call.id.group_id, each["properties"]["scope"])
        ]
        return Answer(200, {"value": found})

    def put(self, call: Call) -> Answer:
        check_target(call)
        _check_guid(call.id.name)
        asked = _asked(call)
        before = call.azure.store.find(call.id)
        if before is not None:
            return self._again(before, asked)
        for other in call.azure.store.of_type(self.type, call.id.group_id):
            if _same_grant(other, asked):
                raise RoleAssignmentExists
        if not asked["principalType"]:
            raise PrincipalNotFound(asked["principalId"], call.azure.tenant())
        assignment = {
            "properties": asked,
            "id": written_id(call, ASSIGNMENTS),
            "type": ASSIGNMENTS,
            "name": call.id.name,
        }
        call.azure.store.put(assignment)
        return Answer(201, assignment)

    def _again(self, before: Resource, asked: dict[str, Any]) -> Answer:
        if any(not same(before["properties"][name], asked[name]) for name in _FIXED):
            raise RoleAssignmentUpdateNotPermitted
        return Answer(200, before)


def _check_guid(name: str) -> None:
    try:
        uuid.UUID(name)
    except ValueError:
        raise InvalidRoleAssignmentId(name) from None


def _asked(call: Call) -> dict[str, Any]:
    """Properties of the assignment that the request asks for."""
    given = call.content().get("properties") or {}
    check_shape(given, {"*": str}, "properties")
    for name in _FIXED:
        if not given.get(name):
            raise InvalidRequestContent(f"'{name}' is required")
    role = str(given["roleDefinitionId"])
    guid = role.rstrip("/").rpartition("/")[2].casefold()
    if guid not in ROLES and call.azure.store.find(role) is None:
        raise RoleDefinitionDoesNotExist(guid)
    subscription = call.id.subscription
    start = "" if subscription == TENANT else f"/subscriptions/{subscription}"
    kept = {name: given[name] for name in ("description", "condition") if given.get(name)}
    return {
        "roleDefinitionId": f"{start}/{_DEFINITIONS}/{guid}",
        "principalId": given["principalId"],
        "principalType": given.get("principalType") or "",
        "scope": call.id.group_id,
        **kept,
    }


def _same_grant(other: Resource, asked: dict[str, Any]) -> bool:
    names = (*_FIXED, "scope")
    return all(same(other["properties"][name], asked[name]) for name in names)

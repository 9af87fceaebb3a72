"""Policy assignments: kept here; what they bring about is in policy_rules.py and azure_policy/.

Spec: Azure/azure-rest-api-specs, Microsoft.Authorization/policy/stable/2025-01-01
policyAssignments.json and its examples (every PUT answers 201; a system-assigned identity has
`principalId` and `tenantId`).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import InvalidParameter, LocationRequired
from localazure.errors.governance import (
    InvalidPolicyAssignmentName,
    MissingPolicyParameter,
    PolicyAssignmentNotFound,
    PolicyParameterValueNotAllowed,
    ResourceIdentityRequired,
    UndefinedPolicyParameter,
)
from localazure.policy.policy_definitions import definition, effect, members
from localazure.server.api_versions import POLICY, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import TENANT, inside, parse_resource, same
from localazure.state.store import Resource
from localazure.types.base import written_id
from localazure.types.body_shape import Shape, check_shape
from localazure.types.scoped_types import ScopedType, check_target

ASSIGNMENTS = "Microsoft.Authorization/policyAssignments"
_BY_DEFINITION = re.compile(r"policyDefinitionId eq '([^']*)'")
_FORBIDDEN = "<>*%&:?.+/\\"  # the name's pattern in the spec
_LONGEST, _LONGEST_AT_MANAGEMENT_GROUP = 64, 24  # azure-docs PR #68799
_NEEDS_IDENTITY = ("DeployIfNotExists", "Modify")
_SETTABLE = (
    *("displayName", "description", "metadata", "policyDefinitionId", "definitionVersion"),
    *("parameters", "nonComplianceMessages", "resourceSelectors", "overrides"),
)
_SHAPE: Shape = {
    "policyDefinitionId": str,
    "parameters": {"*": {}},
    "notScopes": list,
    "enforcementMode": str,
    "nonComplianceMessages": list,
    "resourceSelectors": list,
}


class PolicyAssignments(ScopedType):
    """Microsoft.Authorization/policyAssignments."""

    type = ASSIGNMENTS
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})
    versions: ClassVar[Versions] = POLICY

    def missing(self, name: str) -> ArmError:
        return PolicyAssignmentNotFound(name)

    def list(self, request: Request) -> Response:
        """All that apply to a scope, and all inside of it unless the filter says otherwise.

        Spec: `$filter` of `PolicyAssignments_List…`; a management group is above everything here.
        """
        check_target(request)
        scope = request.id.group_id
        filter_ = request.query.get("$filter", "").strip()
        assignments = [
            each
            for each in request.azure.store.of_type(self.type, TENANT)
            if _applies(scope, parse_resource(each["id"]).group_id, filter_)
        ]
        match = _BY_DEFINITION.fullmatch(filter_)
        if match:
            assignments = [
                e for e in assignments if same(e["properties"]["policyDefinitionId"], match[1])
            ]
        return Response(200, {"value": assignments})

    def put(self, request: Request) -> Response:
        check_target(request)
        _check_name(request)
        properties = request.content().get("properties") or {}
        check_shape(properties, _SHAPE, "properties")
        policy = definition(request.azure.store, str(properties.get("policyDefinitionId")))
        values = properties.get("parameters") or {}
        _check_parameters(request.id.name, policy, values)
        self._check_identity(request, policy, values)
        before = request.azure.store.find(request.id)
        assignment = _assignment(request, properties, before)
        request.azure.store.put(assignment)
        return Response(201, assignment)

    def _check_identity(self, request: Request, policy: Resource, values: dict[str, Any]) -> None:
        kind = (request.content().get("identity") or {}).get("type", "None")
        if kind != "None" and not request.content().get("location"):
            raise LocationRequired
        inner = members(request.azure.store, policy)
        effects = [effect(each, {}) for each in inner.values()] or [effect(policy, values)]
        for found in effects:
            if kind == "None" and found in _NEEDS_IDENTITY:
                raise ResourceIdentityRequired(request.id.name, found)


def _applies(scope: str, assigned: str, filter_: str) -> bool:
    if filter_ == "atExactScope()":
        return same(scope, assigned)
    if filter_ == "atScope()":
        return inside(scope, assigned)
    if filter_ and not _BY_DEFINITION.fullmatch(filter_):
        raise NotModelled(f"the filter {filter_}")
    return inside(scope, assigned) or inside(assigned, scope)


def _check_name(request: Request) -> None:
    name = request.id.name
    at_management_group = "/managementgroups/" in request.id.group_id.casefold()
    longest = _LONGEST_AT_MANAGEMENT_GROUP if at_management_group else _LONGEST
    if len(name) > longest:
        raise InvalidPolicyAssignmentName(name, longest)
    if set(name) & set(_FORBIDDEN) or name.endswith(" "):
        raise InvalidParameter("policyAssignmentName", name, f"none of {_FORBIDDEN}")


def _check_parameters(name: str, policy: Resource, values: Mapping[str, Any]) -> None:
    defined = policy["properties"].get("parameters") or {}
    known = {each.casefold() for each in defined}
    given = {each.casefold(): value for each, value in values.items()}
    if unknown := [each for each in values if each.casefold() not in known]:
        raise UndefinedPolicyParameter(name, _listed(unknown), policy["id"])
    required = [each for each, rule in defined.items() if "defaultValue" not in rule]
    if missing := [each for each in required if each.casefold() not in given]:
        raise MissingPolicyParameter(name, _listed(missing), policy["id"])
    for each, rule in defined.items():
        value = given.get(each.casefold(), {}).get("value", rule.get("defaultValue"))
        allowed = rule.get("allowedValues", [value])
        if value not in allowed:
            raise PolicyParameterValueNotAllowed(str(value), each, policy["id"], _listed(allowed))


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names))


def _assignment(request: Request, content: dict[str, Any], before: Resource | None) -> Resource:
    properties = {name: content[name] for name in _SETTABLE if content.get(name) is not None}
    properties |= {
        "scope": request.id.group_id,
        "notScopes": content.get("notScopes") or [],
        "enforcementMode": content.get("enforcementMode") or "Default",
        "instanceId": _instance(before),
    }
    assignment: Resource = {
        "properties": properties,
        "id": written_id(request, ASSIGNMENTS),
        "type": ASSIGNMENTS,
        "name": request.id.name,
    }
    if request.content().get("location"):
        assignment["location"] = request.content()["location"]
    if identity := _identity(request, before):
        assignment["identity"] = identity
    return assignment


def _instance(before: Resource | None) -> str:
    """The assignment's GUID, which stays; one of an estate may have none yet."""
    properties = {} if before is None else before["properties"]
    return str(properties.get("instanceId") or uuid.uuid4())


def _identity(request: Request, before: Resource | None) -> dict[str, Any] | None:
    """A system-assigned one lives as long as the assignment keeps it."""
    identity: dict[str, Any] = request.content().get("identity") or {}
    kind = identity.get("type", "None")
    if kind == "None":
        return None
    if kind != "SystemAssigned":
        return identity
    present = {} if before is None else before.get("identity") or {}
    return {
        "type": kind,
        "principalId": present.get("principalId") or str(uuid.uuid4()),
        "tenantId": request.azure.tenant(),
    }

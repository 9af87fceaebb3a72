"""The managed identity of flow logs, and roles on storage accounts, from Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from estate.arm_id import name_of
from estate.body import common
from estate.cloud import Cloud
from estate.model import ManagedIdentity, RoleAssignment
from estate.response_shape import RESOURCE, Needed, Shape

IDENTITIES_VERSION = "2023-01-31"
ROLES_VERSION = "2022-04-01"
_IDENTITY: Shape = {**RESOURCE, "properties": {"principalId": str, "tenantId": str}}
_ASSIGNMENT: Shape = {
    "id": Needed(str),
    "properties": Needed(
        {"scope": Needed(str), "principalId": Needed(str), "roleDefinitionId": Needed(str)}
    ),
}


def managed_identity(cloud: Cloud, identity_id: str) -> ManagedIdentity | None:
    """The identity with this id; None where there is none, or none is named. Raises AzureError."""
    body = cloud.find(identity_id, IDENTITIES_VERSION, _IDENTITY) if identity_id else None
    if body is None:
        return None
    properties = body.get("properties") or {}
    return ManagedIdentity(
        **common(body),
        principal_id=properties.get("principalId") or "",
        tenant_id=(properties.get("tenantId") or "").casefold(),
    )


def role_assignments(cloud: Cloud, scope: str, principal: str = "") -> Iterator[RoleAssignment]:
    """Roles that are assigned at a scope (ARM id), above it, or on what is in it.

    Of a ``principal`` (object id) those that it has at the scope, by its groups too (REST page
    "Role Assignments - List For Scope"). Raises AzureError.
    """
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    if principal:
        path += "?$filter=" + quote(f"assignedTo('{principal}')")
    yield from map(_assignment, cloud.list_found(path, ROLES_VERSION, _ASSIGNMENT))


def _assignment(body: Mapping[str, Any]) -> RoleAssignment:
    properties = body["properties"]
    return RoleAssignment(
        id=body["id"],
        scope=properties["scope"],
        principal_id=properties["principalId"],
        role=name_of(properties["roleDefinitionId"]).casefold(),
    )

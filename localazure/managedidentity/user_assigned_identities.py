"""User-assigned managed identities: made, changed, read, deleted.

Spec: Azure/azure-rest-api-specs, Microsoft.ManagedIdentity/stable/2023-01-31 ManagedIdentity.json
(PUT 201 or 200, DELETE 200 or 204; `tenantId`, `principalId` and `clientId` are read-only). One
that is made again under its old name is another principal (inferred: the ids are Azure's to give).
Federated credentials and what `isolationScope` does are not modelled.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from localazure.server.api_versions import MANAGED_IDENTITY, Versions
from localazure.server.request import Request
from localazure.state.arm_id import key
from localazure.state.store import Resource
from localazure.types.body_shape import Shape
from localazure.types.plain_type import PlainType

IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_IDS = ("principalId", "clientId")


class UserAssignedIdentities(PlainType):
    """Microsoft.ManagedIdentity/userAssignedIdentities."""

    type = IDENTITIES
    versions: ClassVar[Versions] = MANAGED_IDENTITY
    shape: ClassVar[Shape] = {"tags": {"*": str}, "properties": {"isolationScope": str}}

    def made(self, request: Request, resource: Resource) -> Resource:
        before = request.azure.store.find(request.id)
        held: dict[str, Any] = before["properties"] if before else {}
        for name in _IDS:
            resource["properties"][name] = held.get(name) or str(uuid.uuid4())
        resource["properties"]["tenantId"] = request.azure.tenant()
        return resource

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        for name in _IDS:
            resource["properties"].setdefault(name, id_of(resource["id"], name))


def id_of(identity_id: str, name: str) -> str:
    """The `principalId` or `clientId` of an identity of which nothing else is known."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}:{key(identity_id)}"))

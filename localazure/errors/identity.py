"""ARM's errors about the identity of a resource."""

from __future__ import annotations

import json

from localazure.errors.base import GatewayError


class CannotSetResourceIdentity(GatewayError):
    """Quoted in Azure/azure-rest-api-specs #36418, 400."""

    code = "CannotSetResourceIdentity"

    def __init__(self, resource_type: str, kind: str) -> None:
        super().__init__(
            f"Resource type '{resource_type}' does not support creation of '{kind}' resource"
            " identity. The supported types are 'UserAssigned'."
        )


class FailedIdentityOperation(GatewayError):
    """Code and words quoted in Azure/azure-cli #31837; what is inside of an identity that is gone
    is unconfirmed, of type and ids that do not fit it is quoted in azure-rest-api-specs #17650."""

    code = "FailedIdentityOperation"

    def __init__(self, resource: str, reason: str) -> None:
        inner = json.dumps({"error": {"code": "BadRequest", "message": reason}})
        super().__init__(
            f"Identity operation for resource '{resource}' failed with error 'Failed to perform"
            f" resource identity operation. Status: 'BadRequest'. Response: '{inner}'.'."
        )

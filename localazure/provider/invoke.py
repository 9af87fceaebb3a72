"""Functions of the SDK: who am I, and `get<Type>` of every known type.

Follows `Invoke` in `provider/pkg/provider/provider.go`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localazure.provider import convert, sdk_shapes
from localazure.provider.client import ArmClient
from localazure.provider.configuration import Account
from localazure.provider.errors import ArmError, ProviderError
from localazure.provider.resource_types import find
from localazure.provider.resources import Resources

_GETTER = re.compile(r"(azure-native:[^:]+:)get(\w+)")


def invoke(
    token: str,
    arguments: Mapping[str, Any],
    account: Account,
    resources: Resources,
    client: ArmClient,
) -> dict[str, Any]:
    """The function's result. Raises ProviderError, or UnknownTypeError for an unknown function."""
    if token == "azure-native:authorization:getClientConfig":
        return {
            "clientId": account.client_id,
            "objectId": account.client_id,
            "subscriptionId": account.subscription_id,
            "tenantId": account.tenant_id,
        }
    match = _GETTER.fullmatch(token)
    entry = find(match[1] + match[2] if match else token)
    missing = [name for name in entry.path_inputs if name not in arguments]
    if missing:
        raise ProviderError(f"{token}: missing required argument '{missing[0]}'")
    resource_id = resources.id_of(entry, arguments)
    try:
        response = client.get(resource_id, entry.api_version)
    except ArmError as error:
        raise ProviderError(f"request failed {resource_id}: {error}") from error
    outputs = convert.outputs(sdk_shapes.of(entry.token), response)
    return {**outputs, "id": response.get("id"), "azureApiVersion": entry.api_version}

"""One explicit provider per subscription, with the identity that discovery had."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_azure_native as azure_native

from estate.identity import TRUE, Identity
from stack.settings.identity import FLAGS, LISTS


class Providers:
    """Makes a subscription's provider when it is first asked for.

    An explicit provider inherits nothing of the stack's ``azure-native:`` configuration, so all of
    it is passed on; the ``ARM_*`` variables reach the provider's process by themselves.
    """

    def __init__(self, parent: pulumi.Resource, identity: Identity) -> None:
        """``parent`` is the component that the providers belong to."""
        self._parent = parent
        self._identity = identity
        self._made: dict[str, azure_native.Provider] = {}

    def of(self, subscription_id: str) -> azure_native.Provider:
        """The provider for a subscription (GUID, lower case)."""
        if subscription_id not in self._made:
            self._made[subscription_id] = azure_native.Provider(
                f"subscription-{subscription_id}",
                subscription_id=subscription_id,
                # Sent always: the SDK would send 'public', which wins over ARM_ENVIRONMENT.
                environment=self._identity.environment,
                opts=pulumi.ResourceOptions(parent=self._parent),
                **self._arguments(),
            )
        return self._made[subscription_id]

    def _arguments(self) -> dict[str, Any]:
        return {
            _snake(name): self._value(name, value)
            for name, value in self._identity.arguments.items()
            if name != "environment"
        }

    def _value(self, name: str, value: str) -> object:
        """Of a credential, a secret: the state holds it encrypted, and no log shows it."""
        converted = _converted(name, value)
        secret = name in self._identity.secret_arguments
        return pulumi.Output.secret(converted) if secret else converted


def _converted(name: str, value: str) -> object:
    if name in FLAGS:
        return value == TRUE
    return json.loads(value) if name in LISTS else value


def _snake(name: str) -> str:
    """``clientId`` as the SDK spells it in Python."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)

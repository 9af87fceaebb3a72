"""One explicit provider per subscription, with the identity that discovery had."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

import pulumi

from estate.identity import Identity
from stack.settings.identity import LISTS

PACKAGE = "azure-native"
SECRET = "clientId"  # a secret of the SDK's own class too, like the credentials


class Providers:
    """Makes a subscription's provider when it is first asked for.

    An explicit provider inherits nothing of the stack's ``azure-native:`` configuration, so all of
    it is passed on; the ``ARM_*`` variables reach the provider's process by themselves.
    """

    def __init__(self, parent: pulumi.Resource, identity: Identity) -> None:
        """``parent`` is the component that the providers belong to."""
        self._parent = parent
        self._identity = identity
        self._made: dict[str, pulumi.ProviderResource] = {}

    def of(self, subscription_id: str) -> pulumi.ProviderResource:
        """The provider for a subscription (GUID, lower case)."""
        if subscription_id not in self._made:
            self._made[subscription_id] = pulumi.ProviderResource(
                PACKAGE,
                f"subscription-{subscription_id}",
                {
                    **{name: self._value(name) for name in self._identity.arguments},
                    "subscriptionId": subscription_id,
                    # Sent always: the cloud that discovery asked, whatever ARM_ENVIRONMENT says.
                    "environment": self._identity.environment,
                },
                pulumi.ResourceOptions(parent=self._parent, version=_version()),
            )
        return self._made[subscription_id]

    def _value(self, name: str) -> pulumi.Input[str]:
        """Of a credential, a secret: the state holds it encrypted, and no log shows it.

        The provider takes text; of a list, its JSON.
        """
        value = self._identity.arguments[name]
        text = json.dumps(json.loads(value)) if name in LISTS else value
        secret = name == SECRET or name in self._identity.secret_arguments
        return pulumi.Output.secret(text) if secret else text


@cache
def _version() -> str:
    """The provider's version that the SDK package names, whose classes this program does not load.

    Loading the package takes a fortieth of a small run.
    """
    found = importlib.util.find_spec("pulumi_azure_native")
    assert found is not None and found.origin is not None, "pulumi-azure-native is not installed"
    plugin = json.loads(Path(found.origin).with_name("pulumi-plugin.json").read_text())
    version: str = plugin["version"]
    return version

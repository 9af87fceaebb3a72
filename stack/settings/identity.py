"""Who asks Azure: the provider's arguments in the configuration, and the environment's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from estate.identity import TRUE, Identity
from stack.settings.mistakes import SettingsError, among, removable
from stack.settings.model import PROVIDER
from wording import advised, setting, to_replace, to_set

SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SECRETS = frozenset({"clientCertificatePassword", "clientSecret", "oidcRequestToken", "oidcToken"})
"""Arguments of the provider that are credentials, whether the configuration encrypts them or not.

The rest name places, ids and ways.
"""
FLAGS = frozenset(
    {
        "disableInstanceDiscovery",
        "disablePulumiPartnerId",
        "useDefaultAzureCredential",
        "useMsi",
        "useOidc",
    }
)
LISTS = frozenset({"auxiliaryTenantIds"})
TEXTS = frozenset(
    {
        "clientCertificatePath",
        "clientId",
        "environment",
        "location",
        "metadataHost",
        "msiEndpoint",
        "oidcRequestUrl",
        "oidcTokenFilePath",
        "partnerId",
        "subscriptionId",
        "tenantId",
    }
)
ARGUMENTS = SECRETS | FLAGS | LISTS | TEXTS
_VARIABLES = ("ARM_", "ACTIONS_ID_TOKEN_")


def read_identity(
    config: Mapping[str, Any], variables: Mapping[str, str], secret_keys: frozenset[str]
) -> Identity:
    """The identity of full configuration keys and the environment. Raises SettingsError."""
    prefix = f"{PROVIDER}:"
    arguments = {
        key.removeprefix(prefix): str(value)
        for key, value in config.items()
        if key.startswith(prefix) and value not in (None, "")
    }
    for name, value in arguments.items():
        _check(name, value)
    subscription = arguments.get("subscriptionId") or variables.get("ARM_SUBSCRIPTION_ID", "")
    if not SUBSCRIPTION_ID.fullmatch(subscription):
        raise SettingsError(
            f"the stack's own subscription is {subscription!r}; it must be a GUID. "
            f"Set ARM_SUBSCRIPTION_ID, or: {to_set(f'{PROVIDER}:subscriptionId', 'ID')}"
        )
    return Identity(
        subscription_id=subscription.casefold(),
        environment=arguments.get("environment") or variables.get("ARM_ENVIRONMENT") or "public",
        arguments={key: value for key, value in arguments.items() if key != "subscriptionId"},
        variables={name: value for name, value in variables.items() if name.startswith(_VARIABLES)},
        secret_arguments=SECRETS
        | {key.removeprefix(prefix) for key in secret_keys if key.startswith(prefix)},
    )


def _check(name: str, value: str) -> None:
    """Raises SettingsError, which never shows a value: it may be a credential."""
    key, text = f"{PROVIDER}:{name}", setting(f"{PROVIDER}:{name}")
    if name not in ARGUMENTS:
        known = among(name, sorted(ARGUMENTS))
        raise removable(f"{text} is no argument of the provider; known are {known}", key)
    if name in FLAGS and value not in (TRUE, "false"):
        text += " is neither true nor false, and anything but true means no to the provider"
        raise SettingsError(advised(text, "Set it with", to_set(key, "true")))
    if name in LISTS and not _is_list_of_texts(value):
        command = to_replace(key, "[0]")
        raise SettingsError(advised(f"{text} is no list of texts", "Set it with", command))


def _is_list_of_texts(value: str) -> bool:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, list) and all(isinstance(each, str) for each in found)

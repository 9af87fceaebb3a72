"""Rights of the identity: whether it may read the whole of a subscription.

Resource Graph answers an identity that has a role on one resource group with that group's rows and
no error, so the rights are asked for at subscription scope (Microsoft.Authorization/permissions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from estate.cloud import Cloud
from estate.errors import EstateError
from estate.model import Subscription
from estate.response_shape import Shape
from wording import setting

API_VERSION = "2022-04-01"
READ_ACTIONS = (
    "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/networkWatchers/read",
    "Microsoft.Network/networkWatchers/flowLogs/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)


PERMISSION: Shape = {"actions": [str], "notActions": [str]}


def require_read(
    cloud: Cloud, subscription: Subscription, actions: Iterable[str] = READ_ACTIONS
) -> None:
    """Raises EstateError, naming the first of the actions that is missing."""
    permissions = granted(cloud, subscription.id)
    for action in actions:
        if not allows(permissions, action):
            raise EstateError(
                f"subscription {subscription.name} ({subscription.id}): this identity may not "
                f"{action} in the whole of it, so parts of the estate would be missing. Assign "
                f"Reader at /subscriptions/{subscription.id}, or take it out of "
                f"{setting('subscriptions')}"
            )


def granted(cloud: Cloud, subscription: str) -> tuple[Mapping[str, Any], ...]:
    """The permissions that the identity has at a subscription's scope. Raises AzureError."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/permissions"
    return tuple(cloud.list(path, API_VERSION, PERMISSION))


def granted_at(cloud: Cloud, scope: str) -> tuple[Mapping[str, Any], ...]:
    """The permissions that the identity has at a scope (ARM id), none where that is not there.

    Raises AzureError.
    """
    path = f"{scope}/providers/Microsoft.Authorization/permissions"
    return tuple(cloud.list_found(path, API_VERSION, PERMISSION))


def allows(permissions: Sequence[Mapping[str, Any]], action: str) -> bool:
    """True if any permission has the action among ``actions`` and not among ``notActions``."""
    return any(
        _matches(permission.get("actions"), action)
        and not _matches(permission.get("notActions"), action)
        for permission in permissions
    )


def _matches(patterns: Sequence[str] | None, action: str) -> bool:
    return any(fnmatchcase(action.casefold(), pattern.casefold()) for pattern in patterns or ())

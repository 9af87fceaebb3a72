"""Actions that a deployment needs, by subscription: those of the roles in ``roles/``.

Deletions that only `pulumi destroy` needs are left out: a role without them deploys all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.arm_id import subscription_of
from roles.actions import Action, actions
from stack.settings.model import MAKE, Settings

_SENTINEL = "Microsoft.SecurityInsights/"
_WORKSPACE = ("Microsoft.OperationalInsights/", "Microsoft.Insights/dataCollection", _SENTINEL)
_STORAGE = "Microsoft.Storage/storageAccounts/"
_LIFECYCLE = f"{_STORAGE}managementPolicies/"
_OURS = (
    "Microsoft.Authorization/denyAssignments/read",
    "Microsoft.Authorization/locks/read",
    "Microsoft.PolicyInsights/checkPolicyRestrictions/read",
    "Microsoft.Resources/subscriptions/providers/read",
    "Microsoft.Storage/skus/read",
)
"""Reads for checks alone: without them a deployment works, and preflight says what it missed."""
_IDENTITIES = "Microsoft.ManagedIdentity/"
OF_GIVEN = tuple(f"{_IDENTITIES}userAssignedIdentities/{end}" for end in ("read", "assign/action"))
"""What a given managed identity asks for, at itself; role Managed Identity Operator has it."""
_OF_FLOW_LOGS = ("Microsoft.Network/networkWatchers/", _STORAGE)


def needed(subscription: str, settings: Settings) -> tuple[str, ...]:
    """Actions of a deployment in a subscription (GUID, lower case), in order of their names."""
    return tuple(action.name for action in _deploying() if _is_for(action, subscription, settings))


def analytics() -> frozenset[str]:
    """Those that Azure checks when Traffic Analytics is turned on (Network Watcher's own page)."""
    return frozenset(
        action.name
        for action in _deploying()
        if action.documented and not action.name.startswith(_OF_FLOW_LOGS)
    )


def on_security_groups() -> tuple[str, ...]:
    """What flow logs on security groups need beside the rest."""
    return tuple(
        action.name
        for action in actions()
        if "deployment-nsg" in action.roles and "deployment" not in action.roles
    )


def on_identity(settings: Settings) -> tuple[str, ...]:
    """What a managed identity of flow logs needs beside the rest, at the stack's own subscription.

    Of a given one, what is needed at the identity itself is in ``OF_GIVEN``.
    """
    making = settings.flow_log_identity == MAKE
    return tuple(
        action.name
        for action in actions()
        if "identity" in action.roles
        and not action.name.endswith("/delete")
        and (making or not action.name.startswith(_IDENTITIES))
    )


def subscriptions(settings: Settings) -> tuple[str, ...]:
    """Every subscription that a run writes to or reads: networks, home, what was given."""
    given = map(subscription_of, (*_accounts(settings), settings.workspace_id))
    home = settings.identity.subscription_id
    return tuple(dict.fromkeys((*settings.subscriptions, home, *filter(None, given))))


def _deploying() -> Iterator[Action]:
    for action in actions():
        spared = action.name.endswith("/delete") and not action.documented
        if "deployment" in action.roles and not spared and action.name not in _OURS:
            yield action


def _is_for(action: Action, subscription: str, settings: Settings) -> bool:
    if action.where == "each":
        return subscription in settings.subscriptions
    if action.name.startswith(_SENTINEL) and not settings.analytic_rules:
        return False
    home = subscription == settings.identity.subscription_id
    making = action.name.endswith(("workspaces/write", "storageAccounts/write"))
    making |= action.name.startswith((f"{_STORAGE}blobServices/", _LIFECYCLE))
    if action.name.startswith(_LIFECYCLE) and settings.lifecycle != "account":
        return False
    if action.name.startswith(_WORKSPACE) and settings.workspace_id:
        return subscription == subscription_of(settings.workspace_id) and not making
    if action.name.startswith(_STORAGE) and not making and not home:
        return subscription in map(subscription_of, _accounts(settings))
    return home


def _accounts(settings: Settings) -> list[str]:
    return [account for ids in settings.storage_accounts.values() for account in ids]

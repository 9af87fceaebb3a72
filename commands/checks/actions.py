"""Actions that a run needs, by where it needs them.

Source: Network Watcher's page on rights (rbac-permissions, 2026) for what Azure checks on our
behalf; our own requests (reads and writes of what the plan holds) for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.model import subscription_of
from plan.settings import Settings

FLOW_LOGS = (
    "Microsoft.Network/networkWatchers/write",
    "Microsoft.Network/networkWatchers/flowLogs/write",
    "Microsoft.Network/networkWatchers/flowLogs/delete",
    "Microsoft.Network/networkWatchers/configureFlowLog/action",
    "Microsoft.Network/networkWatchers/queryFlowLogStatus/action",
    "Microsoft.Resources/subscriptions/resourceGroups/write",
)
"""In the subscription of each network; the group is for a watcher that Azure has not made."""

TOPOLOGY = (
    *(f"Microsoft.Network/{name}/read" for name in ("applicationGateways", "connections")),
    *(f"Microsoft.Network/{name}/read" for name in ("expressRouteCircuits", "loadBalancers")),
    *(f"Microsoft.Network/{name}/read" for name in ("localNetworkGateways", "networkInterfaces")),
    *(f"Microsoft.Network/{name}/read" for name in ("networkSecurityGroups", "publicIPAddresses")),
    *(f"Microsoft.Network/{name}/read" for name in ("routeTables", "virtualNetworkGateways")),
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
)
"""What Traffic Analytics reads, with the rights of whoever turns it on."""

ACCOUNT = (
    "Microsoft.Storage/storageAccounts/read",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/listServiceSas/action",
    "Microsoft.Storage/storageAccounts/listAccountSas/action",
)

WORKSPACE = (
    "Microsoft.OperationalInsights/workspaces/read",
    "Microsoft.OperationalInsights/workspaces/sharedkeys/action",
    *(f"Microsoft.Insights/dataCollectionRules/{verb}" for verb in ("read", "write", "delete")),
    *(f"Microsoft.Insights/dataCollectionEndpoints/{verb}" for verb in ("read", "write", "delete")),
)

HOME = (
    "Microsoft.Resources/subscriptions/resourceGroups/write",
    "Microsoft.Storage/storageAccounts/write",
)
"""Where the stack makes its own resources."""

OWN_WORKSPACE = ("Microsoft.OperationalInsights/workspaces/write",)


def needed(subscription: str, settings: Settings) -> tuple[str, ...]:
    """Actions of a run in a subscription (GUID, lower case), without repeats, in this order."""
    return tuple(dict.fromkeys(_needed(subscription, settings)))


def subscriptions(settings: Settings) -> tuple[str, ...]:
    """Every subscription that a run writes to or reads: networks, home, what was given."""
    home = settings.identity.subscription_id
    return tuple(dict.fromkeys((*settings.subscriptions, home, *_given(settings))))


def _needed(subscription: str, settings: Settings) -> Iterator[str]:
    home = subscription == settings.identity.subscription_id
    if subscription in settings.subscriptions:
        yield from (*FLOW_LOGS, *TOPOLOGY)
    if home:
        yield from (*HOME, *ACCOUNT)
    if subscription in map(subscription_of, _accounts(settings)):
        yield from ACCOUNT
    if home and not settings.workspace_id:
        yield from (*OWN_WORKSPACE, *WORKSPACE)
    if subscription == subscription_of(settings.workspace_id):
        yield from WORKSPACE


def _given(settings: Settings) -> Iterator[str]:
    yield from map(subscription_of, _accounts(settings))
    if settings.workspace_id:
        yield subscription_of(settings.workspace_id)


def _accounts(settings: Settings) -> list[str]:
    return [account for ids in settings.storage_accounts.values() for account in ids]

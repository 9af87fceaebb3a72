"""Network watchers: flow logs need one in each region of each subscription."""

from __future__ import annotations

from collections.abc import Iterator

from commands.checks.finding import Check, Finding
from commands.checks.scope import Scope

MISSING = Check(
    name="watcher-missing",
    severity="warning",
    title="regions without a network watcher",
    why="a flow log lives under the network watcher of its region; without one nothing there can "
    "be recorded, and Azure's policies count the region as unwatched",
)
CHECKS = (MISSING,)


def judge(scope: Scope) -> Iterator[Finding]:
    """A finding for each region of a subscription that has networks in scope and no watcher."""
    watched = {(found.subscription_id, found.location) for found in scope.estate.watchers}
    wanted = {
        (network.subscription_id, network.location)
        for network in scope.networks
        if network.subscription_id not in scope.closed
    }
    for subscription, region in sorted(wanted - watched):
        yield MISSING.found(
            f"/subscriptions/{subscription}",
            f"{region} has virtual networks and no network watcher",
            f"pulumi up makes one, or: az network watcher configure --locations {region} "
            f"--enabled true --resource-group NetworkWatcherRG --subscription {subscription}",
        )

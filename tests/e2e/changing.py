"""An estate for stacks whose settings change: a bit of everything that a setting may be about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ONE, TWO = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
GROUP = f"/subscriptions/{ONE}/resourceGroups"
NETWORK = "providers/Microsoft.Network"
NAMES = {
    "SUBSCRIPTION": ONE,
    "ANOTHER": TWO,
    "WORKSPACE": f"{GROUP}/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central",
    "ACCOUNT": f"{GROUP}/rg-logs/providers/Microsoft.Storage/storageAccounts/stcentral",
    "IDENTITY": f"{GROUP}/rg-logs/providers/Microsoft.ManagedIdentity"
    "/userAssignedIdentities/id-logs",
    "ACTION_GROUP": f"{GROUP}/rg-logs/providers/Microsoft.Insights/actionGroups/ag-soc",
}
_HERE = {"location": "westeurope"}


def estate() -> Iterator[dict[str, Any]]:
    """Two subscriptions: networks with groups, one without, somebody's flow log on a group."""
    for subscription in (ONE, TWO):
        yield {"id": f"/subscriptions/{subscription}", "subscriptionId": subscription}
        for group in ("NetworkWatcherRG", "rg-net", "rg-logs"):
            name = f"/subscriptions/{subscription}/resourceGroups/{group}"
            yield {"id": name, "location": "westeurope"}
    yield {"id": _watcher(ONE), "location": "westeurope"}
    yield {"id": _watcher(TWO), "location": "westeurope"}
    for subscription, name in ((ONE, "app"), (ONE, "db"), (ONE, "old"), (TWO, "far")):
        yield {"id": _in_net(subscription, f"networkSecurityGroups/nsg-{name}"), **_HERE}
        yield _network(
            subscription, name, _in_net(subscription, f"networkSecurityGroups/nsg-{name}")
        )
    yield _network(ONE, "bare", None)
    yield {"id": NAMES["WORKSPACE"], **_HERE}
    yield {
        "id": f"{NAMES['WORKSPACE']}/providers/Microsoft.SecurityInsights/onboardingStates/default"
    }
    yield {"id": NAMES["IDENTITY"], **_HERE}
    for account in ("stcentral", "sttheirs"):
        name = NAMES["ACCOUNT"].replace("stcentral", account)
        yield {"id": name, **_HERE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    yield {
        "id": f"{_watcher(ONE)}/flowLogs/theirs",
        **_HERE,
        "properties": {
            "targetResourceId": _in_net(ONE, "networkSecurityGroups/nsg-old"),
            "storageId": NAMES["ACCOUNT"].replace("stcentral", "sttheirs"),
            "enabled": True,
            "retentionPolicy": {"days": 30, "enabled": True},
            "format": {"type": "JSON", "version": 2},
            "flowAnalyticsConfiguration": {
                "networkWatcherFlowAnalyticsConfiguration": {
                    "enabled": True,
                    "workspaceResourceId": NAMES["WORKSPACE"],
                    "workspaceRegion": "westeurope",
                    "trafficAnalyticsInterval": 60,
                }
            },
        },
    }


def _watcher(subscription: str) -> str:
    group = f"/subscriptions/{subscription}/resourceGroups/NetworkWatcherRG"
    return f"{group}/{NETWORK}/networkWatchers/NetworkWatcher_westeurope"


def _in_net(subscription: str, rest: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/rg-net/{NETWORK}/{rest}"


def _network(subscription: str, name: str, group: str | None) -> dict[str, Any]:
    attached = {"networkSecurityGroup": {"id": group}} if group else {}
    subnet = {"name": "snet", "properties": {"addressPrefix": "10.0.0.0/24", **attached}}
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    return {
        "id": _in_net(subscription, f"virtualNetworks/vnet-{name}"),
        **_HERE,
        "properties": properties,
    }

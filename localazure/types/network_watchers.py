"""Network watchers.

Recorded: azure-libraries-for-java testNetworkWatchers, azure-libraries-for-net CreateUpdate,
azure-mgmt-network-17.1.0 test_network_watcher; the limit of one: errors/recorded_errors. A watcher
is never made by itself when a network appears: the recorded subscriptions make theirs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import Call
from localazure.errors import NetworkWatcherCountLimitReached
from localazure.store import Resource
from localazure.types.network import NetworkType

WATCHERS = "Microsoft.Network/networkWatchers"


class NetworkWatchers(NetworkType):
    """Microsoft.Network/networkWatchers.

    Deleting one deletes the flow logs below it (network-watcher-create.md).
    """

    type = WATCHERS
    at_once: ClassVar[bool] = True

    def check(self, call: Call, before: Resource | None, location: str) -> None:
        if before is not None:
            return
        subscription = f"/subscriptions/{call.id.subscription}"
        for watcher in call.azure.store.of_type(WATCHERS, subscription):
            if watcher["location"] == location:
                raise NetworkWatcherCountLimitReached

    def properties(self, call: Call, before: Resource | None, resource: Resource) -> dict[str, Any]:
        return {"runningOperationIds": []}

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        resource["properties"].setdefault("runningOperationIds", [])

"""Network watchers.

Recorded: azure-libraries-for-java testNetworkWatchers, azure-libraries-for-net CreateUpdate,
azure-mgmt-network-17.1.0 test_network_watcher; the limit of one: errors/recorded_errors. A watcher
is never made by itself when a network appears: the recorded subscriptions make theirs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NetworkWatcherCountLimitReached
from localazure.store import Resource
from localazure.types.network import NetworkType
from localazure.types.old_flow_logs import configure, query

WATCHERS = "Microsoft.Network/networkWatchers"
_ACTIONS = {"configureflowlog": configure, "queryflowlogstatus": query}


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

    def post(self, call: Call) -> Answer:
        action = _ACTIONS.get(call.id.types[-1].casefold())
        if action is None:
            return super().post(call)
        if call.azure.store.find(str(call.id.parent)) is None:
            raise ResourceNotFound(f"{WATCHERS}/{call.id.name}", str(call.id.group))
        return action(call)

    def properties(self, call: Call, before: Resource | None, resource: Resource) -> dict[str, Any]:
        return {"runningOperationIds": []}

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        resource["properties"].setdefault("runningOperationIds", [])

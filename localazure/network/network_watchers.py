"""Network watchers.

Recorded: azure-libraries-for-java testNetworkWatchers, azure-libraries-for-net CreateUpdate,
azure-mgmt-network-17.1.0 test_network_watcher; the limit of one: errors/recorded_errors. A watcher
is never made by itself when a network appears: the recorded subscriptions make theirs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NetworkWatcherCountLimitReached
from localazure.network.configure_flow_log import configure, query
from localazure.network.effective_groups import group_view
from localazure.network.ip_flow import verify
from localazure.network.network_type import NetworkType
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource

WATCHERS = "Microsoft.Network/networkWatchers"
_ACTIONS = {
    "configureflowlog": configure,
    "queryflowlogstatus": query,
    "securitygroupview": group_view,
    "ipflowverify": verify,
}


class NetworkWatchers(NetworkType):
    """Microsoft.Network/networkWatchers.

    Deleting one deletes the flow logs below it (network-watcher-create.md).
    """

    type = WATCHERS
    at_once: ClassVar[bool] = True

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        if before is not None:
            return
        subscription = f"/subscriptions/{request.id.subscription}"
        for watcher in request.azure.store.of_type(WATCHERS, subscription):
            if watcher["location"] == location:
                raise NetworkWatcherCountLimitReached

    def post(self, request: Request) -> Response:
        action = _ACTIONS.get(request.id.types[-1].casefold())
        if action is None:
            return super().post(request)
        if request.azure.store.find(str(request.id.parent)) is None:
            raise ResourceNotFound(f"{WATCHERS}/{request.id.name}", str(request.id.group))
        return action(request)

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        return {"runningOperationIds": []}

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        resource["properties"].setdefault("runningOperationIds", [])

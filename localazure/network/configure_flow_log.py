"""The old way to a flow log: `configureFlowLog` and `queryFlowLogStatus` on the watcher.

Recorded: azure-mgmt-network-17.1.0 test_network_watcher_flow_log (API 2020-08-01: 202 and then the
configuration), azure-libraries-for-java testNetworkWatcherFunctions (2019-06-01: 200 with it),
azure-libraries-for-net ManageNetworkWatcherTest (2018-02-01: switched off, the storage account is
empty and the retention none). The call cannot make a flow log any more: on a group it is refused
like any other creation (inferred), on anything else it is not modelled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localazure.errors.base import NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NsgFlowLogCreationBlocked
from localazure.network.flow_logs import FlowLogs
from localazure.network.security_rules import GROUPS
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key, parse_resource, same
from localazure.state.links import FLOW_LOGS
from localazure.state.store import Resource
from localazure.state.subresources import find_anything
from localazure.types.body_shape import check_shape

_SHAPE = {
    "targetResourceId": str,
    "properties": {"storageId": str, "enabled": bool, "retentionPolicy": {}, "format": {}},
    "flowAnalyticsConfiguration": {},
}
_ACCEPTS_SINCE = "2020-01-01"
"""First API version that answers 202; between 2019-06-01 and 2020-08-01 none was recorded."""


def query(request: Request) -> Response:
    """The flow log configuration of a target; a disabled one where there is no flow log."""
    target = _target(request)
    log = _flow_log(request, target)
    analytics = {} if log is None else log["properties"]["flowAnalyticsConfiguration"]
    return Response(200, {**_shown(target, log), "flowAnalyticsConfiguration": analytics})


def configure(request: Request) -> Response:
    """Changes the flow log of a target."""
    target = _target(request)
    log = _flow_log(request, target)
    if log is None and key(parse_resource(target).type) == key(GROUPS):
        raise NsgFlowLogCreationBlocked
    if log is None:
        raise NotModelled(f"making a flow log on {target} by configureFlowLog")
    put = replace(request, method="PUT", id=parse_resource(log["id"]), body=_body(request, log))
    written = FlowLogs().put(put)
    if request.api_version < _ACCEPTS_SINCE:
        return Response(200, _shown(target, _flow_log(request, target)))
    return _accepted(request, target, written.headers["Azure-AsyncOperation"])


def _target(request: Request) -> str:
    check_shape(request.content(), _SHAPE)
    target = str(request.content().get("targetResourceId"))
    if find_anything(request.azure.store, target) is None:
        raise ResourceNotFound(target.partition("/providers/")[2], target.split("/")[4])
    return target


def _flow_log(request: Request, target: str) -> Resource | None:
    listed = request.azure.store.of_type(FLOW_LOGS, str(request.id.parent))
    attached = (each for each in listed if same(each["properties"]["targetResourceId"], target))
    return next(attached, None)


def _body(request: Request, log: Resource) -> dict[str, Any]:
    """The request as one for the flow log itself."""
    content = request.content()
    properties = {
        **(content.get("properties") or {}),
        "targetResourceId": log["properties"]["targetResourceId"],
    }
    if content.get("flowAnalyticsConfiguration") is not None:
        properties["flowAnalyticsConfiguration"] = content["flowAnalyticsConfiguration"]
    kept: dict[str, Any] = {}
    kept |= {name: log[name] for name in ("location", "tags", "identity") if name in log}
    return {**kept, "properties": properties}


def _shown(target: str, log: Resource | None) -> dict[str, Any]:
    """The configuration as both calls show it."""
    if log is None or not log["properties"]["enabled"]:
        none = {"days": 0, "enabled": False}
        off = {"storageId": "", "enabled": False, "retentionPolicy": none}
        return {"targetResourceId": target, "properties": off}
    names = ("storageId", "enabled", "retentionPolicy", "format")
    shown = {name: log["properties"][name] for name in names}
    return {"targetResourceId": target, "properties": shown}


def _answered(request: Request, target: str) -> dict[str, Any]:
    """A retention that was not asked for is not shown either (recorded)."""
    shown = _shown(target, _flow_log(request, target))
    if "retentionPolicy" not in (request.content().get("properties") or {}):
        del shown["properties"]["retentionPolicy"]
    return shown


def _accepted(request: Request, target: str, url: str) -> Response:
    """202 with the one URL that was recorded, where the configuration is in the end."""
    operation = request.azure.operations.find(url.partition("?")[0].rpartition("/")[2])
    if operation is not None:
        operation.result = lambda: Response(200, _answered(request, target))
    location = url.replace("/operations/", "/operationResults/")
    retry = request.azure.operations.retry_after()
    return Response(202, None, {"Location": location, "Retry-After": retry})

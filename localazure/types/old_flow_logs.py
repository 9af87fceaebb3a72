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

from localazure.answer import Answer, Call
from localazure.arm_id import key, parse_resource, same
from localazure.errors.base import NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NsgFlowLogCreationBlocked
from localazure.links import FLOW_LOGS
from localazure.parts import find_anything
from localazure.shape import check_shape
from localazure.store import Resource
from localazure.types.flow_logs import FlowLogs
from localazure.types.security_rules import GROUPS

_SHAPE = {
    "targetResourceId": str,
    "properties": {"storageId": str, "enabled": bool, "retentionPolicy": {}, "format": {}},
    "flowAnalyticsConfiguration": {},
}
_ACCEPTS_SINCE = "2020-01-01"
"""First API version that answers 202; between 2019-06-01 and 2020-08-01 none was recorded."""


def query(call: Call) -> Answer:
    """What is configured for a target, or that nothing is."""
    target = _target(call)
    log = _flow_log(call, target)
    analytics = {} if log is None else log["properties"]["flowAnalyticsConfiguration"]
    return Answer(200, {**_shown(target, log), "flowAnalyticsConfiguration": analytics})


def configure(call: Call) -> Answer:
    """Changes the flow log of a target."""
    target = _target(call)
    log = _flow_log(call, target)
    if log is None and key(parse_resource(target).type) == key(GROUPS):
        raise NsgFlowLogCreationBlocked
    if log is None:
        raise NotModelled(f"making a flow log on {target} by configureFlowLog")
    put = replace(call, method="PUT", id=parse_resource(log["id"]), body=_body(call, log))
    written = FlowLogs().put(put)
    if call.api_version < _ACCEPTS_SINCE:
        return Answer(200, _shown(target, _flow_log(call, target)))
    return _accepted(call, target, written.headers["Azure-AsyncOperation"])


def _target(call: Call) -> str:
    check_shape(call.content(), _SHAPE)
    target = str(call.content().get("targetResourceId"))
    if find_anything(call.azure.store, target) is None:
        raise ResourceNotFound(target.partition("/providers/")[2], target.split("/")[4])
    return target


def _flow_log(call: Call, target: str) -> Resource | None:
    listed = call.azure.store.of_type(FLOW_LOGS, str(call.id.parent))
    found = (each for each in listed if same(each["properties"]["targetResourceId"], target))
    return next(found, None)


def _body(call: Call, log: Resource) -> dict[str, Any]:
    """The request as one for the flow log itself."""
    asked = call.content()
    properties = {
        **(asked.get("properties") or {}),
        "targetResourceId": log["properties"]["targetResourceId"],
    }
    if asked.get("flowAnalyticsConfiguration") is not None:
        properties["flowAnalyticsConfiguration"] = asked["flowAnalyticsConfiguration"]
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


def _answered(call: Call, target: str) -> dict[str, Any]:
    """A retention that was not asked for is not shown either (recorded)."""
    shown = _shown(target, _flow_log(call, target))
    if "retentionPolicy" not in (call.content().get("properties") or {}):
        del shown["properties"]["retentionPolicy"]
    return shown


def _accepted(call: Call, target: str, url: str) -> Answer:
    """202 with the one URL that was recorded, where the configuration is in the end."""
    operation = call.azure.operations.find(url.partition("?")[0].rpartition("/")[2])
    if operation is not None:
        operation.result = lambda: Answer(200, _answered(call, target))
    location = url.replace("/operations/", "/operationResults/")
    retry = call.azure.operations.retry_after()
    return Answer(202, None, {"Location": location, "Retry-After": retry})

"""Rules for flow logs that Azure enforces; the source of each error is in errors/network.py."""

from __future__ import annotations

import re
from typing import Any

from localazure.errors.network import (
    CannotCreateMoreThanOneFlowLogPerTargetResource,
    FlowLogConfigurationCannotBeUpdated,
    InvalidRequestFormat,
    InvalidResourceName,
    InvalidResourceReference,
    InvalidTAWorkspaceRegion,
    NsgFlowLogCreationBlocked,
)
from localazure.network.security_rules import GROUPS
from localazure.server.request import Request
from localazure.state.arm_id import key, parse_resource, region, same
from localazure.state.links import INTERFACES
from localazure.state.store import Resource
from localazure.state.subresources import NETWORKS, SUBNETS, find_anything, location_of
from localazure.types.body_shape import (
    ANY,
    STRICT,
    Shape,
    check_reference,
    check_shape,
    wrong_reference,
)

_NAME = re.compile(r"[^\W_]|[^\W_][\w.\-]{0,78}\w")
"""Up to 80 characters (hashicorp/terraform-provider-azurerm, NetworkWatcherFlowLogName)."""

_TARGETS = (NETWORKS, SUBNETS, INTERFACES, GROUPS)
_STORAGE = "Microsoft.Storage/storageAccounts"
_WORKSPACES = "Microsoft.OperationalInsights/workspaces"
_ANALYTICS_PATH = "properties.flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration"

_ANALYTICS: Shape = {
    STRICT: "FlowAnalyticsConfiguration",
    "enabled": bool,
    "workspaceId": str,
    "workspaceRegion": str,
    "workspaceResourceId": str,
    "trafficAnalyticsInterval": int,
}
_PROPERTIES: Shape = {
    STRICT: "FlowLogProperties",
    "targetResourceId": str,
    "storageId": str,
    "enabled": bool,
    "retentionPolicy": {STRICT: "RetentionPolicy", "days": int, "enabled": bool},
    "format": {STRICT: "FlowLogFormat", "type": str, "version": int},
    "flowAnalyticsConfiguration": {
        STRICT: "TrafficAnalyticsConfiguration",
        "networkWatcherFlowAnalyticsConfiguration": _ANALYTICS,
    },
    # Read-only: accepted and not looked at, since clients send back what they have read.
    "provisioningState": ANY,
    "targetResourceGuid": ANY,
}
SINCE = {"enabledFilteringCriteria": "2023-11-01", "recordTypes": "2025-03-01"}
"""First API version that has a property (recorded: azure-powershell; specs aaz-flowlogs-*)."""


def check_flow_log(request: Request, before: Resource | None, location: str) -> None:
    """Raises what Azure says to a flow log that it does not take."""
    _check_form(request)
    properties = request.content()["properties"]
    watcher = request.azure.store.find(str(request.id.parent))
    if watcher is None or watcher["location"] != location:
        # ansible-collections/azure #1814: it is refused; the code is unconfirmed.
        raise InvalidResourceReference(str(request.id.parent), str(request.id))
    if before is None:
        _check_new(request, properties["targetResourceId"], location)
    else:
        _check_change(before, properties)
    _check_storage(request, properties["storageId"], location)
    _check_workspace(request, analytics_of(properties))


def analytics_of(properties: dict[str, Any]) -> dict[str, Any]:
    """The Traffic Analytics settings in a flow log's properties; empty where there are none."""
    outer = properties.get("flowAnalyticsConfiguration") or {}
    inner: dict[str, Any] = outer.get("networkWatcherFlowAnalyticsConfiguration") or {}
    return inner


def _check_form(request: Request) -> None:
    if not _NAME.fullmatch(request.id.name):
        raise InvalidResourceName(request.id.name)
    version = request.api_version[:10]
    newer = {name: str for name, first in SINCE.items() if version >= first}
    check_shape(request.content().get("properties"), _PROPERTIES | newer, "properties", "FlowLog")
    properties = request.content()["properties"]
    target = properties.get("targetResourceId")
    if not target:
        message = "Value for reference id is missing. Path properties.targetResourceId."
        raise InvalidRequestFormat("MissingJsonReferenceId", message)
    if not _is_one_of(target, _TARGETS):
        expected = ", ".join(type_.partition("/")[2] for type_ in _TARGETS)
        raise wrong_reference(target, expected, "properties.targetResourceId")
    check_reference(properties.get("storageId"), _STORAGE, "properties.storageId")


def _check_new(request: Request, target: str, location: str) -> None:
    resource = find_anything(request.azure.store, target)
    subscription = parse_resource(target).subscription
    elsewhere = location_of(request.azure.store, target) != location
    # The flow log lives in the subscription of its target: azure-cli #21724.
    if resource is None or elsewhere or key(subscription) != key(request.id.subscription):
        raise InvalidResourceReference(target, str(request.id))
    for present in resource["properties"].get("flowLogs", []):
        raise CannotCreateMoreThanOneFlowLogPerTargetResource(target, present["id"])
    if _is_one_of(target, (GROUPS,)):
        raise NsgFlowLogCreationBlocked


def _check_change(before: Resource, properties: dict[str, Any]) -> None:
    was_on = analytics_of(before["properties"]).get("enabled")
    if was_on and analytics_of(properties).get("enabled") is None:
        raise FlowLogConfigurationCannotBeUpdated


def _check_storage(request: Request, storage: str, location: str) -> None:
    account = request.azure.store.find(storage)
    if account is None or region(account["location"]) != location:
        raise InvalidResourceReference(storage, str(request.id))


def _check_workspace(request: Request, analytics: dict[str, Any]) -> None:
    id_ = analytics.get("workspaceResourceId")
    if not id_ and not analytics.get("enabled"):
        return
    check_reference(id_, _WORKSPACES, f"{_ANALYTICS_PATH}.workspaceResourceId")
    workspace = request.azure.store.find(str(id_))
    if workspace is None:
        raise InvalidResourceReference(str(id_), str(request.id))
    given = analytics.get("workspaceRegion")
    if given and region(given) != region(workspace["location"]):
        raise InvalidTAWorkspaceRegion(given, str(id_), workspace["location"])


def _is_one_of(id_: str, types: tuple[str, ...]) -> bool:
    try:
        parsed = parse_resource(id_)
    except ValueError:
        return False
    return any(same(parsed.type, type_) for type_ in types)

"""Flow logs: their life, and what Azure fills in.

Recorded: azure-cli test_nw_flow_log_delete (API 2021-08-01), azure-mgmt-network-17.1.0
test_network_watcher_flow_log (2020-08-01), azure-powershell TestVnetFlowLogWithRecordType
(2025-03-01); today's members: specs aaz-flowlogs-2025-03-01,
example 2025-05-01/NetworkWatcherFlowLogCreate. What is refused is in flow_log_rules.py, identities
are in flow_log_identity.py.
"""

from __future__ import annotations

import uuid
from typing import Any

from localazure.errors.base import ArmError
from localazure.errors.network import InternalServerError, SubnetNotFoundForFlowLog
from localazure.network.flow_log_identity import answered, check_identity, fill_ids, kind_of
from localazure.network.flow_log_rights import check_group_right, missing_analytics_right
from localazure.network.flow_log_rules import SINCE, check_flow_log
from localazure.network.network_type import NetworkType
from localazure.network.security_rules import GROUPS
from localazure.operationalinsights.traffic_analytics import refused_by_policy, set_up
from localazure.server.request import Request
from localazure.state.arm_id import key, parse_resource
from localazure.state.links import FLOW_LOGS
from localazure.state.store import Resource, Store
from localazure.state.subresources import find_anything
from localazure.storage.lifecycle import exhausted, write_rules

_IDENTITY_SINCE = "2023-11-01"


class FlowLogs(NetworkType):
    """Microsoft.Network/networkWatchers/flowLogs."""

    type = FLOW_LOGS

    def view(self, resource: Resource, request: Request) -> Resource:
        """Without the members that this API version does not have."""
        hidden = [name for name, first in SINCE.items() if request.api_version[:10] < first]
        kept = {name: inner for name, inner in resource["properties"].items() if name not in hidden}
        shown = {**resource, "properties": kept}
        if request.api_version[:10] < _IDENTITY_SINCE:
            shown.pop("identity", None)
        return shown

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        check_flow_log(request, before, location)
        check_group_right(request, before)
        check_identity(request)

    def holds(self, request: Request, resource: Resource | None) -> list[str]:
        """Itself and its target: Terraform #14152 reports 409 for two writes on one target."""
        source = request.content() if resource is None else resource
        return [key(str(request.id)), key(source["properties"]["targetResourceId"])]

    def check_removable(self, request: Request, resource: Resource) -> None:
        target = resource["properties"]["targetResourceId"]
        store = request.azure.store
        if store.orphans and find_anything(store, target) is None:
            raise SubnetNotFoundForFlowLog(target)

    def build(self, request: Request, before: Resource | None, location: str) -> Resource:
        resource = super().build(request, before, location)
        identity = request.content().get("identity")
        if isinstance(identity, dict):
            resource["identity"] = answered(identity)
        return resource

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        content = request.content()["properties"]
        store = request.azure.store
        target = _target(content, before)
        enabled = bool(content.get("enabled"))
        properties = {
            "targetResourceId": target,
            "targetResourceGuid": _target_guid(store, target, before),
            "storageId": content["storageId"],
            "enabled": enabled,
            "flowAnalyticsConfiguration": _analytics(
                store, content.get("flowAnalyticsConfiguration")
            ),
            "retentionPolicy": _retention(content.get("retentionPolicy"), enabled),
            "format": _format(content.get("format"), target),
        }
        optional = {name: content[name] for name in SINCE if content.get(name) is not None}
        return properties | optional

    def settled(self, store: Store, resource: Resource) -> None:
        """The watcher takes the etag of the flow log (recorded: test_nw_flow_log_delete).

        A filter that was not sent, and the ids of identities, appear by now (recorded:
        TestSetVnetFlowLogWithManagedIdentityFromNoMIInput).
        """
        set_up(store, resource)
        resource["properties"].setdefault("enabledFilteringCriteria", "")
        fill_ids(store, resource)
        write_rules(store, resource)
        watcher = store.find(str(parse_resource(resource["id"]).parent))
        if watcher is not None:
            watcher["etag"] = resource["etag"]

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        properties = resource["properties"]
        target = properties["targetResourceId"]
        properties.setdefault("enabled", True)
        properties.setdefault("flowAnalyticsConfiguration", {})
        retention = properties.get("retentionPolicy", {})
        properties["retentionPolicy"] = {"days": 0, "enabled": False} | retention
        properties["format"] = _format(properties.get("format"), target)
        if identity := resource.get("identity"):
            identity["type"] = kind_of(identity)

    def outcome(self, request: Request, before: Resource | None) -> ArmError | None:
        azure = request.azure
        if before is None and azure.flakiness.strikes(azure.operations, str(request.id.parent)):
            return InternalServerError()
        refused = (
            request.late_failure or missing_analytics_right(request) or refused_by_policy(request)
        )
        written = azure.store.find(request.id)
        return refused or (None if written is None else exhausted(azure.store, written))


def _target(properties: dict[str, Any], before: Resource | None) -> str:
    """An update keeps the old target: hashicorp/terraform-provider-azurerm #31136."""
    given = properties if before is None else before["properties"]
    return str(given["targetResourceId"])


def _target_guid(store: Store, target: str, before: Resource | None) -> str:
    if before is not None and "targetResourceGuid" in before["properties"]:
        return str(before["properties"]["targetResourceGuid"])
    resource = find_anything(store, target)
    guid = None if resource is None else resource["properties"].get("resourceGuid")
    return str(guid or uuid.uuid4())


def _analytics(store: Store, configuration: dict[str, Any] | None) -> dict[str, Any]:
    """Left out comes back as `{}`, sent without `enabled` as off (both recorded).

    The workspace's GUID is filled in where only its id was sent, as the policies of Azure send it.
    """
    inner = (configuration or {}).get("networkWatcherFlowAnalyticsConfiguration")
    if inner is None:
        return {}
    analytics = {
        "enabled": False,
        **{name: value for name, value in inner.items() if value not in (None, "")},
    }
    workspace = store.find(str(analytics.get("workspaceResourceId")))
    if "workspaceId" not in analytics and workspace is not None:
        analytics["workspaceId"] = workspace["properties"]["customerId"]
    if analytics["enabled"]:
        analytics.setdefault("trafficAnalyticsInterval", 60)
    return {"networkWatcherFlowAnalyticsConfiguration": analytics}


def _retention(policy: dict[str, Any] | None, enabled: bool) -> dict[str, Any]:
    """Left out, and on a flow log that is off, it is none.

    Recorded: test_nw_flow_log_delete; off: azure-libraries-for-net ManageNetworkWatcherTest (5 days
    were sent) and the same remark in Terraform's network_watcher_flow_log_resource.go.
    """
    if not policy or not enabled:
        return {"days": 0, "enabled": False}
    return {"days": policy.get("days") or 0, "enabled": bool(policy.get("enabled"))}


def _format(given: dict[str, Any] | None, target: str) -> dict[str, Any]:
    """Left out, it is JSON 1 for a group (recorded) and FlowLogJSON 2 for all else (observed)."""
    group = key(parse_resource(target).type) == key(GROUPS)
    default = {"type": "JSON", "version": 1} if group else {"type": "FlowLogJSON", "version": 2}
    return default | {name: value for name, value in (given or {}).items() if value is not None}

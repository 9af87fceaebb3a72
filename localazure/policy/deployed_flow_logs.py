"""The built-in definitions that deploy flow logs on networks: what they want of one network.

Source: Azure/azure-policy f4a50bac, built-in-policies/policyDefinitions/Network:
VirtualNetwork_FlowLog_DINE (cd6f7aff), VirtualNetwork_FlowLog_TrafficAnalytics_DINE (3e9965dc),
VirtualNetwork_Flowlog_TrafficAnalytics_Centralized_DINE (6d7c9ba4). They agree on names: a network
without a flow log gets `take(<name>-<group>, 72)-flowlog`, else its first one is written again
where it stands. The templates' texts (`"true"`, `"30"`) are sent as the values that they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localazure.network.flow_log_rules import analytics_of
from localazure.state.arm_id import key, parse_resource, region, same
from localazure.state.store import Resource, Store

Values = Mapping[str, str]
"""Parameters of an assignment, defaults filled in."""

_FORMAT = {"type": "JSON", "version": 2}
_INTERVALS = (10, 60)


@dataclass(frozen=True)
class Rule:
    """One definition: its networks, when it is content with a flow log, and what it deploys."""

    applies: Callable[[Resource, Values], bool]
    complies: Callable[[Store, Resource, Resource, Values], bool]
    """Of the store, the network, its first flow log and the parameters."""
    properties: Callable[[Store, Resource, Values], dict[str, Any] | None]
    """Of a flow log, without its target; none where the template finds not what it refers to."""
    watcher: Callable[[Resource, Values], tuple[str, str]]
    """Group and name of the watcher for a network without a flow log."""


def flow_log_name(network: Resource) -> str:
    """The name that the definitions give to the flow log of a network that has none."""
    group = parse_resource(network["id"]).group
    return f"{network['name']}-{group}"[:72] + "-flowlog"


def _in_region(network: Resource, values: Values) -> bool:
    return region(network["location"]) == region(values["vnetRegion"])


def _given_watcher(network: Resource, values: Values) -> tuple[str, str]:
    return values["networkWatcherRG"], values["networkWatcherName"].split("/")[-1]


def _own_watcher(network: Resource, values: Values) -> tuple[str, str]:
    return "NetworkWatcherRG", f"NetworkWatcher_{network['location']}"


def _retention(values: Values) -> dict[str, Any]:
    return {"days": int(values["retentionDays"]), "enabled": True}


def _analytics(workspace: str, located: str, minutes: str) -> dict[str, Any]:
    inner = {
        "enabled": True,
        "workspaceResourceId": workspace,
        "workspaceRegion": located,
        "trafficAnalyticsInterval": int(minutes),
    }
    return {"networkWatcherFlowAnalyticsConfiguration": inner}


def _logs(store: Store, network: Resource, values: Values) -> dict[str, Any]:
    storage = values["storageId"]
    return {"storageId": storage, "enabled": True, "retentionPolicy": _retention(values)}


def _logs_to_account(store: Store, network: Resource, log: Resource, values: Values) -> bool:
    properties = log["properties"]
    return bool(properties["enabled"]) and same(properties["storageId"], values["storageId"])


def _analysed(store: Store, network: Resource, values: Values) -> dict[str, Any]:
    analytics = _analytics(
        values["workspaceResourceId"], values["workspaceRegion"], values["timeInterval"]
    )
    return {
        **_logs(store, network, values),
        "flowAnalyticsConfiguration": analytics,
        "format": _FORMAT,
    }


def _off_or_analysed(store: Store, network: Resource, log: Resource, values: Values) -> bool:
    """A flow log that is off counts as compliant."""
    if not log["properties"]["enabled"]:
        return True
    analytics = analytics_of(log["properties"])
    return (
        bool(analytics.get("enabled")) and analytics.get("trafficAnalyticsInterval") in _INTERVALS
    )


def _own(store: Store, network: Resource, values: Values) -> tuple[str, str] | None:
    """Regional account `nwtasa…` and workspace `nwtaws…` in the group that the parameters name.

    How Azure's `uniqueString` ends the names is not modelled: the first that begins so is taken.
    """
    subscription = parse_resource(network["id"]).subscription
    group = values["resourceGroupName"]
    group = f"nwtarg-{subscription}" if group == "nwtarg" else group
    scope = f"/subscriptions/{subscription}/resourceGroups/{group}"
    ids = []
    for type_, prefix, located in (
        ("Microsoft.Storage/storageAccounts", "nwtasa", network["location"]),
        ("Microsoft.OperationalInsights/workspaces", "nwtaws", values["workspaceRegion"]),
    ):
        found = [
            str(each["id"])
            for each in store.of_type(type_, scope)
            if key(each["name"]).startswith(prefix) and region(each["location"]) == region(located)
        ]
        ids += found[:1]
    return (ids[0], ids[1]) if len(ids) == 2 else None


def _centralised(store: Store, network: Resource, values: Values) -> dict[str, Any] | None:
    own = _own(store, network, values)
    if own is None:
        return None
    minutes = values["timeIntervalInMins"]
    return {
        "enabled": True,
        "storageId": own[0],
        "flowAnalyticsConfiguration": _analytics(own[1], values["workspaceRegion"], minutes),
        "retentionPolicy": _retention(values),
        "format": _FORMAT,
    }


def _off_or_centralised(store: Store, network: Resource, log: Resource, values: Values) -> bool:
    properties = log["properties"]
    if not properties["enabled"] or key(values["updateFlowlog"]) == "false":
        return _off_or_analysed(store, network, log, values)
    workspace = analytics_of(properties).get("workspaceResourceId") or ""
    own = _own(store, network, values)
    as_wanted = own and same(properties["storageId"], own[0]) and same(workspace, own[1])
    return bool(as_wanted) and _off_or_analysed(store, network, log, values)


RULES = {
    "cd6f7aff-2845-4dab-99f2-6d1754a754b0": Rule(
        _in_region, _logs_to_account, _logs, _given_watcher
    ),
    "3e9965dc-cc13-47ca-8259-a4252fd0cf7b": Rule(
        _in_region, _off_or_analysed, _analysed, _given_watcher
    ),
    "6d7c9ba4-b4b9-4d38-9e86-f1bc6b322bde": Rule(
        lambda network, values: True, _off_or_centralised, _centralised, _own_watcher
    ),
}
"""By the definition's name. The other members of its set (watcher, account, workspace) deploy
nothing here: what 6d7c9ba4 needs has to be there."""

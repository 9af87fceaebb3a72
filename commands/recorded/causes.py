"""What was done to flow logs, storage accounts and workspaces, in words and with its consequence.

Operations as Azure's resource providers spell them (azure-docs, resource-provider-operations).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from estate.activity_log import Activity
from estate.arm_id import key, name_of
from recording.facts import Event

_FLOW_LOG = "microsoft.network/networkwatchers/flowlogs"
_ACCOUNT = "microsoft.storage/storageaccounts"
_WORKSPACE = "microsoft.operationalinsights/workspaces"
_INGESTION = (
    "microsoft.insights/datacollectionrules",
    "microsoft.insights/datacollectionendpoints",
)
_SOLUTION = "microsoft.operationsmanagement/solutions"
_DONE: Mapping[str, str] = {
    f"{_FLOW_LOG}/delete": "flow log deleted",
    "microsoft.network/networkwatchers/delete": "network watcher deleted",
    f"{_ACCOUNT}/delete": "storage account deleted",
    f"{_WORKSPACE}/delete": "workspace deleted",
    **dict.fromkeys((f"{each}/delete" for each in _INGESTION), "rule of Traffic Analytics deleted"),
}
"""After these no row comes."""
_CHANGED: Mapping[str, str] = {
    f"{_ACCOUNT}/write": "storage account changed",
    f"{_ACCOUNT}/regeneratekey/action": "key of the storage account renewed",
    f"{_WORKSPACE}/write": "workspace changed",
    f"{_SOLUTION}/delete": "solution of the workspace deleted",
}
"""After these rows may stop to come, or begin."""
_SUCCESS = "succeeded"
_UNTOLD = "what was asked for is not in the log"
_MADE = "created"
"""HTTP's 201 as events have it (``statusCode``), which Azure answers where it makes a flow log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a write of a flow log named, as ids; blank what its event does not tell."""

    at: datetime
    flow_log: str
    target: str
    account: str
    workspace: str


def events(found: Iterable[Activity]) -> Iterator[Event]:
    """What may have made rows begin or stop, out of what succeeded, in the order given.

    What was asked for stands in the event of a request's beginning, that it succeeded in a later
    one (published events of Microsoft.Network and Microsoft.Storage).
    """
    listed = list(found)
    bodies, made = _bodies(listed), {each.run for each in listed if _is_made(each)}
    for activity in filter(_succeeded, listed):
        operation = key(activity.operation)
        if _is_of_others(operation, activity.resource_id):
            continue
        if operation in _DONE:
            yield _event(activity, _DONE[operation])
        elif operation == f"{_FLOW_LOG}/write":
            yield _written(activity, bodies.get(activity.run, {}), made=activity.run in made)
        elif operation in _CHANGED:
            yield _changed(activity, _CHANGED[operation], bodies.get(activity.run, {}))


def writes(found: Iterable[Activity]) -> Iterator[Written]:
    """What writes of flow logs named that succeeded, as far as events show what was asked for."""
    listed = list(found)
    bodies = _bodies(listed)
    for activity in filter(_succeeded, listed):
        if key(activity.operation) == f"{_FLOW_LOG}/write" and activity.run in bodies:
            asked = bodies[activity.run].get("properties") or {}
            analytics = asked.get("flowAnalyticsConfiguration") or {}
            inner = analytics.get("networkWatcherFlowAnalyticsConfiguration") or {}
            yield Written(
                at=activity.at,
                flow_log=activity.resource_id,
                target=str(asked.get("targetResourceId") or ""),
                account=str(asked.get("storageId") or ""),
                workspace=str(inner.get("workspaceResourceId") or ""),
            )


def _succeeded(activity: Activity) -> bool:
    return key(activity.status) == _SUCCESS


def _is_made(activity: Activity) -> bool:
    return key(str(activity.properties.get("statusCode") or "")) == _MADE


def _written(activity: Activity, asked: Mapping[str, Any], *, made: bool) -> Event:
    """A write of a flow log: made, switched on or off, or changed in a way that is not known."""
    enabled = (asked.get("properties") or {}).get("enabled")
    what = "flow log created" if made else "flow log changed"
    if enabled is None:
        return _event(activity, what, on=True, certain=False, made=made, asked=_UNTOLD)
    if enabled:
        return _event(activity, what, on=True, off=False, made=made)
    return _event(activity, "flow log disabled", asked="enabled: false")


def _changed(activity: Activity, what: str, asked: Mapping[str, Any]) -> Event:
    """A change, as far as the events show what was asked for."""
    if closed := _closed(asked.get("properties") or {}):
        return _event(activity, "storage account closed by its firewall", asked=closed)
    untold = "" if asked or not activity.operation.endswith("/write") else _UNTOLD
    return _event(activity, what, on=True, certain=False, asked=untold)


def _bodies(listed: Iterable[Activity]) -> dict[str, Mapping[str, Any]]:
    """Bodies of requests by what their events have in common."""
    return {activity.run: body for activity in listed if (body := _asked(activity))}


def _closed(properties: Mapping[str, Any]) -> str:
    """How an account was closed to Azure's own services, through which flow logs are written."""
    firewall = properties.get("networkAcls") or {}
    bypass = str(firewall.get("bypass") or "AzureServices")
    if properties.get("publicNetworkAccess") == "Disabled":
        return "publicNetworkAccess: Disabled"
    if firewall.get("defaultAction") == "Deny" and "AzureServices" not in bypass:
        return f"defaultAction: Deny, bypass: {bypass}"
    return ""


def _asked(activity: Activity) -> Mapping[str, Any]:
    """The body of the request, which events of some providers carry as text; else nothing."""
    given = activity.properties.get("requestbody") or "{}"
    try:
        body = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_of_others(operation: str, resource_id: str) -> bool:
    """Whether it is none of Traffic Analytics': its rules and endpoints are NWTA….

    What the solution of older workspaces is called is not documented: it may be any of networks.
    """
    name = key(name_of(resource_id))
    if operation.startswith(_SOLUTION):
        return "network" not in name.partition("(")[0]
    return operation.startswith(_INGESTION) and not name.startswith("nwta")


def _event(activity: Activity, what: str, *, asked: str = "", **more: bool) -> Event:
    return Event(
        at=activity.at,
        operation=activity.operation,
        resource=activity.resource_id,
        what=what,
        by=activity.caller,
        asked=asked,
        **more,
    )

"""What was done to flow logs, storage accounts and workspaces, in words and with its consequence.

Operations as Azure's resource providers spell them (azure-docs, resource-provider-operations).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from estate.activity_log import Activity
from estate.arm_id import key, name_of
from recording.ledger import Event

_FLOW_LOG = "microsoft.network/networkwatchers/flowlogs"
_ACCOUNT = "microsoft.storage/storageaccounts"
_WORKSPACE = "microsoft.operationalinsights/workspaces"
_INGESTION = (
    "microsoft.insights/datacollectionrules",
    "microsoft.insights/datacollectionendpoints",
)
_DONE: Mapping[str, str] = {
    f"{_FLOW_LOG}/delete": "flow log deleted",
    "microsoft.network/networkwatchers/delete": "network watcher deleted",
    f"{_ACCOUNT}/delete": "storage account deleted",
    f"{_WORKSPACE}/delete": "workspace deleted",
    **dict.fromkeys((f"{each}/delete" for each in _INGESTION), "rule of Traffic Analytics deleted"),
    "microsoft.operationsmanagement/solutions/delete": "solution of Traffic Analytics deleted",
}
"""After these no row comes."""
_CHANGED: Mapping[str, str] = {
    f"{_FLOW_LOG}/write": "flow log changed",
    f"{_ACCOUNT}/write": "storage account changed",
    f"{_ACCOUNT}/regeneratekey/action": "key of the storage account renewed",
    f"{_WORKSPACE}/write": "workspace changed",
    "microsoft.network/virtualnetworks/subnets/write": "subnet changed",
}
"""After these rows may stop to come, or begin."""
_SUCCESS = "succeeded"


def events(found: Iterable[Activity]) -> Iterator[Event]:
    """What may have made rows begin or stop, out of what succeeded, in the order given.

    What was asked for stands in the event of a request's beginning, that it succeeded in a later
    one (published events of Microsoft.Network and Microsoft.Storage).
    """
    listed = list(found)
    bodies = {activity.run: body for activity in listed if (body := _asked(activity))}
    for activity in listed:
        operation = key(activity.operation)
        if key(activity.status) != _SUCCESS or _is_of_others(operation, activity.resource_id):
            continue
        if operation in _DONE:
            yield _event(activity, _DONE[operation])
        elif operation in _CHANGED:
            yield _changed(activity, _CHANGED[operation], bodies.get(activity.run, {}))


def _changed(activity: Activity, what: str, asked: Mapping[str, Any]) -> Event:
    """A change, as far as the events show what was asked for."""
    properties = asked.get("properties") or {}
    if key(activity.operation) == f"{_FLOW_LOG}/write" and "enabled" in properties:
        if properties["enabled"]:
            return _event(activity, "flow log created or changed", on=True, off=False)
        return _event(activity, "flow log disabled")
    if _closes(properties):
        return _event(activity, "storage account closed by its firewall")
    return _event(activity, what, on=True, certain=False)


def _closes(properties: Mapping[str, Any]) -> bool:
    """Whether an account is closed to Azure's own services, through which flow logs are written."""
    firewall = properties.get("networkAcls") or {}
    bypass = str(firewall.get("bypass") or "AzureServices")
    denied = firewall.get("defaultAction") == "Deny" and "AzureServices" not in bypass
    return denied or properties.get("publicNetworkAccess") == "Disabled"


def _asked(activity: Activity) -> Mapping[str, Any]:
    """The body of the request, which events of some providers carry as text; else nothing."""
    given = activity.properties.get("requestbody") or "{}"
    try:
        body = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_of_others(operation: str, resource_id: str) -> bool:
    """Whether it is a rule or endpoint that is none of Traffic Analytics', whose are NWTA…."""
    ours = name_of(resource_id).upper().startswith("NWTA")
    return operation.startswith(_INGESTION) and not ours


def _event(activity: Activity, what: str, **more: bool) -> Event:
    return Event(
        at=activity.at,
        operation=activity.operation,
        resource=activity.resource_id,
        what=what,
        by=activity.caller,
        **more,
    )

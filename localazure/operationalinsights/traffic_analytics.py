"""Traffic Analytics, as far as it can be seen from outside: its rule, its endpoint, its rows.

The first network flow log that feeds a workspace makes a data collection endpoint and rule named
NWTA… in the workspace's group, without tags (network-watcher-traffic-analytics-resources,
06/12/2025; azure-rest-api-specs #41515). Where others feed the workspace already they are not made
again: once deleted, flow logs succeed and bring no rows (AzureMonitorCommunity #254). Streams as in
a published rule. How the names go on is not documented.

Every flow log that can deliver has one row, of this moment, unless the estate says who talks to
whom (conversations.py): then rows come of that. An estate may hold rows of its own in `rows` of a
workspace's table, which then stand for the flow logs that they name; a time in them may be
relative, `-P3D` for three days ago. What Traffic Analytics says about its own work are rows of the
network table with the SubType `StatusMessage` (Azure Monitor logs reference, NTANetAnalytics:
`Status` Completed, Partial or Failed): no flows, and they stand for none. `_LogOperation` is a
function that every workspace has, on its Operation table (page "Monitor operational issues …"); an
estate holds its rows as those of a table, with the columns of that page alone. A row without
`_BilledSize` has the bytes of its values as text, standard columns left out (azure-docs, cost-logs,
"Data size calculation"), and is billed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from localazure.errors.governance import TARequestDisallowedByPolicy
from localazure.network.flow_log_rules import analytics_of
from localazure.network.security_rules import GROUPS
from localazure.operationalinsights.conversations import (
    GROUP_TABLE,
    NETWORK_TABLE,
    TABLES,
    has_traffic,
)
from localazure.policy.policy_rules import refusals
from localazure.server.request import Request
from localazure.state.arm_id import TENANT, key, parse_resource, region, same
from localazure.state.links import FLOW_LOGS
from localazure.state.store import Resource, Store
from localazure.state.times import duration

RULES = "Microsoft.Insights/dataCollectionRules"
ENDPOINTS = "Microsoft.Insights/dataCollectionEndpoints"
OPERATIONS = "_LogOperation"
_STREAMS = ("NTANetAnalytics", "NTATopologyDetails", "NTAIpDetails", "NTAInsights")
_STOPPED = ("OverQuota", "ForceOff", "SubscriptionSuspended")
_CLOSED = ("Disabled", "SecuredByPerimeter")
"""Public network access of accounts that Azure cannot write to: no account here is in a perimeter,
and then the second locks it (azure-docs, network-security-perimeter-transition)."""
_UNBILLED = ("_ResourceId", "_SubscriptionId", "_ItemId", "_IsBillable", "_BilledSize", "Type")

Rows = dict[str, list[dict[str, Any]]]


def set_up(store: Store, flow_log: Resource) -> None:
    """Makes endpoint and rule for the workspace of a flow log, where it is the first."""
    workspace = _workspace(store, flow_log)
    if workspace is None or is_on_group(flow_log) or not _is_first(store, flow_log, workspace):
        return
    for resource in _own(workspace):
        store.put(resource)


def refused_by_policy(request: Request) -> TARequestDisallowedByPolicy | None:
    """The error that a flow log ends in if a policy does not let endpoint or rule be made."""
    content = request.content()
    log = {"id": str(request.id), "properties": content["properties"]}
    workspace = _workspace(request.azure.store, log)
    if workspace is None or is_on_group(log) or not _is_first(request.azure.store, log, workspace):
        return None
    for resource in _own(workspace):
        if denied := refusals(request.azure, parse_resource(resource["id"]), resource):
            name = denied[0].assignment["name"]
            return TARequestDisallowedByPolicy(
                resource["id"], f"It was disallowed by policy assignment '{name}'."
            )
    return None


def rows(store: Store, workspace: Resource, now: datetime) -> Rows:
    """Rows by table: those of the estate, and one of each flow log that can deliver.

    Where the estate says who talks to whom, rows come of that alone (traffic_rows.py).
    """
    found: Rows = {OPERATIONS: []}
    for table in store.of_type(TABLES, workspace["id"]):
        listed = [_dated(row, now) for row in table.get("rows", [])]
        found.setdefault(table["name"], []).extend(listed)
    named = {
        key(str(value)) for listed in found.values() for row in listed for value in _names(row)
    }
    silent = has_traffic(store, workspace)
    for log in [] if silent else store.of_type(FLOW_LOGS, TENANT):
        if delivers(store, log, workspace):
            kind, own = first_row(log, now)
            if not named & {key(value) for value in _names(own)}:
                found.setdefault(kind, []).append(own)
    return {
        table: listed if table == OPERATIONS else [billed(row) for row in listed]
        for table, listed in found.items()
    }


def _workspace(store: Store, flow_log: Resource) -> Resource | None:
    analytics = analytics_of(flow_log["properties"])
    if not analytics.get("enabled"):
        return None
    return store.find(str(analytics.get("workspaceResourceId")))


def is_on_group(flow_log: Resource) -> bool:
    target = flow_log["properties"]["targetResourceId"]
    return key(parse_resource(target).type) == key(GROUPS)


def _is_first(store: Store, flow_log: Resource, workspace: Resource) -> bool:
    if _rule_of(store, workspace) is not None:
        return False
    others = (
        log
        for log in store.of_type(FLOW_LOGS, TENANT)
        if not same(log["id"], flow_log["id"])
        and not is_on_group(log)
        and log["properties"]["provisioningState"] == "Succeeded"
    )
    return not any(_workspace(store, log) is workspace for log in others)


def _rule_of(store: Store, workspace: Resource) -> Resource | None:
    """The rule of Traffic Analytics for a workspace, in its group."""
    group = workspace["id"].split("/providers/")[0]
    for rule in store.of_type(RULES, group):
        listed = rule["properties"].get("destinations", {}).get("logAnalytics", [])
        if rule["name"].startswith("NWTA") and any(
            same(each["workspaceResourceId"], workspace["id"]) for each in listed
        ):
            return rule
    return None


def _own(workspace: Resource) -> Iterator[Resource]:
    group = workspace["id"].split("/providers/")[0]
    name = f"NWTA-{uuid.uuid5(uuid.NAMESPACE_URL, key(workspace['id']))}"
    endpoint = f"{group}/providers/{ENDPOINTS}/{name}"
    streams = [f"Microsoft-{stream}" for stream in _STREAMS]
    destination = {
        "name": workspace["name"],
        "workspaceResourceId": workspace["id"],
        "workspaceId": workspace["properties"]["customerId"],
    }
    contents: dict[str, dict[str, Any]] = {
        ENDPOINTS: {"networkAcls": {"publicNetworkAccess": "Enabled"}},
        RULES: {
            "dataCollectionEndpointId": endpoint,
            "destinations": {"logAnalytics": [destination]},
            "dataFlows": [{"streams": streams, "destinations": [workspace["name"]]}],
        },
    }
    for type_, properties in contents.items():
        yield {
            "id": f"{group}/providers/{type_}/{name}",
            "name": name,
            "type": type_,
            "location": workspace["location"],
            "properties": {**properties, "provisioningState": "Succeeded"},
        }


def delivers(store: Store, log: Resource, workspace: Resource) -> bool:
    """True if rows of a flow log reach a workspace."""
    properties = log["properties"]
    if not properties["enabled"] or properties["provisioningState"] == "Failed":
        return False
    if _workspace(store, log) is not workspace:
        return False
    settings = workspace["properties"]
    guid = analytics_of(properties).get("workspaceId")
    if guid and not same(str(guid), str(settings["customerId"])):
        return False
    if settings.get("workspaceCapping", {}).get("dataIngestionStatus") in _STOPPED:
        return False
    ruled = is_on_group(log) or _rule_of(store, workspace) is not None
    return ruled and _writes(store, log)


def _writes(store: Store, log: Resource) -> bool:
    """True if Azure can write a flow log to its account (azure-docs, vnet-flow-logs-overview)."""
    account = store.find(log["properties"]["storageId"])
    if account is None or region(account["location"]) != region(log["location"]):
        return False
    properties = account["properties"]
    firewall = properties.get("networkAcls") or {}
    closed = firewall.get("defaultAction") == "Deny" and "AzureServices" not in firewall.get(
        "bypass", "AzureServices"
    )
    premium = account["sku"]["name"].startswith("Premium")
    return not (closed or premium or properties.get("publicNetworkAccess") in _CLOSED)


def first_row(log: Resource, now: datetime) -> tuple[str, dict[str, Any]]:
    """The table of a flow log's rows, and a row without traffic of the last ten minutes."""
    target = parse_resource(log["properties"]["targetResourceId"])
    id_ = parse_resource(log["id"])
    times = {"start": now - timedelta(minutes=10), "end": now}
    if is_on_group(log):
        return GROUP_TABLE, {
            "TimeGenerated": now,
            "SubType_s": "FlowLog",
            "NSGList_s": f"{target.subscription}/{target.group}/{target.name}",
            "FlowIntervalStartTime_t": times["start"],
            "FlowIntervalEndTime_t": times["end"],
        }
    return NETWORK_TABLE, {
        "TimeGenerated": now,
        "SubType": "FlowLog",
        "FlowLogResourceId": f"{id_.subscription}/{id_.group}/{id_.names[0]}/{id_.name}",
        "TargetResourceId": f"{target.group}/{target.name}",
        "FlowIntervalStartTime": times["start"],
        "FlowIntervalEndTime": times["end"],
    }


def _names(row: dict[str, Any]) -> list[str]:
    """Names of the flow logs and groups that a row has flows of."""
    if key(str(row.get("SubType"))) == "statusmessage":
        return []
    return [str(row[name]) for name in ("FlowLogResourceId", "NSGList_s") if row.get(name)]


def _dated(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A row with its relative times made absolute."""
    return {name: _moment(value, now) for name, value in row.items()}


def _moment(value: Any, now: datetime) -> Any:
    ago = duration(value) if isinstance(value, str) and value.startswith("-P") else None
    return value if ago is None else now + ago


def billed(row: dict[str, Any], times: int = 0) -> dict[str, Any]:
    """A row with the columns on its size that every stored row has; `times` are still to come."""
    size = sum(len(str(value).encode()) for name, value in row.items() if name not in _UNBILLED)
    size += times * len(str(datetime.min))
    return {"_BilledSize": float(size), "_IsBillable": "true", **row}


def within(rows: Rows, span: timedelta, now: datetime) -> Rows:
    """The rows that came in the last `span`; one without `TimeGenerated` did not."""
    return {
        table: [row for row in listed if (_came(row) or datetime.min) >= now - span]
        for table, listed in rows.items()
    }


def _came(row: dict[str, Any]) -> datetime | None:
    """UTC without a zone, as `utc_now`."""
    came = row.get("TimeGenerated")
    return datetime.fromisoformat(came).replace(tzinfo=None) if isinstance(came, str) else came


def utc_now() -> datetime:
    """This moment in UTC, without a zone, as rows have it."""
    return datetime.now(UTC).replace(tzinfo=None)

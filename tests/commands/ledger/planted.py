"""An estate of which each network had something happen to its recording.

Hours are counted back from the last whole hour: silence in hours 30 to 59 is `range(30, 60)`, and
what somebody did at 60 was done in the middle of the hour that began 60 hours ago.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.queries.traffic import Flow, Row, nsg_rows, vnet_rows

SUBSCRIPTION = "00000000-0000-4000-8000-000000000031"
ROOT = f"/subscriptions/{SUBSCRIPTION}"
WATCHERS = f"{ROOT}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers"
WATCHER = f"{WATCHERS}/nw"
NETWORKS = f"{ROOT}/resourceGroups/rg-net/providers/Microsoft.Network"
EVE = "eve@contoso.example"
HOUR = timedelta(hours=1)
ALWAYS = range(2, 600)
LOGS = "Microsoft.Network/networkWatchers/flowLogs"
STORAGE = "Microsoft.Storage/storageAccounts"
Body = dict[str, Any]


def now() -> datetime:
    """The last whole hour in UTC, without a zone as rows have it."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def account(name: str) -> str:
    """Id of a storage account."""
    return f"{ROOT}/resourceGroups/rg-st/providers/{STORAGE}/{name}"


def workspace(name: str) -> str:
    """Id of a workspace, each in a group of its own."""
    group = f"{ROOT}/resourceGroups/rg-{name}"
    return f"{group}/providers/Microsoft.OperationalInsights/workspaces/{name}"


def network(name: str) -> str:
    """Id of a network."""
    return f"{NETWORKS}/virtualNetworks/{name}"


def flow_log_id(name: str, watcher: str = WATCHER) -> str:
    """Id of the flow log of a network."""
    return f"{watcher}/flowLogs/fl-{name}"


def event(hour: float, operation: str, resource: str, **more: Any) -> Body:
    """Something that Eve did, which succeeded."""
    return {
        "eventTimestamp": f"{(now() - hour * HOUR + HOUR / 2).isoformat()}Z",
        "operationName": {"value": operation},
        "resourceId": resource,
        "caller": EVE,
        "status": {"value": "Succeeded"},
        **more,
    }


def asked(
    hour: float, operation: str, resource: str, made: bool = False, **body: Any
) -> list[Body]:
    """The two events of a request: what was asked for, and that it succeeded."""
    run = {"operationId": f"11111111-1111-4111-8111-{abs(hash((hour, resource))) % 10**12:012}"}
    text = {"requestbody": json.dumps({"properties": body})}
    code = {"properties": {"statusCode": "Created" if made else "OK"}}
    begun = event(hour, operation, resource, properties=text, **run)
    return [
        {**begun, "status": {"value": "Started"}},
        event(hour, operation, resource, **code, **run),
    ]


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A network, the hours of which it has no rows, and what happened.

    ``late`` are hours whose rows came six hours late. ``delegated`` is the service of its subnet,
    ``level`` what its flow log is on; without ``logged`` there is none (any more).
    """

    name: str
    silent: tuple[range, ...] = ()
    events: tuple[Body, ...] = ()
    account: str = "stmain"
    workspace: str = "main"
    before: str = ""
    """Workspace of the rows until 60 hours ago, where that was another."""
    late: range = range(0)
    logged: bool = True
    watcher: str = WATCHER
    delegated: str = ""
    level: str = "virtualNetwork"
    more: tuple[Body, ...] = ()
    said: tuple[Row, ...] = ()
    """What Traffic Analytics said of its flow log."""
    also: str = ""
    """Name of another flow log on it, which is gone, with rows of the same hours."""
    properties: Body = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Id of what the flow log is on."""
        return network(self.name) + ("/subnets/main" if self.level == "subnet" else "")

    @property
    def row_name(self) -> str:
        """How rows call its flow log."""
        watcher = self.watcher.rpartition("/")[2]
        return f"{SUBSCRIPTION}/networkwatcherrg/{watcher}/fl-{self.name}"

    def bodies(self) -> Iterator[Body]:
        """Its resources."""
        subnet: Body = {"addressPrefix": "10.0.0.0/24"}
        if self.delegated:
            service = {"serviceName": self.delegated}
            subnet["delegations"] = [{"name": "to", "properties": service}]
        space = {"addressPrefixes": ["10.0.0.0/16"]}
        subnets = [{"name": "main", "properties": subnet}]
        properties = {"addressSpace": space, "subnets": subnets}
        yield {"id": network(self.name), "location": "westeurope", "properties": properties}
        if self.logged:
            yield self.flow_log()
        yield from self.more

    def flow_log(self) -> Body:
        """The flow log as it is at the end."""
        analytics = {
            "enabled": True,
            "trafficAnalyticsInterval": 60,
            "workspaceResourceId": workspace(self.workspace),
            "workspaceRegion": "westeurope",
        }
        properties = {
            "targetResourceId": self.target,
            "storageId": account(self.account),
            "enabled": True,
            "format": {"type": "JSON", "version": 2},
            "retentionPolicy": {"enabled": True, "days": 90},
            "flowAnalyticsConfiguration": {"networkWatcherFlowAnalyticsConfiguration": analytics},
            **self.properties,
        }
        id_ = flow_log_id(self.name, self.watcher)
        return {"id": id_, "location": "westeurope", "properties": properties}

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Rows of every hour that is not silent, with the workspace that has them."""
        silent = {hour for each in self.silent for hour in each}
        for hour in range(200, 0, -1):
            if hour not in silent:
                late = {"late": 6 * 60} if hour in self.late else {}
                held = self.before if self.before and hour >= 60 else self.workspace
                row = self._row(hour, **late)
                yield held, row
                if self.also and hour > 28:
                    other = row["FlowLogResourceId"].replace(self.name, self.also)
                    yield held, {**row, "FlowLogResourceId": other}
        for row in self.said:
            yield self.workspace, {**row, "FlowLogResourceId": self.row_name}

    def _row(self, hour: int, **more: Any) -> Row:
        flow = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", **more)
        flow = replace(flow, flow_log=self.row_name, start=now() - hour * HOUR)
        (row,) = vnet_rows([flow])
        inside = f"{self.name}/main" if self.level == "subnet" else self.name
        return {**row, "TargetResourceId": f"{SUBSCRIPTION}/rg-net/{inside}"}


def status(hour: int, said: str, description: str = "") -> Row:
    """What Traffic Analytics said of an hour."""
    return {
        "SubType": "StatusMessage",
        "TimeGenerated": now() - (hour - 1) * HOUR,
        "FlowIntervalStartTime": now() - hour * HOUR,
        "Status": said,
        "Description": description,
    }


def group_rows(name: str, hours: Iterable[int]) -> list[Row]:
    """Rows of the flow log of a security group, as the older table has them."""
    flow = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet")
    called = f"{SUBSCRIPTION}/rg-net/{name}"
    return nsg_rows(replace(flow, flow_log=called, start=now() - hour * HOUR) for hour in hours)


def estate(plants: Iterable[Plant], tables: Iterable[Body] = ()) -> list[Body]:
    """Everything: plants, what they need, their rows and the activity log."""
    listed = list(plants)
    bodies: dict[str, Body] = {}
    rows: dict[str, list[Row]] = {}
    for plant in listed:
        for body in plant.bodies():
            bodies[body["id"].casefold()] = body
        for held, row in plant.rows():
            rows.setdefault(held, []).append(row)
    gone = {
        each["resourceId"].casefold()
        for plant in listed
        for each in plant.events
        if each["operationName"]["value"].endswith("workspaces/delete")
    }
    for name in {name for plant in listed for name in (plant.workspace, plant.before) if name}:
        bodies |= _group(f"rg-{name}")
        if workspace(name).casefold() not in gone:
            bodies[workspace(name)] = {"id": workspace(name), "location": "westeurope"}
            table = f"{workspace(name)}/tables/NTANetAnalytics"
            bodies[table] = {"id": table, "rows": list(map(_plain, rows.get(name, ())))}
    for name in {plant.account for plant in listed}:
        bodies[account(name)] = {"id": account(name), "location": "westeurope", "kind": "StorageV2"}
    log = f"{ROOT}/providers/Microsoft.Insights/eventtypes/management"
    return [
        {"id": ROOT, "displayName": "contoso-ledger"},
        *_group("rg-net").values(),
        *_group("rg-st").values(),
        *_group("NetworkWatcherRG").values(),
        {"id": WATCHER, "location": "westeurope"},
        *bodies.values(),
        *({**each, "rows": list(map(_plain, each["rows"]))} for each in tables),
        {"id": log, "events": [each for plant in listed for each in plant.events]},
    ]


def _group(name: str) -> dict[str, Body]:
    id_ = f"{ROOT}/resourceGroups/{name}"
    return {id_: {"id": id_, "location": "westeurope"}}


def _plain(row: Row) -> Body:
    return {
        name: f"{value.isoformat()}Z" if isinstance(value, datetime) else value
        for name, value in row.items()
    }

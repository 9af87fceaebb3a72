"""A reader of answers, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commands.checks.arm_bodies import Body
from estate.cloud import Cloud
from estate.home import Home
from estate.model import NetworkWatcher

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
ID = f"{GROUP}/providers/Microsoft.Network/networkWatchers/nw"
WATCHER = NetworkWatcher(id=ID, name="nw", location="westeurope", tags={})
HOME = Home(group_id=GROUP, workspace_id=f"{GROUP}/providers/a.b/workspaces/w")
BODY = Body(id=ID, type="Microsoft.Network/networkWatchers", content={"tags": {"a": "b"}})
TAGS = {"env": "dev"}
RESOURCE = {"id": ID, "name": "nw", "location": "westeurope", "tags": TAGS}
REFERENCE = {"id": ID}
PERMISSION = {"actions": ["*/read"], "notActions": ["a/b/read"]}
CONFIGURATION = {"properties": {"subnet": REFERENCE}}
ANALYTICS = {
    "enabled": True,
    "trafficAnalyticsInterval": 60,
    "workspaceId": "guid",
    "workspaceResourceId": ID,
    "workspaceRegion": "westeurope",
}


def listed(*items: Any) -> dict[str, Any]:
    return {"value": list(items)}


def found_rows(*rows: Any) -> dict[str, Any]:
    return {
        "totalRecords": len(rows),
        "count": len(rows),
        "resultTruncated": "false",
        "data": [*rows],
    }


def table(**row: Any) -> dict[str, Any]:
    columns = [{"name": name, "type": "string"} for name in row]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [[*row.values()]]}]}


@dataclass(frozen=True)
class Reading:
    """A reader, and by the end of a URL's path what it is answered, with all that it looks at."""

    read: Callable[[Cloud], object]
    answers: Mapping[str, Any]

"""What was done to resources, from the activity log: ARM keeps 90 days of it.

Source: Microsoft's REST reference, "Activity Logs - List" (2015-04-01), whose ``$filter`` takes a
time and one of resource group, resource or provider; recorded in azure-libraries-for-net,
CanListEventsAndMetrics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from estate.cloud import Cloud
from estate.response_shape import TIME, Needed, Shape

VERSION = "2015-04-01"
KEPT = timedelta(days=90)
_FIELDS = "eventTimestamp,operationName,operationId,resourceId,caller,status,properties"
_NAME: Shape = {"value": str}
_EVENT: Shape = {
    "eventTimestamp": Needed(TIME),
    "operationName": Needed(_NAME),
    "operationId": str,
    "resourceId": str,
    "caller": str,
    "status": _NAME,
    "properties": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One event; ``operation`` and ``status`` as ARM spells them, ``at`` in UTC.

    ``caller`` is whoever did it: a user's name, or an application's object id. ``run`` is what the
    events of one request have in common.
    """

    at: datetime
    operation: str
    run: str
    resource_id: str
    caller: str
    status: str
    properties: Mapping[str, Any] = field(default_factory=dict)


def of_group(cloud: Cloud, group_id: str, start: datetime, end: datetime) -> Iterator[Activity]:
    """Events of everything in a resource group. Raises AzureError."""
    name = group_id.rpartition("/")[2]
    yield from _listed(cloud, group_id, start, end, f"resourceGroupName eq '{name}'")


def of_resource(
    cloud: Cloud, resource_id: str, start: datetime, end: datetime
) -> Iterator[Activity]:
    """Events of one resource. Raises AzureError."""
    yield from _listed(cloud, resource_id, start, end, f"resourceUri eq '{resource_id}'")


def _listed(
    cloud: Cloud, id_: str, start: datetime, end: datetime, which: str
) -> Iterator[Activity]:
    when = f"eventTimestamp ge '{_stamp(start)}' and eventTimestamp le '{_stamp(end)}'"
    subscription = "/".join(id_.split("/")[:3])
    path = f"{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    asked = f"{path}?$filter={quote(f'{when} and {which}')}&$select={_FIELDS}"
    for body in cloud.list(asked, VERSION, _EVENT):
        yield Activity(
            at=_moment(body["eventTimestamp"]),
            operation=body["operationName"].get("value") or "",
            run=body.get("operationId") or "",
            resource_id=body.get("resourceId") or "",
            caller=body.get("caller") or "",
            status=(body.get("status") or {}).get("value") or "",
            properties=body.get("properties") or {},
        )


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _moment(text: str) -> datetime:
    """Azure gives seven digits of a second, which is one more than a datetime holds."""
    return datetime.fromisoformat(f"{text[:19]}+00:00")

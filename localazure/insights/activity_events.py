"""Events of the activity log: kept in part, and filled in when they are shown.

EventData of the specification (Microsoft.Insights 2015-04-01, activityLogs_API.json) and
Microsoft's page "Azure Activity Log event schema", category Administrative. A kept event has its
time, operation and resource, an id, and whatever does not follow from these. The provider's display
texts are not known here: `localizedValue` is the value, as in that page's sample.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localazure.state.arm_id import GROUP_TYPE, SUBSCRIPTION_TYPE, key, parse
from localazure.state.times import moment

EVENT_TYPES = "Microsoft.Insights/eventtypes"
LOG = f"{EVENT_TYPES}/management"
"""Below a subscription: id of an estate's entry with events."""

Event = dict[str, Any]

_START = datetime(1, 1, 1, tzinfo=UTC)
"""Where the ticks in an event's id begin; a tick is 100 ns."""
_TEXTS = ("eventName", "category", "operationName", "resourceProviderName", "resourceType")
_LOCALIZED = (*_TEXTS, "status", "subStatus")
_GROUP = f"{SUBSCRIPTION_TYPE}/resourceGroups"


def written(time: datetime) -> str:
    """A time as Azure writes it, with seven digits."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def dated(event: Event, now: datetime) -> Event:
    """An event of an estate with its times made absolute, and with an id."""
    times = {
        name: written(moment(event[name], now) or now)
        for name in ("eventTimestamp", "submissionTimestamp")
        if name in event
    }
    return {"eventDataId": str(uuid.uuid4())} | event | times


def group_of(event: Event) -> str:
    """Resource group of an event's resource, empty where it is in none."""
    return str(event.get("resourceGroupName") or parse(event["resourceId"]).group or "")


def provider_of(event: Event) -> str:
    """Resource provider of an event's resource."""
    given = event.get("resourceProviderName") or {}
    return str(given.get("value") or _type(event).partition("/")[0])


def filled(event: Event, tenant: str) -> Event:
    """The whole event, as the log shows it."""
    id_ = parse(event["resourceId"])
    own, operation = event["eventDataId"], event["operationName"]["value"]
    status = event.get("status") or {"value": "Succeeded"}
    hierarchy = f"{tenant}/{id_.subscription}"
    whole = {
        "authorization": {"action": operation, "scope": event["resourceId"]},
        "channels": "Operation",
        "claims": {},
        "correlationId": event.get("operationId", own),
        "description": "",
        "eventName": {"value": "BeginRequest" if status["value"] == "Started" else "EndRequest"},
        "category": {"value": "Administrative"},
        "id": f"{event['resourceId']}/events/{own}/ticks/{_ticks(event['eventTimestamp'])}",
        "level": "Error" if status["value"] == "Failed" else "Informational",
        "operationId": own,
        "resourceGroupName": group_of(event),
        "resourceProviderName": {"value": provider_of(event)},
        "resourceType": {"value": _type(event)},
        "status": status,
        "subStatus": {"value": ""},
        "submissionTimestamp": event["eventTimestamp"],
        "subscriptionId": id_.subscription,
        "tenantId": tenant,
        "relatedEvents": [],
        **event,
        "properties": {
            **event.get("properties", {}),
            "eventCategory": "Administrative",
            "entity": event["resourceId"],
            "message": operation,
            "hierarchy": hierarchy,
        },
    }
    for name in _LOCALIZED:
        whole[name] = {"localizedValue": whole[name].get("value"), **whole[name]}
    return whole


def _type(event: Event) -> str:
    """Type of an event's resource; that of a group is the one of its operations."""
    given = event.get("resourceType") or {}
    type_ = parse(event["resourceId"]).type
    return str(given.get("value") or (_GROUP if key(type_) == key(GROUP_TYPE) else type_))


def _ticks(time: str) -> int:
    since = datetime.fromisoformat(time) - _START
    return (since.days * 86400 + since.seconds) * 10**7 + since.microseconds * 10

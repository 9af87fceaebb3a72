"""GET /subscriptions/{id}/providers/microsoft.insights/eventtypes/management/values.

Specification: ActivityLogs_List, 2015-04-01. Recorded: azure-libraries-for-net's
CanListEventsAndMetrics (newest first; `id` comes with whatever `$select` names), azure-cli's
test_activity_log_list_scenario (90 days; times without quotes). Microsoft's page "Retrieve activity
log data" requires a filter with a start. 200 events are a page, as azure-powershell #3957 and
azure-sdk-for-java #1908 saw, and the way on is `nextLink` with `$skipToken` (azure-powershell
#3169), whose form is this server's own.

An event is there at once, where Azure needs 3 to 20 minutes (page "Activity log in Azure Monitor").
The log of the tenant, `/providers/microsoft.insights/…`, is not modelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

from localazure.errors.base import NotModelled
from localazure.errors.monitor import ActivityLogRefusal
from localazure.insights.activity_events import Event, filled, group_of, provider_of
from localazure.server.api_versions import Versions, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import ArmId, key
from localazure.state.times import moment
from localazure.types.base import check_scope

PAGE = 200
RETENTION = timedelta(days=90)
_VERSIONS = Versions("2014-04-01", "2015-04-01")
_CONDITION = re.compile(r"\s*(\w+)\s+(eq|ge|le)\s+(?:'([^']*)'|([^\s']+))\s*(?:and\b|$)", re.I)
_PLACES: dict[str, Callable[[Event], str]] = {
    "resourcegroupname": group_of,
    "resourceuri": lambda event: str(event["resourceId"]),
    "resourceprovider": provider_of,
    "correlationid": lambda event: str(event.get("correlationId") or event.get("operationId")),
}
"""What a filter may compare beside the time, one at a time: "No other syntax is allowed"."""
_TIME = "eventtimestamp"


class ActivityLog:
    """The events of a subscription."""

    options: ClassVar[frozenset[str]] = frozenset({"$filter", "$select", "$skipToken"})

    def action(self, request: Request) -> str:
        """As a recorded refusal names it (403 of CanListEventsAndMetrics)."""
        return "microsoft.insights/eventtypes/values/read"

    def answer(self, request: Request) -> Response:
        """One page. Raises ActivityLogRefusal for a start that is missing or too far back."""
        check_version(request, _VERSIONS, "eventtypes")
        check_scope(replace(request, id=ArmId(request.id.subscription)))
        asked = {name.casefold(): value for name, value in request.query.items()}
        found = _found(request, asked.get("$filter", ""))
        at = _position(found, asked.get("$skiptoken"))
        page = found[at : at + PAGE]
        tenant = request.azure.tenant()
        shown = [_selected(filled(each, tenant), asked.get("$select", "")) for each in page]
        more = {"nextLink": _next(request, page[-1])} if at + PAGE < len(found) else {}
        return Response(200, {"value": shown, **more})


def _found(request: Request, text: str) -> list[Event]:
    """What the filter lets through, newest first."""
    values = dict(_conditions(text))
    now = datetime.now(UTC)
    start, end = _time(values, "ge", now), _time(values, "le", now)
    if start is None:
        raise ActivityLogRefusal("The filter needs a start time: eventTimestamp ge '<time>'.")
    if start < now - RETENTION:
        raise ActivityLogRefusal("The start time cannot be more than 90 days in the past.")
    places = [(_PLACES[name], key(value)) for (name, _), value in values.items() if name != _TIME]
    if len(places) > 1:
        raise NotModelled(f"the filter {text}")
    inside = f"/subscriptions/{request.id.subscription}".casefold()
    found = [
        (time, event)
        for event in request.azure.store.events
        if start <= (time := datetime.fromisoformat(event["eventTimestamp"]))
        and (end is None or time <= end)
        and f"{key(event['resourceId'])}/".startswith(f"{inside}/")
        and all(key(place(event)) == value for place, value in places)
    ]
    # Of two at one time the one that was written later is newer: sorted() keeps the order.
    return [event for _, event in sorted(reversed(found), key=lambda each: each[0], reverse=True)]


def _conditions(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Name and operator of each comparison with its value; raises NotModelled for any other one."""
    at, seen = 0, set()
    while at < len(text):
        match = _CONDITION.match(text, at)
        if match is None:
            raise NotModelled(f"the filter {text}")
        name, operator = match[1].casefold(), match[2].casefold()
        fits = operator in ("ge", "le") if name == _TIME else operator == "eq" and name in _PLACES
        if not fits or (name, operator) in seen:
            raise NotModelled(f"the filter {text}")
        seen.add((name, operator))
        yield (name, operator), match[3] if match[3] is not None else match[4]
        at = match.end()


def _time(values: dict[tuple[str, str], str], operator: str, now: datetime) -> datetime | None:
    text = values.get((_TIME, operator))
    if text is None:
        return None
    time = None if text.startswith("-") else moment(text, now)
    if time is None:
        raise NotModelled(f"the time {text} in a filter")
    return time


def _position(found: list[Event], token: str | None) -> int:
    """Where a page begins: after the event that the token names."""
    if token is None:
        return 0
    for position, event in enumerate(found):
        if event["eventDataId"] == token:
            return position + 1
    raise ActivityLogRefusal("The skip token is not one of this log.")


def _next(request: Request, last: Event) -> str:
    parts = request.words["query"].split("&")
    kept = [each for each in parts if "skiptoken=" not in each.casefold()]
    query = "&".join((*kept, f"$skipToken={last['eventDataId']}"))
    return f"{request.base}{quote(request.words['path'])}?{query}"


def _selected(event: Event, text: str) -> Event:
    """The members that `$select` names, and the id; all without it.

    The specification lists nearly all of EventData; that `caller` and the other members can be
    selected too is unconfirmed. Raises NotModelled for what no event has.
    """
    names = {name.strip().casefold() for name in text.split(",") if name.strip()}
    known = {name.casefold() for name in (*event, "httpRequest", "caller")}
    if unknown := names - known:
        raise NotModelled(f"selecting {', '.join(sorted(unknown))} of events")
    wanted = {*names, "id"} if names else known
    return {name: value for name, value in event.items() if name.casefold() in wanted}

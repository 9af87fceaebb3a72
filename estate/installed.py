"""Resources beside the flow logs: those of the stack's own group, saved searches, alerts.

A run needs it to distinguish what it may create from what exists, its own or somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from estate.cloud import Cloud
from estate.home import Home
from estate.model import Installed, Subscription
from estate.response_shape import TAGS, Needed, Shape

RESOURCES_VERSION = "2021-04-01"
SAVED_SEARCHES_VERSION = "2020-08-01"
ACTIVITY_ALERTS_VERSION = "2020-10-01"
_RESOURCE: Shape = {"id": Needed(str), "tags": TAGS}
_SEARCH: Shape = {
    "id": Needed(str),
    "properties": {
        "functionAlias": str,
        "tags": [{"name": Needed(str), "value": str}],
    },
}


def installed(
    cloud: Cloud, home: Home, subscriptions: Iterable[Subscription]
) -> Iterator[Installed]:
    """Everything there; a group or workspace that does not exist yet has nothing."""
    resources = f"{home.group_id}/resources"
    yield from map(_resource, cloud.list_found(resources, RESOURCES_VERSION, _RESOURCE))
    path = f"{home.workspace_id}/savedSearches"
    yield from map(_saved_search, cloud.list_found(path, SAVED_SEARCHES_VERSION, _SEARCH))
    for subscription in subscriptions:
        path = f"/subscriptions/{subscription.id}/providers/Microsoft.Insights/activityLogAlerts"
        yield from map(_resource, cloud.list_found(path, ACTIVITY_ALERTS_VERSION, _RESOURCE))


def _resource(body: Mapping[str, Any]) -> Installed:
    return Installed(id=body["id"], tags=body.get("tags") or {})


def _saved_search(body: Mapping[str, Any]) -> Installed:
    """Tags are a list, and the id may lack its first slash (REST examples of saved searches)."""
    properties = body.get("properties") or {}
    return Installed(
        id="/" + body["id"].lstrip("/"),
        tags={tag["name"]: tag.get("value") or "" for tag in properties.get("tags") or ()},
        alias=properties.get("functionAlias") or "",
    )

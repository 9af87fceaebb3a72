"""Events of the activity log, by what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from azure.core.exceptions import AzureError

from commands.recorded.causes import events
from estate.activity_log import KEPT, Activity, of_group, of_resource
from estate.arm_id import group_id_of, key, parent_of
from estate.cloud import Cloud
from estate.model import FlowLog
from estate.response import one_line
from estate.side_by_side import each
from recording.hours import HOUR, Window
from recording.ledger import Event


class Activities:
    """Events that were read; ``logged`` are the hours that the log has, ``unread`` why it lacks."""

    def __init__(self, found: Iterable[Event], logged: int, unread: str = "") -> None:
        """Takes events of any resources."""
        self.logged = logged
        self.unread = unread
        self._about: dict[str, list[Event]] = {}
        for event in found:
            for name in _names(event.resource):
                self._about.setdefault(name, []).append(event)

    def about(self, dependencies: Iterable[str]) -> tuple[Event, ...]:
        """Events about resources: ids, or flow logs as rows name them."""
        found = {
            id(event): event
            for name in map(key, dependencies)
            for event in self._about.get(name, ())
        }
        return tuple(sorted(found.values(), key=lambda event: event.at))


def activities(cloud: Cloud, logs: Sequence[FlowLog], window: Window, now: datetime) -> Activities:
    """Events of what flow logs depend on; a refusal is told, not raised."""
    start = max(window.start, now.astimezone(UTC) - KEPT + HOUR)  # an earlier start is refused
    groups = {key(group): group for log in logs for group in _groups(log)}
    accounts = {key(log.storage_id): log.storage_id for log in logs if log.storage_id}
    asked = [
        *(partial(of_group, cloud, group, start, now) for group in groups.values()),
        *(partial(of_resource, cloud, account, start, now) for account in accounts.values()),
    ]
    logged = window.all & ~((1 << max(0, window.at(start))) - 1)
    try:
        found = each(lambda ask: list[Activity](ask()), asked)
    except AzureError as error:
        return Activities((), 0, one_line(error))
    return Activities(events(one for listed in found for one in listed), logged)


def _groups(log: FlowLog) -> list[str]:
    """Resource groups of a flow log's watcher and of its workspace, with what is made there."""
    return [group_id_of(log.id), *([group_id_of(log.feeds)] if log.feeds else [])]


def _names(resource: str) -> set[str]:
    """A resource's key; of a flow log also what rows call it."""
    found = {key(resource)}
    parts = key(resource).split("/")
    if "flowlogs" in parts:
        watcher = parent_of(key(resource)).rpartition("/")[2]
        inside = f"{parts[4]}/{watcher}/{parts[-1]}"
        found |= {inside, f"{parts[2]}/{inside}"}
    if any(part.startswith("nwta") for part in parts):
        found.add(key(group_id_of(resource)))
    return found

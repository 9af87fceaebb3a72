"""Events of the activity log, by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial

from azure.core.exceptions import AzureError

from commands.recorded.causes import Written, events, writes
from commands.shared.workspace_rows import names
from estate.activity_log import KEPT, Activity, of_group, of_resource
from estate.arm_id import group_id_of, key, name_of, subscription_of
from estate.cloud import Cloud
from estate.model import FlowLog
from estate.response import one_line
from estate.side_by_side import each
from recording.facts import Event
from recording.hours import HOUR, Window


class Activities:
    """Events that were read, and what flow logs were written to.

    ``logged`` are the hours that the log has, ``unread`` why it lacks.
    """

    def __init__(
        self,
        found: Iterable[Event],
        logged: int,
        unread: str = "",
        written: Iterable[Written] = (),
    ) -> None:
        """Takes events of any resources."""
        self.logged = logged
        self.unread = unread
        self._about: dict[str, list[Event]] = {}
        self._written: dict[str, list[Written]] = {}
        for one in sorted(written, key=lambda each: each.at):
            self._written.setdefault(key(one.target), []).append(one)
        for event in found:
            for name in about(event):
                self._about.setdefault(name, []).append(event)

    def about(self, dependencies: Iterable[str]) -> list[Event]:
        """Events about resources: ids, or flow logs as rows name them."""
        found = {
            id(event): event
            for name in map(key, dependencies)
            for event in self._about.get(name, ())
        }
        return sorted(found.values(), key=lambda event: event.at)

    def written_on(self, targets: Iterable[str]) -> list[Written]:
        """Writes of flow logs on targets (ids), those of each in order of time."""
        return [one for target in set(map(key, targets)) for one in self._written.get(target, ())]

    @property
    def workspaces(self) -> list[str]:
        """Ids of workspaces that flow logs were written to feed."""
        written = (one for listed in self._written.values() for one in listed)
        found = {key(one.workspace): one.workspace for one in written if one.workspace}
        return list(found.values())

    def of_unknown_targets(self, subscription: str) -> list[Event]:
        """Flow logs of a subscription (GUID) that were deleted and whose target nothing tells."""
        return self._of_unknown_targets.get(subscription, [])

    @cached_property
    def _of_unknown_targets(self) -> dict[str, list[Event]]:
        known = {
            key(one.flow_log)
            for target, listed in self._written.items()
            for one in listed
            if target
        }
        unknown = (
            event
            for name, events_ in self._about.items()
            for event in events_
            if key(event.resource) == name
            and key(event.operation).endswith("flowlogs/delete")
            and name not in known
        )
        found: dict[str, list[Event]] = {}
        for event in unknown:
            found.setdefault(subscription_of(event.resource), []).append(event)
        return found


def activities(
    cloud: Cloud,
    logs: Sequence[FlowLog],
    window: Window,
    now: datetime,
    watchers: Iterable[str] = (),
) -> Activities:
    """Events of what flow logs depend on, and of those under watchers; a refusal is told.

    All that the log keeps is read: what was done before the window may last into it.
    """
    start = now.astimezone(UTC) - KEPT + HOUR  # an earlier start is refused
    groups = [*map(group_id_of, watchers), *(group_id_of(log.id) for log in logs)]
    groups += [
        group_id_of(log.analytics.workspace_id) for log in logs if log.analytics.workspace_id
    ]
    accounts = [log.storage_id for log in logs if log.storage_id]
    logged = window.all & ~((1 << max(0, window.at(start))) - 1)
    try:
        found = _read(partial(of_group, cloud), groups, start, now)
        written = list(writes(found))
        former = [group_id_of(one.workspace) for one in written if one.workspace]
        found += _read(partial(of_group, cloud), _others(former, groups), start, now)
        accounts += [one.account for one in written if one.account]
        found += _read(partial(of_resource, cloud), accounts, start, now)
    except AzureError as error:
        return Activities((), 0, one_line(error))
    return Activities(events(found), logged, written=written)


def about(event: Event) -> set[str]:
    """Keys of what an event is about; of a flow log also what rows call it.

    A rule of Traffic Analytics is about the workspaces of its resource group, and its name does not
    tell which; that of a solution names its workspace.
    """
    id_ = key(event.resource)
    if "/flowlogs/" in id_:
        return {id_, *names(id_, "")}
    if name_of(id_).startswith("nwta"):
        return {id_, key(group_id_of(id_))}
    if "/microsoft.operationsmanagement/solutions/" in id_:
        workspace = name_of(id_).partition("(")[2].rstrip(")")
        group = key(group_id_of(id_))
        return {id_, f"{group}/providers/microsoft.operationalinsights/workspaces/{workspace}"}
    return {id_}


def _read(
    ask: Callable[[str, datetime, datetime], Iterator[Activity]],
    ids: Iterable[str],
    start: datetime,
    end: datetime,
) -> list[Activity]:
    """Events of groups or resources, each asked for once."""
    once = {key(id_): id_ for id_ in ids}
    listed = each(lambda id_: list(ask(id_, start, end)), once.values())
    return [activity for found in listed for activity in found]


def _others(ids: Iterable[str], known: Iterable[str]) -> list[str]:
    held = set(map(key, known))
    return [id_ for id_ in ids if key(id_) not in held]

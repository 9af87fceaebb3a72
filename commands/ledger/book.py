"""The ledger of an estate: for each target what is known of it, and what follows hour by hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from commands.checks.scope import Scope
from commands.ledger.activity import Activities
from commands.recorded.hour_rows import Asked, HourRows
from commands.recorded.status_rows import Status
from commands.shared.workspace_rows import names
from estate.arm_id import (
    group_id_of,
    key,
    name_of,
    parent_of,
    resource_group_of,
    subscription_of,
)
from estate.model import FlowLog
from plan.flow_logs.unseen import blind_subnets
from recording.hours import Window
from recording.ledger import Facts, Period, Stop, periods
from rules.bodies import OF_AZURE

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A target with its flow logs (ids), as they are now, and its periods."""

    id: str
    flow_logs: Sequence[str]
    periods: Sequence[Period]


class Book:
    """What was asked and answered, from which entries are made."""

    def __init__(
        self,
        scope: Scope,
        window: Window,
        asked: Asked,
        status: Sequence[Status],
        activities: Activities,
    ) -> None:
        """``activities`` are the events of what the scope's flow logs depend on."""
        self._scope = scope
        self._window = window
        self._asked = asked
        self._status = status
        self._activities = activities
        self._by_name = _grouped((row.flow_log, row) for row in asked.rows)
        self._by_target = _grouped((row.target, row) for row in asked.rows)
        self._on_target = _grouped((key(log.target_id), log) for log in scope.flow_logs)
        self._blind = blind_subnets(scope.networks)

    def entries(self) -> Iterator[Entry]:
        """An entry for each target that has or should have a flow log, by id."""
        for target in self._targets():
            logs = self._on_target.get(key(target), [])
            yield Entry(
                id=target,
                flow_logs=tuple(log.id for log in logs),
                periods=periods(self._facts(target, logs), self._window),
            )

    def _targets(self) -> list[str]:
        planned = (log.target_id for log in self._scope.plan.flow_logs)
        held = (log.target_id for log in self._scope.flow_logs)
        found = {
            key(id_): id_ for id_ in (*planned, *held) if "/networksecuritygroups/" not in key(id_)
        }
        return [found[target] for target in sorted(found)]

    def _facts(self, target: str, logs: Sequence[FlowLog]) -> Facts:
        rows = self._rows(target, logs)
        own = _hours(rows)
        recorders = {row.flow_log for row in rows}
        roads = self._roads(logs)
        said = [each for each in self._status if each.flow_log in recorders | _all_names(logs)]
        return Facts(
            rows=own | self._of_groups(target),
            processed=_or(each.completed for each in said),
            beside=self._beside(recorders, roads),
            readable=self._readable(logs),
            logged=self._activities.logged,
            late=_or(row.late for row in rows),
            delay=max((row.delay for row in rows if row.late), default=0),
            events=self._activities.about(self._dependencies(target, logs, recorders)),
            stops=tuple(self._stops(target, said)),
            reason=self._unreadable(logs),
            now=_now(logs),
        )

    def _rows(self, target: str, logs: Sequence[FlowLog]) -> list[HourRows]:
        """Rows of a target's flow logs, and of those that are gone, which name it."""
        found = {id(row): row for name in _all_names(logs) for row in self._by_name.get(name, ())}
        for name in _target_names(target):
            found |= {id(row): row for row in self._by_target.get(name, ())}
        return [row for row in found.values() if not self._is_filtered(row, logs)]

    def _is_filtered(self, row: HourRows, logs: Sequence[FlowLog]) -> bool:
        parts = [log for log in logs if log.filtering_criteria or log.record_types]
        return row.flow_log in _all_names(parts)

    def _of_groups(self, target: str) -> int:
        """Hours in which flow logs on groups recorded all of a target, where each part has one."""
        if not self._is_grouped(target):
            return 0
        inside = [
            _hours(self._by_name.get(_group_name(place.security_group_id), ()))
            for attached in self._scope.attached.values()
            for place in attached
            if key(target) in map(key, place.recorders)
        ]
        found = self._window.all if inside else 0
        for hours in inside:
            found &= hours
        return found

    def _is_grouped(self, target: str) -> bool:
        """Whether a group sits on every subnet that can have one, if the target is a network."""
        network = next((each for each in self._scope.networks if key(each.id) == key(target)), None)
        subnets = network.subnets if network else ()
        return all(subnet.security_group_id or key(subnet.name) in OF_AZURE for subnet in subnets)

    def _roads(self, logs: Iterable[FlowLog]) -> set[tuple[str, str]]:
        return {(key(log.storage_id), key(log.feeds)) for log in logs if log.feeds}

    def _beside(self, recorders: set[str], roads: set[tuple[str, str]]) -> int:
        """Hours in which others recorded by the same account and workspace."""
        found = 0
        for log in self._scope.flow_logs:
            if (key(log.storage_id), key(log.feeds)) in roads:
                for name in set(names(log.id, log.target_id)) - recorders:
                    found |= _hours(self._by_name.get(name, ()))
        return found

    def _readable(self, logs: Sequence[FlowLog]) -> int:
        if not logs:
            return self._window.all
        unread = [log for log in logs if not log.feeds or key(log.feeds) in self._asked.unread]
        return 0 if len(unread) == len(logs) else self._window.all

    def _unreadable(self, logs: Sequence[FlowLog]) -> str:
        for log in logs:
            if not log.feeds:
                return f"flow log {log.name} feeds no workspace, so that there is no proof here"
            if why := self._asked.unread.get(key(log.feeds)):
                return why
        return ""

    def _stops(self, target: str, said: Iterable[Status]) -> Iterator[Stop]:
        for status in said:
            if status.failed:
                evidence = f"status row of Traffic Analytics: {status.description or 'Failed'}"
                yield Stop(hours=status.failed, cause="Traffic Analytics failed", evidence=evidence)
        if why := self._blind.get(key(target)):
            yield Stop(hours=self._window.all, cause=why, evidence="as the subnet is now")

    def _dependencies(
        self, target: str, logs: Sequence[FlowLog], recorders: set[str]
    ) -> Iterator[str]:
        """Ids, and names of flow logs as rows have them, that rows of a target depend on."""
        yield target
        yield from recorders
        for log in logs:
            yield from (log.id, parent_of(log.id), log.storage_id)
            if log.feeds:
                yield from (log.feeds, group_id_of(log.feeds))


def _now(logs: Sequence[FlowLog]) -> str:
    """Why nothing can be recorded at this moment; blank where something can."""
    if not logs:
        return "no flow log is on it"
    if any(log.enabled and not log.failed for log in logs):
        return ""
    return f"flow log {logs[0].name} is {'failed' if logs[0].enabled else 'switched off'}"


def _all_names(logs: Iterable[FlowLog]) -> set[str]:
    return {name for log in logs for name in names(log.id, log.target_id)}


def _group_name(group: str) -> str:
    return key(f"{subscription_of(group)}/{resource_group_of(group)}/{name_of(group)}")


def _target_names(target: str) -> set[str]:
    """How rows may name a target: group and name, with or without the subscription before it."""
    path = name_of(target)
    if "/subnets/" in key(target):
        path = f"{name_of(parent_of(target))}/{path}"
    inside = key(f"{resource_group_of(target)}/{path}")
    return {inside, f"{subscription_of(target)}/{inside}", key(target).strip("/")}


def _hours(rows: Iterable[HourRows]) -> int:
    return _or(row.hours for row in rows)


def _or(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _grouped(pairs: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found

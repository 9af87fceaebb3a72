"""What there is to prove that a place was recorded, and what follows from it hour by hour.

The ledger, the use of rules and the impact of a change stand on the same answer
(``recording.ledger``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from commands.recorded.activities import Activities, activities
from commands.recorded.caps import capped
from commands.recorded.history import History
from commands.recorded.hour_rows import Asked, HourRows, hour_rows
from commands.recorded.places import Place, place_name, row_names
from commands.recorded.status_rows import Status, status_rows
from commands.shared.workspace_rows import names, shared
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.model import FlowLog
from plan.text import count
from recording.facts import Event, Facts, Stop
from recording.hours import HOUR, Window, since
from recording.ledger import Period, periods, proven
from rules.usage import Recorded

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What Azure was asked about flow logs over a window."""

    window: Window
    flow_logs: Sequence[FlowLog]
    hours: Asked
    status: Sequence[Status]
    capped: Mapping[str, int]
    activities: Activities

    def notes(self) -> Iterator[str]:
        """Lines on what could not be read, and what that means."""
        for why in self.hours.unread.values():
            yield f"not read: {why}"
        if self.activities.unread:
            yield (
                f"the activity log could not be read ({self.activities.unread}): causes of gaps "
                "are not named from it, and a silence of more than a day counts as unknown"
            )


def ask(
    cloud: Cloud,
    flow_logs: Sequence[FlowLog],
    window: Window,
    now: datetime,
    *,
    watchers: Iterable[str] = (),
    workspaces: Iterable[str] = (),
) -> Answers:
    """Asks the activity log, and workspaces that flow logs feed or fed. Refusals are told.

    ``watchers`` and ``workspaces`` are ids to be asked whatever flow logs there are. Raises
    EstateError.
    """
    done = activities(cloud, flow_logs, window, now, watchers)
    fed = (log.analytics.workspace_id for log in flow_logs if log.analytics.workspace_id)
    all_ = {key(id_): id_ for id_ in (*done.workspaces, *workspaces, *fed)}
    hours = hour_rows(cloud, all_.values(), window)
    return Answers(
        window=window,
        flow_logs=flow_logs,
        hours=hours,
        status=status_rows(cloud, hours.asked, window),
        capped=capped(cloud, hours.asked, window),
        activities=done,
    )


class Proof:
    """Judges places by answers."""

    def __init__(self, answers: Answers) -> None:
        """Takes answers about every flow log that may record one of the places."""
        self._answers = answers
        self._window = answers.window
        self._by_name = _grouped((row.flow_log, row) for row in answers.hours.rows)
        self._by_target = _grouped((row.target, row) for row in answers.hours.rows)
        self._on_target = _grouped((key(log.target_id), log) for log in answers.flow_logs)
        wanted = ((key(log.feeds), names(log.id, log.target_id)) for log in answers.flow_logs)
        self._unclear = {name for _, name in shared(wanted)}
        self._periods: dict[Place, list[Period]] = {}

    def flow_logs(self, place: Place) -> list[FlowLog]:
        """Flow logs that record a place or its groups, as they are now."""
        targets = (*place.targets, *place.groups)
        return [log for id_ in targets for log in self._on_target.get(key(id_), ())]

    def periods(self, place: Place) -> list[Period]:
        """The window in periods."""
        if place not in self._periods:
            self._periods[place] = periods(self._facts(place), self._window)
        return self._periods[place]

    def recorded(self, places: Mapping[str, Place]) -> Recorded:
        """How far places were recorded, all of them together; by their ids."""
        if not places:
            reason = "the group is attached to nothing"
            return Recorded(since=self._window.start, whole=True, reason=reason)
        hours = {id_: proven(self.periods(place), self._window) for id_, place in places.items()}
        together = self._window.all
        for mask in hours.values():
            together &= mask
        start = since(together, self._window)
        if together == self._window.all:
            return Recorded(since=start, whole=True)
        worst = min(hours, key=lambda id_: hours[id_].bit_count())
        return Recorded(since=start, whole=False, reason=self.lack(worst, places[worst]))

    def lack(self, id_: str, place: Place) -> str:
        """Why a place does not count as recorded all the time; blank where it does."""
        if place.unseen:
            return place.unseen
        open_ = [each for each in self.periods(place) if each.state in ("gap", "unknown")]
        if not open_:
            return ""
        longest = max(open_, key=lambda each: each.end - each.start)
        why = self._why(place, longest)
        if (longest.end - longest.start) // HOUR == self._window.hours:
            return f"{place_name(id_)} was not recorded at all: {why}"
        more = f", and {count(len(open_) - 1, 'shorter time')}" if len(open_) > 1 else ""
        return (
            f"{place_name(id_)} was not recorded from {longest.start:%Y-%m-%d %H:%M} to "
            f"{longest.end:%Y-%m-%d %H:%M} UTC{more}: {why}"
        )

    def missing(self, place: Place) -> int:
        """Number of hours in which a place was not recorded, as far as is known."""
        return self._window.hours - proven(self.periods(place), self._window).bit_count()

    def _why(self, place: Place, period: Period) -> str:
        parts = [log for log in self.flow_logs(place) if _leaves_out(log)]
        if parts:
            return f"flow log {parts[0].name} leaves flows out by a filter"
        by = f" by {period.by}" if period.by else ""
        return f"{period.cause}{by}" if period.cause else period.evidence

    def hours(self, name: str) -> int:
        """Hours with rows of a flow log, by the name that rows give it."""
        return _or(row.hours for row in self._by_name.get(name, ()))

    def _facts(self, place: Place) -> Facts:
        logs = self.flow_logs(place)
        rows = self._rows(place, logs)
        own = {row.flow_log for row in rows} | _all_names(logs)
        said = [each for each in self._answers.status if each.flow_log in own]
        events = self._events(place, logs, rows)
        return Facts(
            rows=_or(row.hours for row in rows) | self._of_groups(place),
            processed=_or(each.completed for each in said),
            beside=_or(self._by_road[_road(log)] for log in logs if log.feeds),
            readable=self._readable(logs),
            logged=self._answers.activities.logged,
            late=_or(row.late for row in rows),
            delay=max((row.delay for row in rows if row.late), default=0),
            events=events,
            stops=tuple(self._stops(place, logs, said)),
            reason=self._unreadable(logs),
            now=_now(place, logs),
        )

    def _events(
        self, place: Place, logs: Sequence[FlowLog], rows: Sequence[HourRows]
    ) -> tuple[Event, ...]:
        asked = self._answers.hours
        history = History(
            place=place,
            logs=logs,
            rows=rows,
            activities=self._answers.activities,
            workspaces=[*asked.asked, *asked.unread],
            unread=asked.unread,
            recorders=self._by_name,
            window=self._window,
        )
        return history.events()

    def _rows(self, place: Place, logs: Sequence[FlowLog]) -> list[HourRows]:
        """Rows of flow logs, and of those that are gone, which name a target of the place."""
        filtered = _all_names(log for log in logs if _leaves_out(log)) | self._unclear
        own = [log for log in logs if key(log.target_id) in map(key, place.targets)]
        found = {id(row): row for name in _all_names(own) for row in self._by_name.get(name, ())}
        for target in place.targets:
            for name in row_names(target):
                found |= {id(row): row for row in self._by_target.get(name, ())}
        return [row for row in found.values() if row.flow_log not in filtered]

    def _of_groups(self, place: Place) -> int:
        """Hours in which the flow logs on every group of a place recorded."""
        found = self._window.all if place.groups else 0
        for group in place.groups:
            found &= _or(self.hours(name) for name in names("", group))
        return found

    @cached_property
    def _by_road(self) -> Mapping[tuple[str, str], int]:
        """Hours with rows of anything that goes by the same account to the same workspace.

        Where a place is silent, these are of others.
        """
        found: dict[tuple[str, str], int] = {}
        for log in self._answers.flow_logs:
            hours = _or(self.hours(name) for name in names(log.id, log.target_id))
            found[_road(log)] = found.get(_road(log), 0) | hours
        return found

    def _readable(self, logs: Sequence[FlowLog]) -> int:
        unread = self._answers.hours.unread
        readable = [log for log in logs if log.feeds and key(log.feeds) not in unread]
        return self._window.all if readable or not logs else 0

    def _unreadable(self, logs: Sequence[FlowLog]) -> str:
        for log in logs:
            if not log.feeds:
                return f"flow log {log.name} feeds no workspace, so that there is no proof here"
            if why := self._answers.hours.unread.get(key(log.feeds)):
                return why
        return ""

    def _stops(
        self, place: Place, logs: Iterable[FlowLog], said: Iterable[Status]
    ) -> Iterator[Stop]:
        for status in said:
            if status.failed:
                evidence = f"status row of Traffic Analytics: {status.description or 'Failed'}"
                yield Stop(hours=status.failed, cause="Traffic Analytics failed", evidence=evidence)
        for workspace in {key(log.feeds): log.feeds for log in logs if log.feeds}.values():
            if hours := self._answers.capped.get(key(workspace)):
                cause = f"workspace {name_of(workspace)} reached its daily cap"
                yield Stop(hours=hours, cause=cause, evidence="_LogOperation of the workspace")
        if place.unseen:
            yield Stop(hours=self._window.all, cause=place.unseen, evidence="as it is now")


def _now(place: Place, logs: Sequence[FlowLog]) -> str:
    """Why nothing can be recorded at this moment; blank where something can."""
    on = {key(log.target_id) for log in logs if log.enabled and not log.failed}
    if any(key(id_) in on for id_ in place.targets):
        return ""
    if place.groups and all(key(id_) in on for id_ in place.groups):
        return ""
    if not logs:
        return "no flow log is on it"
    off = next(log for log in logs if key(log.target_id) not in on)
    return f"flow log {off.name} is {'failed' if off.enabled else 'switched off'}"


def _leaves_out(log: FlowLog) -> bool:
    """True if a flow log records a part of the flows alone, by its filter or its record types."""
    return bool(log.filtering_criteria or log.record_types)


def _all_names(logs: Iterable[FlowLog]) -> set[str]:
    return {name for log in logs for name in names(log.id, log.target_id)}


def _road(log: FlowLog) -> tuple[str, str]:
    """By which account and to which workspace the rows of a flow log come."""
    return key(log.storage_id), key(log.feeds)


def _or(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _grouped(pairs: Iterable[tuple[str, _Value]]) -> dict[str, list[_Value]]:
    found: dict[str, list[_Value]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found

"""Hours of which there is proof that flow logs recorded, by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.recorded.hour_rows import hour_rows
from commands.shared.workspace_rows import first, names, shared
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.model import FlowLog
from plan.text import count
from recording.hours import Window, runs, since, told
from rules.usage import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A subnet, interface or scale set by what records it.

    ``targets`` are ids that a flow log on it may have: the place, what it is in, the groups on it.
    ``unseen`` is why no flow log sees it, blank where one does.
    """

    targets: tuple[str, ...]
    unseen: str = ""


@dataclass(frozen=True)
class Hours:
    """Hours in which flow logs of a window recorded, as bits (``recording.hours``).

    ``rows`` are hours with rows by the key of a workspace and the name that rows give a flow log;
    a workspace that could not be read is not there, and ``unread`` says why.
    """

    window: Window
    flow_logs: Sequence[FlowLog]
    rows: Mapping[str, Mapping[str, int]]
    unread: Mapping[str, str]

    def of_targets(self, targets: Iterable[str]) -> int:
        """Hours of which there is proof that a flow log on any of the targets (ids) recorded."""
        found = 0
        for log in self._on(targets):
            found |= self._told[key(log.id)]
        return found

    def recorded(self, places: Mapping[str, Place]) -> Recorded:
        """How far places were recorded, all of them together; by their ids."""
        if not places:
            reason = "the group is attached to nothing"
            return Recorded(since=self.window.start, whole=True, reason=reason)
        told_by = {id_: self.of_place(place) for id_, place in places.items()}
        hours = self.window.all
        for mask in told_by.values():
            hours &= mask
        start = since(hours, self.window)
        if hours == self.window.all:
            return Recorded(since=start, whole=True)
        worst = min(told_by, key=lambda id_: told_by[id_].bit_count())
        return Recorded(since=start, whole=False, reason=self.lack(worst, places[worst]))

    def of_place(self, place: Place) -> int:
        """Hours of which there is proof that all flows of a place were recorded."""
        return 0 if place.unseen else self.of_targets(place.targets)

    def lack(self, id_: str, place: Place) -> str:
        """Why a place does not count as recorded all the time; blank where it does."""
        hours = self.of_place(place)
        if hours == self.window.all:
            return ""
        if place.unseen:
            return place.unseen
        if not hours:
            return f"{place_name(id_)} was not recorded at all{self._because(place)}"
        gaps = list(runs(self.window.all & ~hours, self.window))
        start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
        more = f", and {count(len(gaps) - 1, 'shorter gap')}" if len(gaps) > 1 else ""
        return (
            f"{place_name(id_)} was not recorded from {self.window.moment(start):%Y-%m-%d %H:%M} "
            f"to {self.window.moment(end):%Y-%m-%d %H:%M} UTC{more}"
        )

    def _because(self, place: Place) -> str:
        logs = self._on(place.targets)
        if not logs:
            return ", as no flow log is on it"
        parts = [log for log in logs if _leaves_out(log)]
        if parts:
            return f", as flow log {parts[0].name} leaves flows out by a filter"
        unread = [self.unread[key(log.feeds)] for log in logs if key(log.feeds) in self.unread]
        if unread:
            return f", as far as is known: {unread[0]}"
        return "" if any(log.feeds for log in logs) else ", as its flow log feeds no workspace"

    def _on(self, targets: Iterable[str]) -> list[FlowLog]:
        return [log for target in targets for log in self._by_target.get(key(target), ())]

    @cached_property
    def _by_target(self) -> Mapping[str, list[FlowLog]]:
        found: dict[str, list[FlowLog]] = {}
        for log in self.flow_logs:
            found.setdefault(key(log.target_id), []).append(log)
        return found

    @cached_property
    def _told(self) -> Mapping[str, int]:
        """Hours of which there is proof by the key of a flow log."""
        wanted = ((key(log.feeds), names(log.id, log.target_id)) for log in self.flow_logs)
        unclear = shared(wanted)
        own = {key(log.id): self._own(log, unclear) for log in self.flow_logs}
        beside = self._beside(own)
        return {id_: told(hours, beside[id_], self.window) for id_, hours in own.items()}

    def _own(self, log: FlowLog, unclear: frozenset[tuple[str, str]]) -> int:
        if _leaves_out(log):
            return 0
        held = self.rows.get(key(log.feeds), {})
        name = first(names(log.id, log.target_id), held)
        return 0 if name is None or (key(log.feeds), name) in unclear else held[name]

    def _beside(self, own: Mapping[str, int]) -> Mapping[str, int]:
        """Hours with rows of another flow log of the same account and workspace."""
        counted: dict[tuple[str, str], list[int]] = {}
        for log in self.flow_logs:
            counted.setdefault(_road(log), []).append(own[key(log.id)])
        pairs = {road: _once_and_twice(masks) for road, masks in counted.items()}
        found = {}
        for log in self.flow_logs:
            once, twice = pairs[_road(log)]
            found[key(log.id)] = twice | (once & ~own[key(log.id)])
        return found


def recorded_hours(
    cloud: Cloud, flow_logs: Sequence[FlowLog], workspaces: Iterable[str], window: Window
) -> Hours:
    """Hours of flow logs in the workspaces that they feed; a workspace's refusal is told.

    Raises EstateError.
    """
    found = hour_rows(cloud, workspaces, window)
    by_workspace: dict[str, dict[str, int]] = {key(id_): {} for id_ in found.asked}
    for row in found.rows:
        held = by_workspace[row.workspace]
        held[row.flow_log] = held.get(row.flow_log, 0) | row.hours
    return Hours(window, flow_logs, by_workspace, found.unread)


def _leaves_out(log: FlowLog) -> bool:
    """True if a flow log records a part of the flows alone, by its filter or its record types."""
    return bool(log.filtering_criteria or log.record_types)


def place_name(place: str) -> str:
    """A place in words: kind and name."""
    parts = place.split("/")
    kind = {
        "subnets": "subnet",
        "networkinterfaces": "network interface",
        "virtualmachinescalesets": "scale set",
        "virtualnetworks": "virtual network",
    }.get(parts[-2].casefold(), "resource")
    inner = kind == "subnet"
    return f"{kind} {parts[-3]}/{parts[-1]}" if inner else f"{kind} {name_of(place)}"


def _road(log: FlowLog) -> tuple[str, str]:
    """By which account and to which workspace the rows of a flow log come."""
    return key(log.storage_id), key(log.feeds)


def _once_and_twice(masks: Iterable[int]) -> tuple[int, int]:
    """Hours in at least one, and in at least two."""
    once = twice = 0
    for mask in masks:
        twice |= once & mask
        once |= mask
    return once, twice

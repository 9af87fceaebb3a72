"""Rows of an estate's conversations, as the flow logs write them that record and can deliver.

A row is of one interval of its flow log (10 or 60 minutes) and arrives 20 to 60 minutes after its
end, each interval of a flow log at another time (azure-docs, traffic-analytics: processing takes up
to an hour). Rows follow the estate as it is now: of a flow log that is off, or gone, there are
none; of one that was made while the server runs there are none before.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil

from localazure.errors.base import NotModelled
from localazure.network.flow_log_rules import analytics_of
from localazure.operationalinsights.conversations import (
    Conversation,
    Span,
    Traffic,
    Unreadable,
    has_traffic,
    traffic,
)
from localazure.operationalinsights.flow_columns import Counted, alike, columns
from localazure.operationalinsights.repeated import EPOCH, AllRepeated, Repeated, seconds
from localazure.operationalinsights.reports import Recorders, Report, reports
from localazure.operationalinsights.scene import Scene
from localazure.operationalinsights.traffic_analytics import billed, delivers, first_row
from localazure.state.arm_id import TENANT, key
from localazure.state.links import FLOW_LOGS
from localazure.state.store import Resource, Store
from rules.from_arm import RuleError

_TICK = 600  # seconds after which rows that have arrived are looked for again
_SOONEST, _LATEST = 20 * 60, 60 * 60  # seconds from the end of an interval to its rows


def repeated(store: Store, workspace: Resource, now: datetime) -> AllRepeated:
    """Rows by table, kept for ten minutes while nothing in the store changes.

    Raises NotModelled where the rules, as they are by now, cannot tell.
    """
    if not has_traffic(store, workspace):
        return {}
    tick, name = tick_of(now), f"rows of {key(workspace['id'])}"
    try:
        return store.worked_out(name, tick, lambda: _all(store, workspace, tick))
    except (Unreadable, RuleError) as error:
        raise NotModelled(f"rows of this traffic: {error}") from error


def tick_of(now: datetime) -> datetime:
    """Until when rows are looked for at a time: the last multiple of ten minutes."""
    return EPOCH + timedelta(seconds=seconds(now) // _TICK * _TICK)


def check_traffic(store: Store, workspace: Resource) -> None:
    """Raises Unreadable, or rules.from_arm.RuleError, where rows could not be written."""
    if not has_traffic(store, workspace):
        return
    said, scene, recorders = traffic(store, workspace), Scene(store), Recorders([])
    logs = store.of_type(FLOW_LOGS, TENANT)
    for talk in said.conversations:
        list(reports(scene, recorders, talk))
    for span in (*said.gaps, *said.late):
        span.check(logs)


def _all(store: Store, workspace: Resource, now: datetime) -> AllRepeated:
    said, scene = traffic(store, workspace), Scene(store)
    logs = store.of_type(FLOW_LOGS, TENANT)
    recorders = Recorders(logs)
    clocks = {
        key(log["id"]): _Clock(store, said, log, now)
        for log in logs
        if delivers(store, log, workspace)
    }
    shared: dict[object, list[Report]] = defaultdict(list)
    for talk in said.conversations:
        for report in reports(scene, recorders, talk):
            if key(report.log["id"]) in clocks:
                shared[alike(report)].append(report)
    found: dict[str, list[Repeated]] = defaultdict(list)
    for together in shared.values():
        log = together[0].log
        table, start = first_row(log, now)
        names = {name: value for name, value in start.items() if isinstance(value, str)}
        clock = clocks[key(log["id"])]
        for held, times in _variants(together, clock, now):
            row = billed({**names, **columns(table, held)}, times=_times(start))
            found[table].append(Repeated(row=row, length=clock.length, times=times))
    return found


def _times(row: dict[str, object]) -> int:
    """How many times a row has beside those of its own first and last flow."""
    return sum(isinstance(value, datetime) for value in row.values()) + 2


def _variants(
    together: Iterable[Report], clock: _Clock, now: datetime
) -> Iterator[tuple[list[Counted], list[tuple[int, int]]]]:
    """What rows hold, each with the times of those that hold the same."""
    reported = list(together)
    by_start: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, report in enumerate(reported):
        for start, count in _counts(report.talk, clock.length, now).items():
            by_start[start].append((number, count))
    alike_: dict[tuple[tuple[int, int], ...], list[tuple[int, int]]] = defaultdict(list)
    for start in sorted(by_start):
        arrived = clock.arrives(start)
        if arrived is not None:
            alike_[tuple(by_start[start])].append((start, arrived))
    for held, times in alike_.items():
        yield [(reported[number], count) for number, count in held], times


def _counts(talk: Conversation, length: int, now: datetime) -> dict[int, int]:
    """How many times of a conversation each interval holds, by its start."""
    step = int(talk.every.total_seconds())
    first = ceil(seconds(talk.begin.on(now)) / step) * step
    found: dict[int, int] = {}
    for moment in range(first, seconds(talk.end.on(now)), step):
        start = moment - moment % length
        found[start] = found.get(start, 0) + 1
    return found


class _Clock:
    """When the rows of a flow log arrive."""

    def __init__(self, store: Store, said: Traffic, log: Resource, now: datetime) -> None:
        settings = analytics_of(log["properties"])
        self.length = int(settings.get("trafficAnalyticsInterval") or 60) * 60
        self._now = seconds(now)
        self._seed = zlib.crc32(key(log["id"]).encode())
        self._gaps = [_ends(span, now) for span in said.gaps if span.names(log)]
        self._late = [
            (*_ends(span, now), int(span.by.total_seconds()))
            for span in said.late
            if span.names(log)
        ]
        made = store.made_here(log["id"])
        self._since = 0 if made is None else seconds(made)

    def arrives(self, start: int) -> int | None:
        """When the rows of the interval that starts then arrive; None if they are not there."""
        if start < self._since or any(begin <= start < end for begin, end in self._gaps):
            return None
        lag = _SOONEST + (self._seed + start // 60 * 7919) % (_LATEST - _SOONEST)
        lag += sum(by for begin, end, by in self._late if begin <= start < end)
        arrived = start + self.length + lag
        return arrived if arrived <= self._now else None


def _ends(span: Span, now: datetime) -> tuple[int, int]:
    return seconds(span.begin.on(now)), seconds(span.end.on(now))

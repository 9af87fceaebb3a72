"""Hour by hour whether a target was recorded, and why not.

Of each hour: *recorded* has rows. *Quiet* has none, and something proves that Azure wrote: Traffic
Analytics says that it processed the hour, or what comes by the same storage account to the same
workspace was recorded and nothing speaks against it: nobody changed anything, and a silence of more
than a day is nothing new for this target. A *gap* has a cause, or lasts longer than a
day while nothing by that road recorded. All else is *unknown*, with the reason: an hour is never
called recorded or quiet because nothing is known, nor a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from recording.hours import HOUR, Window, runs

QUIET = 24  # hours; the longest silence of which nothing more need be known
State = Literal["recorded", "quiet", "gap", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What somebody did to what a target's rows depend on, from the activity log.

    ``operation`` is ARM's (``Microsoft.Network/networkWatchers/flowLogs/delete``), ``what`` says it
    in words; ``on`` is whether rows may begin with it and ``off`` whether they may stop. Where
    that is not ``certain`` and a long silence follows, nothing is concluded.
    """

    at: datetime
    operation: str
    resource: str
    what: str
    by: str = ""
    on: bool = False
    off: bool = True
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Hours in which rows could not come, with a cause that is known."""

    hours: int
    cause: str
    evidence: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a target in a window; hours are bits (``recording.hours``).

    ``rows`` are hours with rows of its flow logs, ``processed`` those that Traffic Analytics says
    it has processed for them, ``beside`` those in which others recorded by the same account and
    workspace. ``readable`` are hours that its workspaces could be asked for, ``logged`` those that
    the activity log still has, ``late`` those whose rows came hours late, the longest of them
    ``delay`` minutes. ``reason`` is why hours are not readable, ``now`` why nothing can be recorded
    at the end of the window; blank where something can.
    """

    rows: int
    processed: int
    beside: int
    readable: int
    logged: int
    late: int = 0
    delay: int = 0
    events: Sequence[Event] = ()
    stops: Sequence[Stop] = ()
    reason: str = "the workspace could not be read"
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Hours in a row with the same state and cause; ``start`` and ``end`` are UTC."""

    start: datetime
    end: datetime
    state: State
    cause: str = ""
    by: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """Hours of a state, as they are found; earlier ones win."""

    hours: int
    state: State
    cause: str = ""
    by: str = ""
    evidence: str = ""


def periods(facts: Facts, window: Window) -> list[Period]:
    """The window in periods, in order and without a hole."""
    found: list[Period] = []
    left = window.all
    pieces: list[tuple[int, int, _Told]] = []
    for told in _told(facts, window):
        mine = told.hours & left
        left &= ~mine
        pieces += [(first, last, told) for first, last in runs(mine, window)]
    for first, last, told in sorted(pieces, key=lambda piece: piece[0]):
        period = Period(
            start=window.moment(first),
            end=window.moment(last),
            state=told.state,
            cause=told.cause,
            by=told.by,
            evidence=told.evidence,
        )
        before = found[-1] if found else None
        if before and before == replace(period, start=before.start, end=before.end):
            found[-1] = replace(before, end=period.end)
        else:
            found.append(period)
    return found


def proven(listed: Iterable[Period], window: Window) -> int:
    """Hours that were recorded or quiet, as bits."""
    found = 0
    for period in listed:
        if period.state in ("recorded", "quiet"):
            found |= _between(window.at(period.start), window.at(period.end))
    return found


def hours_of(listed: Iterable[Period]) -> dict[State, int]:
    """Number of hours of each state."""
    found: dict[State, int] = {"recorded": 0, "quiet": 0, "gap": 0, "unknown": 0}
    for period in listed:
        found[period.state] += (period.end - period.start) // HOUR
    return found


def _told(facts: Facts, window: Window) -> Iterator[_Told]:
    """Every hour, with the strongest evidence first."""
    late = f"rows, which came up to {facts.delay // 60} hours late"
    yield _Told(facts.late & facts.rows, "recorded", evidence=late)
    yield _Told(facts.rows, "recorded", evidence="rows")
    yield _Told(facts.processed, "quiet", evidence="Traffic Analytics processed the hours")
    for stop in facts.stops:
        yield _Told(stop.hours, "gap", stop.cause, stop.by, stop.evidence)
    silent = window.all & ~facts.rows & ~facts.processed
    for stop in facts.stops:
        silent &= ~stop.hours
    yield _Told(window.all & ~facts.readable, "unknown", evidence=facts.reason)
    for first, last in runs(silent & facts.readable, window):
        yield from _of_silence(first, last, facts, window)


def _of_silence(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    """What a stretch without rows was: from what somebody did on, a gap."""
    for event in sorted(facts.events, key=lambda each: (each.certain, each.at), reverse=True):
        since = window.at(event.at)
        if event.off and first - 1 <= since < last and not _came_back(event, last, facts, window):
            hours = _between(max(first, since), last)
            if event.certain:
                yield _Told(hours, "gap", event.what, event.by, _evidence(event))
            elif last - first > QUIET:
                yield _Told(hours, "unknown", event.what, event.by, _evidence(event))
    if facts.now and last == window.hours:
        yield _Told(_between(first, last), "gap", facts.now, evidence="as Azure is now")
    before = next((each for each in _by_time(facts.events) if each.on), None)
    if before and not facts.rows & _between(0, first) and window.at(before.at) >= last - 1:
        cause = f"not yet: {before.what}"
        yield _Told(_between(first, last), "gap", cause, before.by, _evidence(before))
    yield from _without_event(first, last, facts, window)


def _without_event(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    hours = _between(first, last)
    short = last - first <= QUIET
    known = hours if short else hours & facts.logged
    if facts.rows and (short or _is_habit(first, last, facts, window)):
        evidence = "others recorded by the same account and workspace, and nothing was changed"
        yield _Told(known & facts.beside, "quiet", evidence=evidence)
    if not facts.rows & _between(0, first):
        yield _Told(hours, "unknown", evidence="before the first row")
    elif short or facts.beside & hours:
        evidence = "no rows, and nothing tells whether there was no traffic or no recording"
        yield _Told(hours, "unknown", evidence=evidence)
    else:
        evidence = "nothing that uses this storage account and workspace recorded"
        yield _Told(hours, "gap", "not known", evidence=evidence)


def _is_habit(first: int, last: int, facts: Facts, window: Window) -> bool:
    """Whether a target has been silent about as long before or after, half as long at least."""
    silent = window.all & ~facts.rows
    others = (run for run in runs(silent, window) if run != (first, last) and run[0] > 0)
    return any(2 * (end - start) >= last - first for start, end in others)


def _came_back(event: Event, last: int, facts: Facts, window: Window) -> bool:
    """Whether rows came after the event and before this silence began, so that it is not why."""
    since = window.at(event.at)
    return bool(facts.rows & _between(max(0, since + 1), last))


def _by_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda each: each.at)


def _evidence(event: Event) -> str:
    return f"activity log, {event.at:%Y-%m-%d %H:%M} UTC: {event.operation} on {event.resource}"


def _between(first: int, last: int) -> int:
    return (1 << last) - (1 << first) if last > first else 0

"""Hour by hour whether a target was recorded, and why not.

Of each hour: *recorded* has rows. *Quiet* has none, and something proves that Azure wrote: Traffic
Analytics says that it processed the hour, or others that use the same storage account and workspace
were recorded and nothing speaks against it: nobody changed anything, and a silence of more than a
day is nothing unusual for this target. A *gap* has a cause, or is an unusual silence of more than a
day in which nothing that uses the account and workspace was recorded. All else is *unknown*, with
the reason: an hour is never called recorded or quiet because nothing is known, nor a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from recording.hours import HOUR, Window, runs

QUIET = 24  # hours; the longest silence of which nothing more need be known
STARTUP = 3
"""Hours until the first rows of a flow log that was switched on: an interval of an hour has to end,
and its rows take up to another (azure-docs, traffic-analytics-schema)."""
State = Literal["recorded", "quiet", "gap", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What somebody did to what a target's rows depend on, from the activity log.

    ``operation`` is ARM's (``Microsoft.Network/networkWatchers/flowLogs/delete``), ``what`` says it
    in words; ``on`` is whether rows may begin with it and ``off`` whether they may stop. What is
    ``certain`` stops them until something undoes it; of anything else nothing is concluded while
    others are recorded. ``made`` is whether it made what was not there before.
    """

    at: datetime
    operation: str
    resource: str
    what: str
    by: str = ""
    on: bool = False
    off: bool = True
    certain: bool = True
    made: bool = False


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
    it has processed for them, ``beside`` those in which others that use the same account and
    workspace were recorded. ``readable`` are hours that its workspaces could be asked for,
    ``logged`` those that the activity log still has, ``late`` those whose rows came hours late, the
    longest of them ``delay`` minutes. ``reason`` is why hours are not readable, ``now`` why nothing
    can be recorded at the end of the window; blank where something can.
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
    dark = window.all & ~facts.readable
    for event in _newest_first(facts, certain=True):
        hours = _stopped(event, facts, window) & dark
        yield _Told(hours, "gap", event.what, event.by, _evidence(event))
    yield _Told(dark, "unknown", evidence=facts.reason)
    for first, last in runs(silent & facts.readable, window):
        yield from _of_silence(first, last, facts, window)


def _of_silence(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    """What a stretch without rows was: a gap from what stopped them until that was undone."""
    left = _between(first, last)
    for event in _newest_first(facts, certain=True):
        hours = _stopped(event, facts, window) & _between(first, last)
        if window.at(event.at) >= first - 1 or first == 0:
            left &= ~hours
            yield _Told(hours, "gap", event.what, event.by, _evidence(event))
    for start, end in runs(left, window):
        yield from _of_the_rest(start, end, facts, window)


def _stopped(event: Event, facts: Facts, window: Window) -> int:
    """Hours from an event until the next that undoes it, or until rows then come."""
    again = (each for each in _by_time(facts.events) if each.on and _undoes(each, event))
    undone = next(again, None)
    end = _first_rows(undone, facts, window) if undone else window.hours
    return _between(max(0, window.at(event.at)), end)


def _first_rows(event: Event, facts: Facts, window: Window) -> int:
    """The position behind the hour of an event, or that of rows which come soon after it."""
    behind = max(0, window.at(event.at) + 1)
    soon = facts.rows & _between(behind, behind + STARTUP + 1)
    return (soon & -soon).bit_length() - 1 if soon else min(behind, window.hours)


def _undoes(later: Event, event: Event) -> bool:
    """Whether it comes later and is about the same, or writes a flow log, which names all else."""
    same = later.resource.casefold() == event.resource.casefold()
    return later.at > event.at and (same or later.operation.casefold().endswith("flowlogs/write"))


def _of_the_rest(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    """What a silence was that nothing certain explains."""
    long, habit = last - first > QUIET, _is_habit(first, last, facts, window)
    since = first
    for event in _newest_first(facts, certain=False):
        if first - 1 <= window.at(event.at) < last:
            since = max(since, window.at(event.at))
            hours = _between(max(first, window.at(event.at)), last)
            alone = not facts.beside & hours
            state: State = "gap" if long and alone and not habit else "unknown"
            if long or alone:
                yield _Told(hours, state, event.what, event.by, _evidence(event))
    if facts.now and last == window.hours:
        known = facts.logged | _between(last - 1, last)
        yield _Told(_between(since, last) & known, "gap", facts.now, evidence="as Azure is now")
    yield from _before_it_was_made(first, last, facts, window)
    yield from _without_event(first, last, facts, window)


def _before_it_was_made(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    made = next((each for each in _by_time(facts.events) if each.made), None)
    if made and not facts.rows & _between(0, window.at(made.at)):
        hours = _between(first, min(last, _first_rows(made, facts, window)))
        yield _Told(hours, "gap", f"not yet: {made.what}", made.by, _evidence(made))


def _without_event(first: int, last: int, facts: Facts, window: Window) -> Iterator[_Told]:
    hours = _between(first, last)
    short, habit = last - first <= QUIET, _is_habit(first, last, facts, window)
    if facts.rows and (short or habit):
        evidence = "others recorded by the same account and workspace, and nothing was changed"
        known = hours if short else hours & facts.logged
        yield _Told(known & facts.beside, "quiet", evidence=evidence)
    if not facts.rows & _between(0, first):
        yield _Told(hours, "unknown", evidence="before the first row")
    elif short or habit or facts.beside & hours:
        evidence = "no rows, and nothing tells whether there was no traffic or no recording"
        yield _Told(hours, "unknown", evidence=evidence)
    else:
        evidence = "nothing that uses this storage account and workspace recorded"
        yield _Told(hours, "gap", "not known", evidence=evidence)


def _is_habit(first: int, last: int, facts: Facts, window: Window) -> bool:
    """Whether a target was about as long silent at another time, for no reason that is known."""
    silent = window.all & ~facts.rows & facts.readable
    for stop in facts.stops:
        silent &= ~stop.hours
    for event in _newest_first(facts, certain=True):
        silent &= ~_stopped(event, facts, window)
    others = (run for run in runs(silent, window) if run[0] > last or 0 < run[0] < run[1] < first)
    return any(2 * (end - start) >= last - first for start, end in others)


def _newest_first(facts: Facts, *, certain: bool) -> list[Event]:
    """Events after which rows may stop."""
    found = (each for each in facts.events if each.off and each.certain is certain)
    return _by_time(found)[::-1]


def _by_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda each: each.at)


def _evidence(event: Event) -> str:
    return f"activity log, {event.at:%Y-%m-%d %H:%M} UTC: {event.operation} on {event.resource}"


def _between(first: int, last: int) -> int:
    return (1 << last) - (1 << first) if last > first else 0

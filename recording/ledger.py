"""Hour by hour whether a target was recorded, and why not.

Of each hour: *recorded* has rows. *Quiet* has none, and something proves that Azure wrote: Traffic
Analytics says that it processed the hour, or others that use the same storage account and workspace
were recorded and nothing speaks against it: nobody changed anything, and a silence of more than a
day is nothing unusual for this target. A *gap* has a cause, or is an unusual silence of more than a
day in which nothing that uses the account and workspace was recorded. All else is *unknown*, with
the reason: an hour is never called recorded or quiet because nothing is known, nor a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from recording.facts import Facts, State, Told
from recording.hours import HOUR, Window, between, runs
from recording.silences import Silences


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Hours in a row with the same state and cause; ``start`` and ``end`` are UTC."""

    start: datetime
    end: datetime
    state: State
    cause: str = ""
    by: str = ""
    evidence: str = ""


def periods(facts: Facts, window: Window) -> list[Period]:
    """The window in periods, in order and without a hole."""
    found: list[Period] = []
    left = window.all
    pieces: list[tuple[int, int, Told]] = []
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
            found |= between(window.at(period.start), window.at(period.end))
    return found


def hours_of(listed: Iterable[Period]) -> dict[State, int]:
    """Number of hours of each state."""
    found: dict[State, int] = {"recorded": 0, "quiet": 0, "gap": 0, "unknown": 0}
    for period in listed:
        found[period.state] += (period.end - period.start) // HOUR
    return found


def _told(facts: Facts, window: Window) -> Iterator[Told]:
    """Every hour, with the strongest evidence first."""
    late = f"rows, which came up to {facts.delay // 60} hours late"
    yield Told(facts.late & facts.rows, "recorded", evidence=late)
    yield Told(facts.rows, "recorded", evidence="rows")
    yield Told(facts.processed, "quiet", evidence="Traffic Analytics processed the hours")
    for stop in facts.stops:
        yield Told(stop.hours, "gap", stop.cause, stop.by, stop.evidence)
    silent = window.all & ~facts.rows & ~facts.processed
    for stop in facts.stops:
        silent &= ~stop.hours
    dark = window.all & ~facts.readable
    silences = Silences(facts, window)
    yield from silences.switched_off(dark)
    yield Told(dark, "unknown", evidence=facts.reason)
    for first, last in runs(silent & facts.readable, window):
        yield from silences.told(first, last)

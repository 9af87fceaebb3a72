"""What a silence was: hours in a row in which a target has no rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from recording.facts import Event, Facts, State, Told
from recording.hours import Window, between, runs

QUIET = 24  # hours; the longest silence of which nothing more need be known
STARTUP = 3
"""Hours until the first rows of a flow log that was switched on: an interval of an hour has to end,
and its rows take up to another (azure-docs, traffic-analytics-schema)."""
_ROAD = "by its storage account and workspace"
_NOT_PROVEN = (
    f"others were recorded {_ROAD} in a part of the time, and it was never silent as long: nothing "
    "tells whether there was no traffic or no recording"
)
_SHORT = f"nothing else was recorded {_ROAD} either, for no more than a day"
_USUAL = f"nothing else was recorded {_ROAD} either, but it was about as long silent another time"
_NOTHING = f"nothing was recorded {_ROAD} for more than a day, longer than usual"


class Silences:
    """The silences of one target, judged by all that is known of it."""

    def __init__(self, facts: Facts, window: Window) -> None:
        """Takes what is known of a target in a window."""
        self._facts = facts
        self._window = window
        self._events = sorted(facts.events, key=lambda each: each.at)
        off = [each for each in reversed(self._events) if each.off]
        self._certain = [self._stop(each) for each in off if each.certain]
        self._uncertain = [each for each in off if not each.certain]

    def switched_off(self, hours: int) -> Iterator[Told]:
        """What of some hours somebody's deed explains, whether there could be rows or not."""
        for _, told in self._certain:
            yield replace(told, hours=told.hours & hours)

    def told(self, first: int, last: int) -> Iterator[Told]:
        """What hours without rows were: a gap from what stopped them until that was undone."""
        left = between(first, last)
        for event, told in self._certain:
            if self._window.at(event.at) >= first - 1 or first == 0:
                yield replace(told, hours=told.hours & between(first, last))
                left &= ~told.hours
        for start, end in runs(left, self._window):
            yield from self._rest(start, end)

    def _stop(self, event: Event) -> tuple[Event, Told]:
        """An event and the gap until the next that undoes it, or until rows then come."""
        undone = next((each for each in self._events if each.on and _undoes(each, event)), None)
        end = self._first_rows(undone) if undone else self._window.hours
        hours = between(max(0, self._window.at(event.at)), end)
        until = f"; until {_named(undone)}{_by(undone)}" if undone else ""
        return event, Told(hours, "gap", event.what, event.by, f"{_evidence(event)}{until}")

    def _first_rows(self, event: Event) -> int:
        """The position behind the hour of an event, or that of rows which come soon after it."""
        behind = max(0, self._window.at(event.at) + 1)
        soon = self._facts.rows & between(behind, behind + STARTUP + 1)
        return (soon & -soon).bit_length() - 1 if soon else min(behind, self._window.hours)

    def _rest(self, first: int, last: int) -> Iterator[Told]:
        """What hours were that nothing certain explains."""
        since = first
        for event in self._uncertain:
            at = self._window.at(event.at)
            if first - 1 <= at < last:
                since = max(since, at)
                yield from self._after(event, max(first, at), first, last)
        if self._facts.now and last == self._window.hours:
            known = between(since, last) & (self._facts.logged | between(last - 1, last))
            yield Told(known, "gap", self._facts.now, evidence="as Azure is now")
        yield from self._before_it_was_made(first, last)
        yield from self._without_event(first, last)

    def _after(self, event: Event, since: int, first: int, last: int) -> Iterator[Told]:
        """What hours were after something that may have stopped the rows, or not."""
        long, alone = last - first > QUIET, not self._facts.beside & between(since, last)
        if long or alone:
            is_gap = long and alone and not self._is_usual(first, last)
            state: State = "gap" if is_gap else "unknown"
            more = "nothing by its account and workspace came after" if is_gap else "may be why"
            evidence = f"{more}; {_evidence(event)}"
            yield Told(between(since, last), state, event.what, event.by, evidence)

    def _before_it_was_made(self, first: int, last: int) -> Iterator[Told]:
        made = next((each for each in self._events if each.made), None)
        if made and not self._facts.rows & between(0, self._window.at(made.at)):
            hours = between(first, min(last, self._first_rows(made)))
            evidence = f"{_evidence(made)}{_by(made)}"
            yield Told(hours, "gap", "no flow log until one was created", evidence=evidence)

    def _without_event(self, first: int, last: int) -> Iterator[Told]:
        facts, hours = self._facts, between(first, last)
        short = last - first <= QUIET
        usual = short or self._is_usual(first, last)
        if facts.rows and usual:
            evidence = "others recorded by the same account and workspace, and nothing was changed"
            known = hours if short else hours & facts.logged
            yield Told(known & facts.beside, "quiet", evidence=evidence)
        if not facts.rows & between(0, first):
            yield Told(hours, "unknown", evidence="before the first row")
        elif facts.beside & hours:
            yield Told(hours, "unknown", evidence=_NOT_PROVEN)
        elif usual:
            yield Told(hours, "unknown", evidence=_SHORT if short else _USUAL)
        else:
            yield Told(hours, "gap", "not known", evidence=_NOTHING)

    def _is_usual(self, first: int, last: int) -> bool:
        """Whether the target was about as long silent at another time, and nothing tells why."""
        for start, end in self._longest_first:
            if 2 * (end - start) < last - first:
                return False
            if start > last or 0 < start < end < first:
                return True
        return False

    @cached_property
    def _longest_first(self) -> list[tuple[int, int]]:
        """Silences that nothing explains."""
        silent = self._window.all & ~self._facts.rows & self._facts.readable
        for stop in self._facts.stops:
            silent &= ~stop.hours
        for _, told in self._certain:
            silent &= ~told.hours
        return sorted(runs(silent, self._window), key=lambda run: run[0] - run[1])


def _undoes(later: Event, event: Event) -> bool:
    """Whether it comes later and is about the same, or writes a flow log, which names all else."""
    same = later.resource.casefold() == event.resource.casefold()
    return later.at > event.at and (same or later.operation.casefold().endswith("flowlogs/write"))


def _evidence(event: Event) -> str:
    asked = f" ({event.asked})" if event.asked else ""
    return f"activity log, {_named(event)} on {event.resource}{asked}"


def _named(event: Event) -> str:
    return f"{event.at:%Y-%m-%d %H:%M} UTC: {event.operation}"


def _by(event: Event) -> str:
    return f" by {event.by}" if event.by else ""

"""Hours of a stretch of time, as the bits of a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of whole hours; ``start`` and ``end`` are UTC, the end outside."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> int:
        """Number of its hours."""
        return max(0, (self.end - self.start) // HOUR)

    @property
    def all(self) -> int:
        """Every hour of it."""
        return (1 << self.hours) - 1

    def at(self, moment: datetime) -> int:
        """The position of the hour that a moment is in; it may lie outside."""
        return (moment - self.start) // HOUR

    def mask(self, moments: Iterable[datetime]) -> int:
        """The hours that moments are in; those outside are left out."""
        found = 0
        for moment in moments:
            position = self.at(moment)
            if 0 <= position < self.hours:
                found |= 1 << position
        return found

    def moment(self, position: int) -> datetime:
        """The start of an hour."""
        return self.start + position * HOUR


def whole_hours(end: datetime, days: int) -> Window:
    """The last so many days up to the last whole hour before ``end``, which has a zone."""
    last = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return Window(last - timedelta(days=days), last)


def between(first: int, last: int) -> int:
    """Hours from one position to another, which is left out, as bits; none where it is no later."""
    return (1 << last) - (1 << first) if last > first else 0


def runs(hours: int, window: Window) -> Iterator[tuple[int, int]]:
    """Stretches of hours in a row: first position and the one behind the last."""
    position = 0
    while position < window.hours:
        rest = hours >> position
        if not rest:
            return
        first = position + (rest & -rest).bit_length() - 1
        longer = ~(hours >> first)
        last = first + (longer & -longer).bit_length() - 1
        yield first, min(last, window.hours)
        position = last


def since(hours: int, window: Window) -> datetime | None:
    """From when on every hour up to the window's end is among the hours; None where none is."""
    missing = window.all & ~hours
    position = missing.bit_length()
    return window.moment(position) if position < window.hours else None

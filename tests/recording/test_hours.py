"""Hours as bits: windows, stretches, and from when on none is missing."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recording.hours import HOUR, Window, runs, since, whole_hours

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))


def hours(*positions: int) -> int:
    """A mask of hours."""
    return sum(1 << position for position in positions)


def between(first: int, last: int) -> int:
    """A mask of the hours from one to another, which is left out."""
    return (1 << last) - (1 << first)


def test_recorded_since_is_the_end_of_the_last_gap() -> None:
    assert since(WEEK.all & ~hours(40), WEEK) == START + 41 * HOUR
    assert since(WEEK.all, WEEK) == START
    assert since(WEEK.all & ~hours(WEEK.hours - 1), WEEK) is None


def test_the_window_ends_with_the_last_whole_hour_in_utc() -> None:
    zone = datetime(2026, 3, 29, 3, 30).astimezone().tzinfo
    moment = datetime(2026, 3, 29, 3, 30, tzinfo=zone)
    window = whole_hours(moment, 2)
    assert (window.end.utcoffset(), window.end.minute, window.hours) == (timedelta(0), 0, 48)


@given(st.integers(0, (1 << 60) - 1))
def test_stretches_are_the_hours_again(mask: int) -> None:
    window = Window(START, START + 60 * HOUR)
    found = list(runs(mask, window))
    assert sum(between(first, last) for first, last in found) == mask
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found)), (
        "each is as long as it can be"
    )

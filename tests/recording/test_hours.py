"""Hours of which there is proof: rows, quiet while others recorded, and gaps that nothing hides."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recording.hours import HOUR, QUIET, Window, runs, since, told, whole_hours

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))


def hours(*positions: int) -> int:
    """A mask of hours."""
    return sum(1 << position for position in positions)


def between(first: int, last: int) -> int:
    """A mask of the hours from one to another, which is left out."""
    return (1 << last) - (1 << first)


def test_an_hour_with_rows_is_recorded_and_one_without_anything_is_not() -> None:
    assert told(hours(3), 0, WEEK) == hours(3)


def test_an_hour_without_rows_is_quiet_while_others_recorded() -> None:
    own = WEEK.all & ~between(10, 15)
    assert told(own, WEEK.all, WEEK) == WEEK.all
    assert told(own, WEEK.all & ~hours(12), WEEK) == WEEK.all & ~hours(12)


def test_a_silence_of_more_than_a_day_is_a_gap_whatever_others_recorded() -> None:
    own = WEEK.all & ~between(10, 10 + QUIET + 1)
    assert told(own, WEEK.all, WEEK) == own
    own = WEEK.all & ~between(10, 10 + QUIET)
    assert told(own, WEEK.all, WEEK) == WEEK.all


def test_a_flow_log_without_any_row_is_never_quiet() -> None:
    short = Window(START, START + 3 * HOUR)
    assert told(0, short.all, short) == 0


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

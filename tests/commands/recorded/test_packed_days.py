"""Days of hours as a workspace packs them, put into a window: months, leap days, summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commands.recorded.packed_days import PACKED, days, placed
from recording.hours import HOUR, Window, whole_hours


def packed(*moments: datetime) -> str:
    """What a workspace says of hours with rows."""
    found: dict[int, int] = {}
    for moment in moments:
        day = (moment - datetime(1970, 1, 1, tzinfo=UTC)).days
        found[day] = found.get(day, 0) | 1 << moment.hour
    return ",".join(f"{day} {hours} 0" for day, hours in found.items())


def hours(text: str, window: Window) -> list[datetime]:
    """The hours of a packed text that are in a window."""
    mask = placed(((day, bits) for day, bits, _ in days(text)), window)
    return [window.moment(n) for n in range(window.hours) if mask >> n & 1]


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 10, 30, 17, tzinfo=UTC),
        datetime(2026, 12, 30, 23, tzinfo=UTC),
        datetime(2028, 2, 27, 1, tzinfo=UTC),
    ],
    ids=["month's end", "year's end", "leap day"],
)
def test_each_hour_is_where_it_belongs(start: datetime) -> None:
    window = Window(start, start + timedelta(days=4))
    there = [start + n * 7 * HOUR for n in range(13)]
    outside = [start - HOUR, window.end, window.end + 30 * HOUR]
    assert hours(packed(*there, *outside), window) == there


@pytest.mark.parametrize(
    ("month", "day", "hour", "utc"), [(10, 25, 3, 2), (3, 29, 3, 1)], ids=["ends", "begins"]
)
def test_a_day_on_which_summer_time_changes_has_its_hours_in_utc(
    month: int, day: int, hour: int, utc: int
) -> None:
    """Of 25 hours and of 23 on the clock of Berlin, of 24 here."""
    asked = datetime(2026, month, day, hour, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    window = whole_hours(asked, 1)
    assert (window.end, window.hours) == (datetime(2026, month, day, utc, tzinfo=UTC), 24)
    every = [window.moment(n) for n in range(24)]
    assert hours(packed(*every), window) == every


@pytest.mark.parametrize("text", ["x", "20000", "20000 1 0,", "20000 -1 0", "1 2,3"])
def test_another_text_is_no_answer_of_a_workspace(text: str) -> None:
    assert not PACKED.fits(text)

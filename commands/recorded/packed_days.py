"""Hours of days as a workspace packs them: one text for a flow log, not a row for each day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from estate.response_shape import Text
from recording.hours import HOUR, Window

PACKED = Text(
    re.compile(r"(\d+( \d+)+(,\d+( \d+)+)*)?").fullmatch, "days with numbers, and commas between"
)
"""``day number …,day number …``; a day is one since 1970, in UTC."""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = (1 << 24) - 1


def days(packed: str) -> Iterator[Sequence[int]]:
    """The numbers of each day, after the day itself."""
    for part in filter(None, packed.split(",")):
        yield [int(number) for number in part.split()]


def placed(hours: Iterable[tuple[int, int]], window: Window) -> int:
    """Days with bits of 24 hours, as bits of the window."""
    found = 0
    first = (_FIRST - window.start) // HOUR
    for day, bits in hours:
        shift = first + 24 * day
        found |= (bits & _DAY) << shift if shift >= 0 else (bits & _DAY) >> -shift
    return found & window.all

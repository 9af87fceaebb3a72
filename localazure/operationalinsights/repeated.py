"""Rows that differ in their times alone: one row, and when it was written again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

STARTED, ENDED, ARRIVED = "started", "ended", "arrived"
TIMES = {
    "TimeGenerated": ARRIVED,
    "FlowIntervalStartTime": STARTED,
    "FlowIntervalEndTime": ENDED,
    "FlowStartTime": STARTED,
    "FlowEndTime": ENDED,
    "FlowIntervalStartTime_t": STARTED,
    "FlowIntervalEndTime_t": ENDED,
    "FlowStartTime_t": STARTED,
    "FlowEndTime_t": ENDED,
}
"""Columns that come of the times of a row: when its interval starts and ends, when it arrived."""
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A row without the columns of `TIMES`, and pairs of when its interval starts and it arrived.

    Times are seconds since 1970, UTC; `length` is that of the intervals, in seconds.
    """

    row: Mapping[str, Any]
    length: int
    times: Sequence[tuple[int, int]]

    def after(self, moment: datetime) -> Repeated:
        """The rows that arrived at a moment, or later."""
        least = seconds(moment)
        return replace(self, times=[each for each in self.times if each[1] >= least])


AllRepeated = Mapping[str, Sequence[Repeated]]
"""By table."""


def seconds(moment: datetime) -> int:
    """Seconds since 1970 of a time in UTC without a zone."""
    return (moment - EPOCH) // timedelta(seconds=1)

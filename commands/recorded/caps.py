"""Hours in which a workspace took nothing in, since its daily cap was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.recorded.rows import rows
from estate.arm_id import key
from estate.cloud import Cloud
from estate.response_shape import TIME, Shape
from recording.hours import HOUR, Window

QUERY = Path(__file__).with_name("caps.kql")
LONGEST = timedelta(days=1)
"""A cap is lifted at the reset of its day at the latest."""
_ROW: Shape = {"TimeGenerated": TIME, "Operation": str, "Detail": str}


def capped(cloud: Cloud, workspaces: Iterable[str], window: Window) -> Mapping[str, int]:
    """Hours, as bits, by the key of a workspace that can be asked. Raises EstateError."""
    found: dict[str, int] = {}
    for workspace in workspaces:
        try:
            listed = list(rows(cloud, workspace, QUERY, window, _ROW))
        except AzureError:  # the hours, which are asked for first, say why
            continue
        found[key(workspace)] = _hours([(_moment(row), _begins(row)) for row in listed], window)
    return found


def _hours(said: list[tuple[datetime, bool]], window: Window) -> int:
    """Hours from each moment at which rows stopped to the next at which they went on."""
    hours, stopped = 0, None
    for moment, begins in sorted([*said, (window.end, False)]):
        if stopped is not None:
            end = min(moment, stopped + LONGEST)
            moments = ((stopped + n * HOUR) for n in range((end - stopped) // HOUR + 1))
            hours |= window.mask(moments)
        stopped = (stopped or moment) if begins else None
    return hours


def _begins(row: Mapping[str, str]) -> bool:
    return "overquota" in row["Detail"].casefold()


def _moment(row: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(row["TimeGenerated"][:19]).replace(tzinfo=UTC)

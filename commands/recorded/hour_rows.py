"""Hours with rows, as a workspace tells them by flow log and target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.recorded.packed_days import PACKED, days, placed
from commands.recorded.rows import rows
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.response import one_line
from estate.response_shape import Shape
from recording.hours import Window

QUERY = Path(__file__).with_name("hours.kql")
_ROW: Shape = {"FlowLog": str, "Target": str, "Days": PACKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRows:
    """Hours with rows of a flow log, as bits of the window.

    ``workspace`` is a key; ``flow_log`` and ``target`` are names as rows give them, lower case.
    ``late`` are hours whose rows all came more than three hours after their interval; ``delay`` is
    the longest that any hour waited for its first row, in minutes.
    """

    workspace: str
    flow_log: str
    target: str
    hours: int
    late: int
    delay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Rows of workspaces: ids of those ``asked``, and by key why others could not be."""

    rows: Sequence[HourRows]
    asked: Sequence[str]
    unread: Mapping[str, str]


def hour_rows(cloud: Cloud, workspaces: Iterable[str], window: Window) -> Asked:
    """Hours with rows in workspaces (ids); a refusal is told. Raises EstateError."""
    found: list[HourRows] = []
    asked: list[str] = []
    unread: dict[str, str] = {}
    for workspace in workspaces:
        try:
            found += _of_workspace(cloud, workspace, window)
            asked.append(workspace)
        except AzureError as error:
            unread[key(workspace)] = f"workspace {name_of(workspace)}: {one_line(error)}"
    return Asked(rows=found, asked=asked, unread=unread)


def _of_workspace(cloud: Cloud, workspace_id: str, window: Window) -> Iterator[HourRows]:
    for row in rows(cloud, workspace_id, QUERY, window, _ROW):
        told = list(days(row.get("Days") or ""))
        yield HourRows(
            workspace=key(workspace_id),
            flow_log=key(row.get("FlowLog") or "").strip("/"),
            target=key(row.get("Target") or "").strip("/"),
            hours=placed(((day, hours) for day, hours, _, _ in told), window),
            late=placed(((day, late) for day, _, late, _ in told), window),
            delay=max((delay for *_, delay in told), default=0),
        )

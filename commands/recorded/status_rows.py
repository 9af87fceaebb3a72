"""What Traffic Analytics says of its own runs, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.recorded.hour_rows import placed
from commands.recorded.rows import rows
from estate.arm_id import key
from estate.cloud import Cloud
from estate.response_shape import TIME, Shape
from recording.hours import Window

QUERY = Path(__file__).with_name("status.kql")
_ROW: Shape = {"FlowLog": str, "Day": TIME, "Completed": int, "Failed": int, "Description": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Hours of a flow log that were processed, and that failed, as bits; what it says of these."""

    workspace: str
    flow_log: str
    completed: int
    failed: int
    description: str


def status_rows(cloud: Cloud, workspaces: Iterable[str], window: Window) -> list[Status]:
    """Status of workspaces (ids) that can be asked. Raises EstateError."""
    found: list[Status] = []
    for workspace in workspaces:
        try:
            listed = list(rows(cloud, workspace, QUERY, window, _ROW))
        except AzureError:  # the hours, which are asked for first, say why
            continue
        found += [
            Status(
                workspace=key(workspace),
                flow_log=key(row.get("FlowLog") or "").strip("/"),
                completed=placed(row, "Completed", window),
                failed=placed(row, "Failed", window),
                description=row.get("Description") or "",
            )
            for row in listed
        ]
    return found

"""What Traffic Analytics says of its own runs, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.recorded.packed_days import PACKED, days, placed
from commands.recorded.rows import rows
from estate.arm_id import key
from estate.cloud import Cloud
from estate.response_shape import Shape
from recording.hours import Window

QUERY = Path(__file__).with_name("status.kql")
_ROW: Shape = {"FlowLog": str, "Days": PACKED, "Description": str}


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
        for row in listed:
            said = list(days(row.get("Days") or ""))
            found.append(
                Status(
                    workspace=key(workspace),
                    flow_log=key(row.get("FlowLog") or "").strip("/"),
                    completed=placed(((day, done) for day, done, _ in said), window),
                    failed=placed(((day, failed) for day, _, failed in said), window),
                    description=row.get("Description") or "",
                )
            )
    return found

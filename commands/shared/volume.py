"""Volume that flow logs write into workspaces, measured where these have data."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from azure.core.exceptions import AzureError

from commands.shared.command_line import stack_settings
from commands.shared.workspace_rows import ask, first, named, names, shared
from estate.arm_id import key, name_of
from estate.cloud import Cloud, connect
from estate.errors import EstateError
from estate.response import one_line
from estate.response_shape import Shape
from estate.side_by_side import each
from plan.views.document_types import FlowLogEntry, PlanDocument
from queries import library
from wording import FlowLogsError

QUERY = "ingestion-volume"
DAYS = 7  # that are measured
_ROW: Shape = {"FlowLog": str, "GBPerDay": float}


@dataclass(frozen=True)
class Volume:
    """GB (1e9 bytes) that arrive in a workspace in a day, by the flow log's key.

    ``unread`` has a line for each workspace that did not tell.
    """

    gb_a_day: Mapping[str, float] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


UNMEASURED = Volume()


def measured(plan: PlanDocument, stack: str) -> Volume:
    """The volume of a plan's flow logs in the workspaces that they feed without this run.

    ``plan`` is the plan's document. What cannot be read is told, never raised.
    """
    fed: dict[str, list[FlowLogEntry]] = {}
    for log in plan["flowLogs"]:
        if workspace := _feeds(log):
            fed.setdefault(key(workspace), []).append(log)
    if not fed:
        return UNMEASURED
    try:
        cloud = connect(stack_settings(stack, os.environ).identity)
    except FlowLogsError as error:
        return Volume(unread=(str(error),))
    found = each(lambda logs: _of_workspace(cloud, logs), fed.values())
    return Volume(
        {log: gb for volume in found for log, gb in volume.gb_a_day.items()},
        tuple(line for volume in found for line in volume.unread),
    )


def _of_workspace(cloud: Cloud, logs: Sequence[FlowLogEntry]) -> Volume:
    """The volume of flow logs that feed the same workspace."""
    workspace = _feeds(logs[0])
    try:
        rows = ask(cloud, workspace, library()[QUERY].text, DAYS, _ROW)
    except (AzureError, EstateError) as error:
        said = one_line(error) if isinstance(error, AzureError) else str(error)
        return Volume(unread=(f"{name_of(workspace)}: {said}",))
    sizes = {
        named(row.get("FlowLog") or ""): row["GBPerDay"]
        for row in rows
        if row.get("GBPerDay") is not None
    }
    wanted = {key(log["id"]): names(log["id"], log["targetId"]) for log in logs}
    unclear = shared((workspace, listed) for listed in wanted.values())
    found = {log: first(listed, sizes) for log, listed in wanted.items()}
    return Volume(
        {
            log: sizes[name]
            for log, name in found.items()
            if name and (workspace, name) not in unclear
        }
    )


def _feeds(log: FlowLogEntry) -> str:
    """Id of the workspace that a flow log feeds at present; empty for none."""
    analytics = log["before"] and log["before"]["trafficAnalytics"]
    return analytics["workspaceId"] if analytics else ""

"""The bare resources with everything that makes registering quick: the floor for this SDK."""

from __future__ import annotations

import asyncio

import pulumi

import sdk_debug_lines
from bench.bare_resource import bare
from bench.synthetic import planned, report_memory
from components.registration_window import PREVIEW_WIDTH, collect_rarely, in_window
from plan.model.flow_logs import PlannedFlowLog


async def build() -> int:
    """All of them, as many at a time as the product has."""
    plan = planned()
    workspace = plan.foundation.workspace.id
    collect_rarely()

    async def register(log: PlannedFlowLog) -> None:
        await bare(log, workspace).urn.future()

    return await in_window(plan.flow_logs, register, PREVIEW_WIDTH)


sdk_debug_lines.leave_out()
pulumi.export("made", pulumi.Output.from_input(asyncio.ensure_future(build())))
report_memory()

"""The same flow logs as bare resources of the same type, in batches."""

from __future__ import annotations

import asyncio

import pulumi

from bench.bare_resource import bare
from bench.synthetic import planned, report_memory

BATCH = 50


async def build() -> int:
    """All of them, a batch at a time."""
    plan = planned()
    for start in range(0, len(plan.flow_logs), BATCH):
        logs = plan.flow_logs[start : start + BATCH]
        made = [bare(log, plan.foundation.workspace.id) for log in logs]
        await asyncio.gather(*(resource.urn.future() for resource in made))
    return len(plan.flow_logs)


pulumi.export("made", pulumi.Output.from_input(asyncio.ensure_future(build())))
report_memory()

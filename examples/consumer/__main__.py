"""Another team's stack: reads what flow-logs tells, through the one typed reader.

Another repository copies outputs.py beside its program; here it is found at the root.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pulumi

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from outputs import FlowLogOutputs, read_flow_log_outputs


def networks_by_state(found: FlowLogOutputs) -> dict[str, int]:
    """How many virtual networks are in each state."""
    states = sorted(found.networks.values())
    return {state: states.count(state) for state in states}


config = pulumi.Config()
source = config.get("source") or f"{pulumi.get_organization()}/flow-logs/{pulumi.get_stack()}"
found = read_flow_log_outputs(pulumi.StackReference(source))

pulumi.export("source", source)
pulumi.export("workspaceId", found.apply(lambda outputs: outputs.workspace.id))
pulumi.export("workspaceCustomerId", found.apply(lambda outputs: outputs.workspace.customer_id))
pulumi.export("covered", found.apply(lambda outputs: outputs.coverage.covered))
pulumi.export("flowLogs", found.apply(lambda outputs: len(outputs.flow_logs)))
pulumi.export("networks", found.apply(networks_by_state))
pulumi.export(
    "skipped", found.apply(lambda outputs: [skipped.id for skipped in outputs.coverage.skipped])
)

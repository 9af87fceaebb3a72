"""Another team's stack: reads what flow-logs tells, through the one typed reader.

Another repository copies outputs.py beside its program; here it is found at the root.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pulumi

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from outputs import FlowLogOutputs, read_flow_log_outputs

RECORDS_NOTHING = ("refused", "released")
"""States of flow logs that this team does not count on."""


def flow_logs(found: FlowLogOutputs) -> int:
    """How many flow logs record."""
    return sum(log.state not in RECORDS_NOTHING for log in found.flow_logs.values())


def refused(found: FlowLogOutputs) -> list[str]:
    """Targets whose flow log Azure refused in the last update."""
    return [target for target, log in found.flow_logs.items() if log.state == "refused"]


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
pulumi.export("flowLogs", found.apply(flow_logs))
pulumi.export("refused", found.apply(refused))
pulumi.export("networks", found.apply(networks_by_state))
pulumi.export(
    "skipped", found.apply(lambda outputs: [skipped.id for skipped in outputs.coverage.skipped])
)

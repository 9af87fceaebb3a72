"""The guardrail's program on the real engine, beside the flow-logs program of a stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.shared.engine import Engine, Run
from tests.e2e.stage import Stage
from tests.new_stack import new_stack
from tools.projects import REPOSITORY, copy_project

NETWORK = "2024-05-01"
LATE = (
    "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/rg-test"
    "/providers/Microsoft.Network/virtualNetworks/late"
)


def somebody_makes_a_network(there: Stage) -> None:
    """The network ``LATE`` with a security group, which nobody has told anybody of."""
    group = LATE.replace("virtualNetworks/", "networkSecurityGroups/nsg-")
    there.send("PUT", group, NETWORK, {"location": "westeurope"})
    subnet = {"addressPrefix": "10.99.0.0/24", "networkSecurityGroup": {"id": group}}
    properties = {
        "addressSpace": {"addressPrefixes": ["10.99.0.0/16"]},
        "subnets": [{"name": "default", "properties": subnet}],
    }
    there.send("PUT", LATE, NETWORK, {"location": "westeurope", "properties": properties})


@dataclass(frozen=True)
class Guard:
    """One stack of the guardrail; it reads the flow-logs stack ``dev``."""

    engine: Engine
    stack: str

    def configure(self, **settings: Any) -> None:
        """Writes the stack file, keeping what the engine noted in it."""
        path = self.engine.project / f"Pulumi.{self.stack}.yaml"
        lines = path.read_text().splitlines() if path.exists() else []
        salt = [line for line in lines if line.startswith("encryptionsalt:")]
        given = {"source": "organization/flow-logs/dev", **settings}
        config = {f"flow-logs-guardrail:{key}": value for key, value in given.items()}
        path.write_text("\n".join([*salt, f"config: {json.dumps(config)}", ""]))

    def run(self, operation: str, *arguments: str) -> Run:
        """``preview``, ``up`` or ``destroy``, whatever its exit code."""
        return self.engine.operate(operation, self.stack, *arguments)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return self.engine.outputs(self.stack)

    def assigned(self) -> dict[str, str]:
        """Ids of the assignments by name, as the stack's outputs have them."""
        found: dict[str, str] = self.outputs()["assignments"]
        return found


def guard(there: Stage, folder: Path, stack: str = "guard", **settings: Any) -> Guard:
    """A stack of the guardrail on the Azure and in the backend of a stage, new or as it was left
    in the folder.
    """
    project = folder / "guardrail"
    new = not project.exists()
    if new:
        copy_project(project, REPOSITORY / "guardrail")
    made = Guard(Engine(there.engine.cli, project, there.engine.environment), stack)
    made.configure(**settings)
    if new:
        new_stack(made.engine.cli, project, made.engine.environment, stack)
    return made

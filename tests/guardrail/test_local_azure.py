"""Local Azure's own Azure Policy (`--azure-policy on`) against Microsoft's templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, stage
from tests.guardrail.azure_policy import AzurePolicy
from tests.guardrail.definitions import Definition
from tests.guardrail.guard import LATE, somebody_makes_a_network
from tests.localazure.contoso import ACCOUNT, WORKSPACE
from tools.projects import SAMPLE_ESTATE

DEV = "00000000-0000-4000-8000-000000000003"
ASSIGNMENT = (
    "/providers/Microsoft.Management/managementGroups/contoso"
    "/providers/Microsoft.Authorization/policyAssignments/deploy"
)
PARAMETERS = {
    "vnetRegion": "westeurope",
    "storageId": ACCOUNT,
    "networkWatcherName": "NetworkWatcher_westeurope",
    "retentionDays": "120",
}
ANALYTICS = {
    "workspaceResourceId": WORKSPACE,
    "workspaceRegion": "westeurope",
    "timeInterval": "10",
}


def assign_and_make(there: Stage, definition: Definition, parameters: dict[str, str]) -> None:
    body = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "policyDefinitionId": definition.id,
            "parameters": {name: {"value": value} for name, value in parameters.items()},
        },
    }
    there.send("PUT", ASSIGNMENT, "2025-01-01", body)
    somebody_makes_a_network(there)


def made(there: Stage) -> dict[str, Any]:
    """The flow log on the new network, without what Azure makes anew each time."""
    log = there.flow_logs(DEV)[LATE.casefold()]
    properties = {
        name: value for name, value in log["properties"].items() if name != "targetResourceGuid"
    }
    return {"id": log["id"].casefold(), "location": log["location"], "properties": properties}


@pytest.mark.parametrize(("start", "more"), [("cd6f7aff", {}), ("3e9965dc", ANALYTICS)])
def test_it_makes_what_the_template_makes(
    published: dict[str, Definition],
    pulumi_cli: Path,
    tmp_path: Path,
    start: str,
    more: dict[str, str],
) -> None:
    definition = next(each for id_, each in published.items() if f"/{start}" in id_)
    with stage(tmp_path / "template") as there:
        assign_and_make(there, definition, {**PARAMETERS, **more})
        AzurePolicy(there, published, (DEV,)).act(ASSIGNMENT)
        expected = made(there)
    with stage(tmp_path / "local", SAMPLE_ESTATE, "--azure-policy", "on") as there:
        assign_and_make(there, definition, {**PARAMETERS, **more})
        assert made(there) == expected
